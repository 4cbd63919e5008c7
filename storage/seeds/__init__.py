"""Data to start with, for the demo and for tests.

It knows nothing of production, which enters its own.
"""
