"""`usher schema`: the JSON Schemas by which editors complete and underline flows.

It knows nothing of what they say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.schemas.files import all_schemas
from engine.flow.schemas.writing import write_schema
from engine.service.commands.check import catalog_in_use
from engine.service.commands.output import write_output
from engine.simulate.scenarios.schema import scenarios_schema

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Write the schema of flows to stdout, or those of all files into a directory."""
    catalog = catalog_in_use()
    if options.output is None:
        write_output(None, write_schema(all_schemas(catalog)["flow"]))
        return 0
    for name, schema in {**all_schemas(catalog), "scenarios": scenarios_schema()}.items():
        write_output(options.output / f"{name}.schema.json", write_schema(schema))
    return 0
