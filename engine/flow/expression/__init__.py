"""The parts of the expression language: its source, its types, its functions; `engine.flow.expressions` is its face.

They know nothing of flows.
"""
