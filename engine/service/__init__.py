"""The composition root: settings, the running service and its command line.

Nothing imports this package; it may import every other one.
"""
