"""What a segment costs if the city's own contract says nothing else."""

PRICE = 0.0113
"""Dollars a segment: a US number's list price of 0.0083 and about 0.003 of carriers' fees."""
