"""One module for each command of `usher`; each has `run(options)`, which returns the exit code.

None of them knows how arguments are read.
"""
