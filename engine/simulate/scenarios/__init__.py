"""Scenario files: conversations as tests, in YAML.

It knows how they are written, checked and played; it does not know who finds the files.
"""
