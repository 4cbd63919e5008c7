"""Windows in a group of several people: whose presses count, and what becomes of the others'."""

from typing import Any

from aiogram.enums import ChatType
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, User
from aiogram_dialog import AccessSettings, ChatEvent, Dialog, DialogManager, StartMode, Window
from aiogram_dialog.api.entities import Context, Stack
from aiogram_dialog.widgets.input import TextInput
from aiogram_dialog.widgets.kbd import Back, Button, Cancel, Next, Row, SwitchTo
from aiogram_dialog.widgets.markup.reply_keyboard import ReplyKeyboardFactory
from aiogram_dialog.widgets.text import Const, Format

from engine.emulator import Emulator
from tests.widgets.acts import EACH, press, send
from tests.widgets.compare import other_step, other_value, own_call
from tests.widgets.conftest import Compare
from tests.widgets.test_inputs import LEFT, SWEPT

MAIN = """\
steps:
  menu: {show: "Vote?", buttons: [{text: "Yes", run: vote}, {text: "No", go: end}]}
"""

VOTE = """\
may_press: everyone
data: {votes: {type: int, max: 50, default: 0}}
steps:
  poll:
    show: "{{ data.votes }} votes."
    buttons:
      - {text: "Mine", go: poll, save: {votes: data.votes + 1}, when: data.votes < 50}
      - {text: "Close", go: end}
"""

REFUSED = other_value(
    "others are told why nothing happens; aiogram-dialog says nothing",
    "answerCallbackQuery",
    "text",
)

ANEW = own_call(
    "a press is counted once, so that the window it was in gets new buttons", "editMessageText"
)


class Main(StatesGroup):
    """The window from which the vote is opened."""

    menu = State()


class Vote(StatesGroup):
    """The window that is shared."""

    poll = State()


class Size(StatesGroup):
    """The windows with keys under the chat."""

    size = State()
    done = State()


async def _count(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    manager.dialog_data["votes"] = manager.dialog_data.get("votes", 0) + 1


async def _votes(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"votes": dialog_manager.dialog_data.get("votes", 0)}


async def _name(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found: Any = dialog_manager.find("name")
    return {"name": found.get_value()}


def _vote() -> Dialog:
    return Dialog(
        Window(
            Format("{votes} votes."),
            Button(Const("Mine"), id="mine", on_click=_count),
            Cancel(Const("Close")),
            state=Vote.poll,
            getter=_votes,
        )
    )


def _dialogs(access: Any, mode: StartMode = StartMode.NORMAL) -> list[Dialog]:
    """Return a menu that opens the vote with access settings, which `access` gives for a chat, and the vote."""

    async def open_vote(callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
        assert callback.message
        await manager.start(Vote.poll, mode=mode, access_settings=access(callback.message.chat.id))

    menu = Window(
        Const("Vote?"),
        Button(Const("Yes"), id="yes", on_click=open_vote),
        Cancel(Const("No")),
        state=Main.menu,
    )
    return [Dialog(menu), _vote()]


async def test_the_starters_window(compare: Compare) -> None:
    """What somebody begins is theirs: presses of others change nothing, and each has a conversation of their own."""
    await compare(
        MAIN,
        *_dialogs(lambda _chat_id: None),
        flows={"vote": VOTE.replace("everyone", "starter")},
        in_group=["Ben"],
        acts=[
            press("Yes", by="Ben"),
            EACH,
            press("Yes"),
            press("Mine", by="Ben"),
            press("Mine"),
            send("/start", by="Ben"),
            press("Go", by="Anna"),
            press("Go", by="Ben"),
            press("Mine"),
        ],
        differences=[REFUSED],
    )


async def test_everybodys_window(compare: Compare) -> None:
    """AccessSettings without people is `may_press: everyone`; each press counts, until the window closes for all."""
    await compare(
        MAIN,
        *_dialogs(lambda _chat_id: AccessSettings(user_ids=[])),
        flows={"vote": VOTE},
        in_group=["Ben", "Cleo"],
        acts=[
            press("Yes"),
            press("Mine", by="Ben"),
            press("Mine", by="Cleo"),
            press("Mine"),
            press("Close", by="Cleo"),
            press("Yes", by="Ben"),
        ],
        differences=[REFUSED],
    )


async def test_a_window_in_a_topic(compare: Compare) -> None:
    """In a forum all is sent where it was asked for, and presses of everybody count there."""
    await compare(
        MAIN,
        *_dialogs(lambda _chat_id: AccessSettings(user_ids=[])),
        flows={"vote": VOTE},
        in_group=["Ben"],
        in_topic=True,
        acts=[press("Yes"), press("Mine", by="Ben"), press("Mine"), press("Close")],
    )


async def test_the_window_of_people_with_a_role(compare: Compare, emulator: Emulator) -> None:
    """AccessSettings with the ids of those who have a role now is `may_press` with the role."""

    def staff(chat_id: int) -> AccessSettings:
        members = emulator.world.groups[chat_id].members
        people = [emulator.world.users[one] for one in members if one in emulator.world.users]
        return AccessSettings([one.id for one in people if one.first_name in {"Anna", "Ben"}])

    await compare(
        MAIN,
        *_dialogs(staff),
        flows={"vote": VOTE.replace("everyone", "[admin]")},
        in_group=["Ben", "Cleo"],
        roles={"Ben": "admin"},
        acts=[
            press("Yes"),
            press("Mine", by="Ben"),
            press("Mine", by="Cleo"),
            press("Mine"),
            press("Close", by="Cleo"),
            press("Close", by="Ben"),
        ],
        differences=[REFUSED],
    )


class _Roles:
    """The library's way to roles: a validator of the bot's own, which reads what was given as `custom`."""

    async def is_allowed(
        self, _stack: Stack, context: Context | None, _event: ChatEvent, data: dict[str, Any]
    ) -> bool:
        """Tell whether somebody has one of the roles."""
        settings = context.access_settings if context else None
        roles = settings.custom if settings else None
        if data["event_chat"].type == ChatType.PRIVATE or roles is None:
            return True
        person: User = data["event_from_user"]
        return {"Anna": "client", "Ben": "admin"}.get(person.first_name) in roles


async def test_roles_are_asked_at_each_press(compare: Compare) -> None:
    """A StackAccessValidator of one's own that knows roles is `may_press` with roles."""
    await compare(
        MAIN,
        *_dialogs(lambda _chat_id: AccessSettings(user_ids=[], custom=["admin", "client"])),
        flows={"vote": VOTE.replace("everyone", "[admin]")},
        in_group=["Ben", "Cleo"],
        roles={"Ben": "admin"},
        acts=[press("Yes"), press("Mine", by="Ben"), press("Mine", by="Cleo"), press("Mine")],
        differences=[REFUSED],
        stack_access_validator=_Roles(),
    )


async def test_a_shared_window_beside(compare: Compare) -> None:
    """A dialog in a new stack is everybody's in aiogram-dialog; here `open: beside` with `may_press: everyone`."""
    beside = MAIN.replace("run: vote", "run: vote, open: beside")
    await compare(
        beside,
        *_dialogs(lambda _chat_id: None, StartMode.NEW_STACK),
        flows={"vote": VOTE},
        in_group=["Ben"],
        works_on=True,
        acts=[
            press("Yes"),
            press("Mine", by="Ben"),
            press("Yes"),
            press("Mine", by="Ben"),
            press("No", by="Ben"),
            press("No"),
            press("Mine", by="Ben"),
        ],
        differences=[REFUSED, ANEW],
    )


KEYS = """\
data: {size: {type: text, optional: true}}
steps:
  size:
    show: '<a href="tg://user?id={{ user.id }}">You</a>, which size?'
    keyboard: {under: chat, selective: true}
    buttons:
      - [{text: Small, go: size, save: {size: "'small'"}}, {text: Large, go: done}]
  done: {show: "Large.", buttons: [{text: Again, go: size}]}
"""


def _keys() -> list[Window]:
    """Return two windows, the first with keys under the chat."""
    return [
        Window(
            Format('<a href="tg://user?id={event.from_user.id}">You</a>, which size?'),
            Row(SwitchTo(Const("Small"), "small", state=Size.size), Next(Const("Large"))),
            markup_factory=ReplyKeyboardFactory(resize_keyboard=True, selective=True),
            state=Size.size,
        ),
        Window(Const("Large."), Back(Const("Again")), state=Size.done),
    ]


async def test_selective_keys(compare: Compare) -> None:
    """ReplyKeyboardFactory with `selective` is that of `keyboard`; each key does what the button would."""
    await compare(
        KEYS,
        *_keys(),
        acts=[EACH, press("Small"), press("Large"), press("Again"), press("Small")],
        differences=[SWEPT, LEFT],
    )


async def test_keys_in_a_group(compare: Compare) -> None:
    """In a group the library has no keys under the chat; here they are there for whom the text names."""
    opened = 'pressing "Go"'
    steps = await compare(
        KEYS,
        *_keys(),
        in_group=["Ben"],
        acts=[],
        differences=[other_step("the library raises where a group would be shown keys", opened)],
    )
    [shown] = [one for one in steps[-1].ours if one.method == "sendMessage"]
    assert [one.payload["error"] for one in steps[-1].theirs] == ["InvalidKeyboardType"]
    assert shown.payload["reply_markup"]["selective"]


async def test_answers_in_a_group(compare: Compare) -> None:
    """A reply to one's own question answers it, in the same message; another's does not, and what is no reply is not read."""
    ask = """\
    data: {name: text}
    steps:
      ask: {ask: text, text: "Your name?", save: {name: it}, buttons: [{text: Stop, go: end}]}
      done: {show: "Hello, {{ data.name }}.", buttons: [{text: Again, go: ask}]}
    """
    question = "Your name?"
    await compare(
        ask,
        Window(
            Const(question),
            TextInput(id="name", on_success=Next()),
            Cancel(Const("Stop")),
            state=Size.size,
        ),
        Window(Format("Hello, {name}."), Back(Const("Again")), state=Size.done, getter=_name),
        in_group=["Ben"],
        acts=[
            send("Ben", by="Ben", to=question),
            send("hello all"),
            send("Ann", to=question),
            press("Again", by="Ben"),
            press("Again"),
            EACH,
        ],
        differences=[REFUSED],
    )


def _wishes() -> list[Dialog]:
    async def open_wish(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
        await manager.start(Size.size, access_settings=AccessSettings(user_ids=[]))

    menu = Window(
        Const("Vote?"),
        Button(Const("Yes"), id="yes", on_click=open_wish),
        Cancel(Const("No")),
        state=Main.menu,
    )
    ask = Window(
        Const("A wish?"),
        TextInput(id="name", on_success=Next()),
        Cancel(Const("Stop")),
        state=Size.size,
    )
    done = Window(Format("It is {name}."), Back(Const("Again")), state=Size.done, getter=_name)
    return [Dialog(menu), Dialog(ask, done)]


async def test_answers_of_others(compare: Compare) -> None:
    """Where AccessSettings let everybody, replies of others are answers too: that is `may_answer: everyone`."""
    wish = """\
    may_press: everyone
    may_answer: everyone
    data: {wish: text}
    steps:
      ask: {ask: text, text: "A wish?", save: {wish: it}, buttons: [{text: Stop, go: end}]}
      done: {show: "It is {{ data.wish }}.", buttons: [{text: Again, go: ask}]}
    """
    question = "A wish?"
    await compare(
        MAIN.replace("run: vote", "run: wish"),
        *_wishes(),
        flows={"wish": wish},
        in_group=["Ben"],
        acts=[
            press("Yes"),
            send("Tea", by="Ben", to=question),
            press("Again", by="Ben"),
            send("Cake", to=question),
            press("Again"),
            send("Pie", by="Ben", to=question),
        ],
    )
