"""Texts that tell which of their conditions held while they were filled in.

It knows the code of a text, and not who is told.
"""

from __future__ import annotations

import ast
from copy import deepcopy
from typing import Final

from engine.flow.expression.typed import item_code, name_code

WATCHER: Final = " told"
"""What an environment has for a text that is watched: a function of a condition and whether it holds, which it gives back."""


class Asking(ast.IfExp):
    """A choice between two branches of a text; `condition` is what is asked, as written."""

    condition: str


def ask(condition: str, test: ast.expr, body: ast.expr, otherwise: ast.expr) -> Asking:
    """Make the code that chooses between two branches."""
    made = Asking(test, body, otherwise)
    made.condition = condition
    return made


def watch(code: ast.expr) -> ast.expr:
    """Give the same code, telling of each condition when it is asked."""
    watched: ast.expr = _Watcher().visit(deepcopy(code))
    return watched


class _Watcher(ast.NodeTransformer):
    def visit_Asking(self, node: Asking) -> Asking:
        self.generic_visit(node)
        told = item_code(name_code("env"), WATCHER)
        node.test = ast.Call(told, [ast.Constant(node.condition), node.test], [])
        return node
