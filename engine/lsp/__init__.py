"""A language server for flows: problems while they are typed, completion, definitions, renaming and what things mean.

It knows the editor's protocol and asks `engine.flow` for everything that is said of flows; it runs none.
"""
