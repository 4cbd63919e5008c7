"""The control API for what was done in the chats: since when it is noted, and as a scenario where somebody writes those.

Knows nothing of how a scenario is written; every route is under `/_emulator`.
"""

from typing import Annotated

from fastapi import APIRouter, Query

from engine.emulator.model import Json
from engine.emulator.people import ImpossibleError
from engine.emulator.world import World

MOST_NAME = 200
"""Characters in the name of a scenario."""


def make_story_router(world: World) -> APIRouter:
    """Return the routes about what was done."""
    router = APIRouter(prefix="/_emulator/story")

    @router.get("")
    async def tell() -> Json:
        return _told(world)

    @router.post("/begin")
    async def begin() -> Json:
        world.story.begin()
        if world.scribe is not None:
            await world.scribe.begin()
        return _told(world)

    @router.get("/scenario")
    async def write(name: Annotated[str, Query(min_length=1, max_length=MOST_NAME)]) -> Json:
        if world.scribe is None:
            raise ImpossibleError(404, "nobody writes scenarios here; usher demo does")
        if not world.story:
            raise ImpossibleError(409, "nothing was done since the recording began")
        return await world.scribe.write(name)

    return router


def _told(world: World) -> Json:
    story = world.story
    return {
        "is_kept": story.is_kept,
        "is_written": world.scribe is not None,
        "begun_at": story.begun_at,
        "acts": len(story),
    }
