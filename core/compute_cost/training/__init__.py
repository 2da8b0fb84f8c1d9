"""Estimates of training: compute, hours, days, money, energy and the size that fits a budget."""
