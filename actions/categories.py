"""What administrators do to the categories of services: their names, their order, and how many there are.

It knows nothing of what is in them.
"""

from typing import Literal

import storage
from actions.access import acts_as
from actions.languages import LanguageId
from actions.sheets import CategorySheet, Title, show_category_sheet
from engine.actions import Context, Outcome, command, query
from storage.values import Role


@query("categories.list")
async def list_categories(context: Context) -> list[CategorySheet]:
    """List the categories, in the order in which they are shown."""
    counts = await storage.categories.count_services(context.session)
    found = await storage.services.list_categories(context.session)
    return [
        show_category_sheet(one, context.user.locale, services=counts.get(one.title, 0))
        for one in found
    ]


@command("categories.add")
async def add_category(
    context: Context, *, title: Title
) -> Outcome[Literal["taken", "not_allowed"]] | None:
    """Add a category behind the others."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    refused = await storage.categories.add(context.session, title)
    return None if refused is None else Outcome("taken")


@command("categories.rename")
async def rename_category(
    context: Context,
    *,
    shown: CategorySheet,
    title: Title | None,
    language: LanguageId | None = None,
) -> Outcome[Literal["taken", "changed_meanwhile", "not_allowed"]] | None:
    """Rename a category from what was shown: as it was entered, or in a language, where nothing takes the name away."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    if language is None:
        refused = await storage.categories.rename(
            context.session, shown.id, was=shown.name, title=title or shown.name
        )
    else:
        others = {key: one for key, one in shown.titles.items() if key != language}
        titles = others | ({language: title} if title else {})
        refused = await storage.categories.translate(
            context.session, shown.id, was=shown.titles, titles=titles
        )
    if refused is None:
        return None
    return Outcome("taken" if refused == "taken" else "changed_meanwhile")


@command("categories.move_up")
async def move_category_up(
    context: Context, *, category_id: int
) -> Outcome[Literal["changed_meanwhile", "not_allowed"]] | None:
    """Put a category before the one that it follows."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    moved = await storage.categories.move_up(context.session, category_id)
    return None if moved else Outcome("changed_meanwhile")


@command("categories.remove")
async def remove_category(
    context: Context, *, category_id: int
) -> Outcome[Literal["changed_meanwhile", "not_allowed"]] | None:
    """Remove a category; its services are listed under none."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    gone = await storage.categories.remove(context.session, category_id)
    return None if gone else Outcome("changed_meanwhile")
