"""What people write as an answer, read as values by type and language.

It knows neither messages nor flows.
"""
