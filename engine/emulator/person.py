"""A person for tests in the emulator's own process: says, presses, sees.

Knows nothing of HTTP; does what the control API does.
"""

from functools import partial
from typing import Any

from engine.emulator import people, presses, views
from engine.emulator.control_content import message_content
from engine.emulator.control_models import MessageBody
from engine.emulator.model import Json
from engine.emulator.people import Place
from engine.emulator.waiting import Watch, wait_until_idle
from engine.emulator.world import World


class Person:
    """Somebody who talks to a bot."""

    def __init__(
        self,
        world: World,
        user_id: int,
        *,
        chat_id: int | None = None,
        bot_id: int | None = None,
        **fields: str | None,
    ) -> None:
        world.put_user(user_id, **fields)
        self._find = partial(people.enter, world, user_id, chat_id=chat_id, bot_id=bot_id)
        self._watch = Watch(world)
        self._version = 0
        self.id = user_id

    def says(self, text: str | None = None, *, reply_to: int | None = None, **content: Any) -> Json:
        """Send a text or other content, in the control API's words; return the message."""
        given = content | ({} if text is None else {"text": text})
        body = MessageBody.model_validate(given)
        made = message_content(body, self._place.user, self._place.world.files)
        sent = people.write(self._place, made, reply_to=reply_to, topic=body.message_thread_id)
        self._note()
        return views.message_view(sent)

    def presses(self, text: str | None = None, **press: Any) -> Json:
        """Press a button, by its text, its `data`, or both; return what came of it."""
        result = presses.press_button(self._place, presses.Press(text=text, **press))
        self._note()
        return result

    def blocks(self) -> None:
        """Block the bot."""
        people.set_blocked(self._place, blocked=True)

    def sees(self) -> list[Json]:
        """Return the messages in the chat now, oldest first."""
        return views.messages_view(self._place)

    def newest(self, count: int = 1) -> list[Json]:
        """Return the newest messages of the bot, oldest first; quick however long the chat is."""
        return views.newest_view(self._place, count)

    def alerts(self) -> list[Json]:
        """Return the presses so far, with the bot's answers."""
        return views.alerts_view(self._place)

    def answered(self) -> int:
        """Return how many of the presses so far the bot has answered."""
        place = self._place
        pressed = place.world.presses_of(place.user.id, place.chat.id)
        return sum(query.answered_at is not None for query in pressed)

    async def waits(self, seconds: float = 5.0) -> Json:
        """Return the view as soon as it differs from the one after the last act or wait.

        Raises:
            TimeoutError: it did not change in time.
        """
        view = await self._watch.wait(self._find, seconds, self._version)
        if view["version"] <= self._version:
            raise TimeoutError(f"nothing changed for user {self.id} in {seconds} s")
        self._version = view["version"]
        return view

    async def hears(self, seconds: float = 5.0) -> Json:
        """Wait for a change, and return the newest message of a bot."""
        view = await self.waits(seconds)
        while not any(message["from_bot"] for message in view["messages"]):
            view = await self.waits(seconds)
        newest: Json = next(m for m in reversed(view["messages"]) if m["from_bot"])
        return newest

    async def settles(self, seconds: float = 5.0, *, quiet_seconds: float = 0.05) -> Json:
        """Wait until the bot has done what it had to do, and return the view.

        A bot goes on working after a message has shown, for one to save where the person stands;
        who acts before it is done races it, as somebody very quick would.

        Raises:
            TimeoutError: it did not come to rest in time.
        """
        if not await wait_until_idle(self._place.world, seconds, quiet_seconds):
            raise TimeoutError(f"the bot of user {self.id} was busy for {seconds} s")
        view = self._watch.look(self._place)
        self._version = view["version"]
        return view

    @property
    def _place(self) -> Place:
        return self._find()

    def _note(self) -> None:
        self._version = self._watch.look(self._place)["version"]
