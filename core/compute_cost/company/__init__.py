"""Estimates for a company: owning and reserving, funding, trends, data and currency."""
