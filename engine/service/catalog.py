"""Finds the catalog of actions by its name, `module:name`.

It knows nothing of what the actions do; importing their modules loads no database library.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from engine.actions import Catalog, SignatureError
from engine.flow.annotations import named_types
from engine.service.errors import SettingsError

if TYPE_CHECKING:
    from types import ModuleType

DEFAULT_CATALOG: Final = "actions.catalog:catalog"


def load_catalog(reference: str = DEFAULT_CATALOG) -> Catalog:
    """Import the catalog; the working directory is looked in too, as `python -m` does.

    Raises:
        SettingsError: there is none of that name, or an action in it is declared wrongly.
    """
    module_name, _, name = reference.partition(":")
    if not (module_name and name):
        raise SettingsError(f'ACTIONS is "{reference}", which is not of the form module:name')
    catalog = getattr(_import(reference, module_name), name, None)
    if not isinstance(catalog, Catalog):
        raise SettingsError(f'ACTIONS is "{reference}", but "{name}" there is no Catalog')
    try:
        named_types(catalog)
    except TypeError as error:
        raise SettingsError(f'ACTIONS is "{reference}": {error}') from error
    return catalog


def _import(reference: str, module_name: str) -> ModuleType:
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        return import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise
        raise SettingsError(
            f'ACTIONS is "{reference}", but there is no module "{error.name}"'
        ) from None
    except SignatureError as error:
        raise SettingsError(f'ACTIONS is "{reference}": {error}') from error
