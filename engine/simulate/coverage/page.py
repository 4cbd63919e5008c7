"""What all pages of the report look like: their frame and their style, for phones and desks, in light and dark.

It knows nothing of what stands on a page.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_STYLE: Final = """\
:root { color-scheme: light dark; --page: #ffffff; --ink: #1f2328; --dim: #59636e; --edge: #d1d9e0; --soft: #f6f8fa;
  --link: #0969da; --taken: #1a7f37; --partly: #9a6700; --missed: #d1242f;
  --taken-soft: #e6f6ea; --partly-soft: #fff8c5; --missed-soft: #ffebe9; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0d1117; --ink: #f0f6fc; --dim: #b1bac4; --edge: #3d444d; --soft: #151b23; --link: #79c0ff;
    --taken: #3fb950; --partly: #d29922; --missed: #ff7b72;
    --taken-soft: #12261e; --partly-soft: #2e2a1f; --missed-soft: #301b1e; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--link); }
h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.dim { color: var(--dim); }
.scroll { overflow-x: auto; border: 1px solid var(--edge); border-radius: 8px; }
.picture { max-height: 80vh; overflow: auto; } .picture svg { display: block; }
table { border-collapse: collapse; width: 100%; font-size: .94rem; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .55rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--edge); }
th { font-weight: 600; color: var(--dim); background: var(--soft); }
th:first-child, td:first-child { text-align: left; position: sticky; left: 0; background: var(--page); }
th:first-child { background: var(--soft); }
tr:last-child td { border-bottom: 0; font-weight: 600; }
td.taken { color: var(--taken); } td.partly { color: var(--partly); } td.missed { color: var(--missed); }
.bar { display: inline-block; vertical-align: middle; width: 3.5rem; height: .5rem; border-radius: 4px; margin-right: .5rem;
  background: var(--missed); overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--taken); }
ul.left { list-style: none; margin: 0; padding: 0; }
ul.left li { padding: .35rem 0; border-bottom: 1px solid var(--edge); overflow-wrap: anywhere; }
.code { font: 13px/1.55 ui-monospace, monospace; border: 1px solid var(--edge); border-radius: 8px; overflow: hidden; }
.line { display: grid; grid-template-columns: 1.6rem 2.6rem 1fr auto; border-left: 4px solid transparent; scroll-margin-top: 4rem; }
.line:target { outline: 2px solid var(--link); outline-offset: -2px; }
.line pre { margin: 0; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; padding-right: .5rem; }
.sign { text-align: center; } .number { color: var(--dim); text-align: right; padding-right: .7rem; user-select: none; }
.line.taken { border-color: var(--taken); background: var(--taken-soft); }
.line.partly { border-color: var(--partly); background: var(--partly-soft); }
.line.missed { border-color: var(--missed); background: var(--missed-soft); }
.line.lost { border-color: var(--missed); }
.taken .sign { color: var(--taken); } .partly .sign { color: var(--partly); } .missed .sign { color: var(--missed); }
.note { grid-column: 3; font-family: system-ui, sans-serif; padding: 0 .5rem .3rem 0; }
.note .missed { color: var(--missed); } .note .missed::before { content: "\\2715\\00a0"; } .note .seen { color: var(--dim); }
details { font-family: system-ui, sans-serif; color: var(--dim); padding-right: .5rem; }
details[open] { grid-column: 3 / -1; padding-bottom: .3rem; }
summary { cursor: pointer; text-align: right; list-style: none; text-decoration: underline dotted; }
details ul { margin: 0; padding-left: 1.2rem; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
@media (max-width: 40rem) {
  body { padding: .75rem; font-size: 15px; } .picture svg { max-width: 100%; height: auto; }
  .line { grid-template-columns: 1.3rem 2.1rem 1fr auto; } .code { font-size: 12px; }
}"""


def write_page(title: str, body: Iterable[str]) -> str:
    """Write a whole page that needs nothing else."""
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>\n{_STYLE}\n</style>",
            "</head>",
            "<body>",
            *body,
            "</body>",
            "</html>\n",
        )
    )
