"""What flows keep for a person is there until it is replaced or the person goes."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage import kept, users
from storage.values import Profile

ANNA, BEN = (
    Profile(number, name, None, None, None) for number, name in [(71, "Anna"), (72, "Ben")]
)


async def test_kept_values_come_back_by_flow(session: AsyncSession) -> None:
    """Any JSON comes back, to the person, bot and flow it was kept for; the last one counts."""
    for person in (ANNA, BEN):
        await users.identify(session, person)
    await kept.keep(session, 1, 71, {("a", "x"): {"id": 1}, ("a", "y"): None, ("b", "x"): "b"})
    await kept.keep(session, 1, 71, {("a", "x"): [2]})
    await kept.keep(session, 2, 71, {("a", "x"): "other bot"})
    await kept.keep(session, 1, 72, {("a", "x"): "other person"})

    assert await kept.find_of_flow(session, 1, 71, "a") == {"x": [2], "y": None}
    assert await kept.find_of_flow(session, 1, 71, "b") == {"x": "b"}
    assert await kept.find_of_flow(session, 1, 71, "c") == {}


async def test_kept_values_go_with_the_person(session: AsyncSession) -> None:
    """Erasing a person leaves nothing that was kept for them."""
    await users.identify(session, ANNA)
    await kept.keep(session, 1, 71, {("a", "x"): 1})

    await session.execute(text("DELETE FROM users WHERE id = 71"))

    assert await kept.find_of_flow(session, 1, 71, "a") == {}
