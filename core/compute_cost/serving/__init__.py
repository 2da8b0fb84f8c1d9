"""Estimates of running a model: memory, speed, cost, fleets and hosted APIs."""
