"""The canonical form of a bot's YAML files: order, indentation, quotes and blank lines, with every comment.

It knows how a file is written, and nothing of what it says.
"""
