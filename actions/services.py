"""Queries about services.

It knows nothing of who offers them when.
"""

import storage
from actions.records import Category, Service, show_category, show_service
from engine.actions import Context, Upload, query


@query("services.categories")
async def list_categories(context: Context) -> list[Category]:
    """List the categories of which anything can be booked, in their order."""
    found = {one.category for one in await storage.services.list_active(context.session)}
    categories = await storage.services.list_categories(context.session)
    return [show_category(one, context.user.locale) for one in categories if one.title in found]


@query("services.list")
async def list_services(context: Context, *, category: str | None = None) -> list[Service]:
    """List the services that can be booked, of one category or of all, by category and title; categories are named where there are several."""
    found = [
        one
        for one in await storage.services.list_active(context.session)
        if category is None or one.category == category
    ]
    categories = {one.title: one for one in await storage.services.list_categories(context.session)}
    places = {title: place for place, title in enumerate(categories)}
    ordered = sorted(found, key=lambda one: places.get(one.category or "", len(places)))
    are_several = len({one.category for one in found}) > 1
    return [
        show_service(
            service,
            context.user.locale,
            categories.get(service.category or "") if are_several else None,
        )
        for service in ordered
    ]


@query("services.find")
async def find_service(context: Context, *, service_id: int) -> Service | None:
    """Find a service that can be booked; nothing when there is none of that id."""
    service = await storage.services.find(context.session, service_id)
    return None if service is None else show_service(service, context.user.locale)


@query("services.picture")
async def find_picture(context: Context, *, service_id: int) -> Upload | None:
    """Find the picture that a service is shown by; nothing when it has none."""
    picture = await storage.services.find_picture(context.session, service_id)
    if picture is None:
        return None
    ending = "png" if picture.startswith(b"\x89PNG") else "jpg"
    return Upload(picture, f"service-{service_id}.{ending}")
