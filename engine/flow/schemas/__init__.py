"""The JSON Schemas of all files, made from the step kinds and the registered actions.

They know the shape of each file; what a name or an expression in it refers to is checked later.
"""
