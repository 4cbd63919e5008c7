"""How windows come, and where flows open: show modes, modes of a start, several stacks; launch modes are among the examples."""

from typing import Any

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, ShowMode, StartMode, Window
from aiogram_dialog.widgets.input import TextInput
from aiogram_dialog.widgets.kbd import Back, Button, Cancel, Next, Start, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from tests.widgets.acts import EACH, press, send
from tests.widgets.calls import Call
from tests.widgets.compare import Difference, own_call
from tests.widgets.conftest import Compare

ANEW = own_call(
    "a press counts once, so that the window it was in gets new buttons", "editMessageText"
)

HOME_STAYS = Difference(
    "home lies below everything, where aiogram-dialog has nothing to show",
    lambda pair: ([], []) if any(_is_home(one) for one in pair[0]) else pair,
)


def _is_home(call: Call) -> bool:
    return str(call.payload.get("text")).startswith("Home, ")


class Main(StatesGroup):
    """The windows of the first dialog."""

    first = State()
    second = State()


class Other(StatesGroup):
    """The windows of another one."""

    card = State()
    last = State()


async def _seen(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    manager.dialog_data["seen"] = manager.dialog_data.get("seen", 0) + 1
    manager.show_mode = ShowMode.NO_UPDATE


async def _data(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"seen": dialog_manager.dialog_data.get("seen", 0)}


async def test_show_modes_of_buttons(compare: Compare) -> None:
    """`show_as` of a button is the show mode of the library's; one that is left behind loses its buttons in both."""
    modes = {"Edit": ShowMode.EDIT, "Send": ShowMode.SEND, "Resend": ShowMode.DELETE_AND_SEND}
    await compare(
        """\
        data: {seen: {type: int, max: 9, default: 0}}
        steps:
          first:
            show: "Seen {{ data.seen }}."
            buttons:
              - {text: Plain, go: second}
              - {text: Edit, go: second, id: edit, show_as: edit}
              - {text: Send, go: second, id: send, show_as: send}
              - {text: Resend, go: second, id: resend, show_as: resend}
              - {text: Keep, go: first, save: {seen: "min(data.seen + 1, 9)"}, show_as: keep}
          second: {ask: text, text: "Second.", save: {}, go: first, buttons: [{text: Back, go: first}]}
        """,
        Window(
            Format("Seen {seen}."),
            Next(Const("Plain")),
            *(
                SwitchTo(Const(label), label, state=Main.second, show_mode=mode)
                for label, mode in modes.items()
            ),
            Button(Const("Keep"), id="keep", on_click=_seen),
            state=Main.first,
            getter=_data,
        ),
        Window(
            Const("Second."),
            Back(Const("Back")),
            TextInput(id="second", on_success=Back()),
            state=Main.second,
        ),
        acts=[
            EACH,
            press("Keep"),
            press("Keep"),
            press("Send"),
            press("Back"),
            press("Resend"),
            send("a word"),
            press("Edit"),
            send("a word"),
            press("Resend"),
            press("Back"),
        ],
    )


async def _written(_message: Any, _input: Any, manager: DialogManager, _text: str) -> None:
    await manager.switch_to(Main.second, ShowMode.EDIT)


async def test_a_window_that_is_edited_after_an_answer(compare: Compare) -> None:
    """`show_as: edit` of a step is ShowMode.EDIT after something was written."""
    await compare(
        """\
        steps:
          first: {ask: text, text: "Your name?", save: {}}
          second: {show: "Thank you.", show_as: edit, buttons: [{text: Again, go: first}]}
        """,
        Window(Const("Your name?"), TextInput(id="name", on_success=_written), state=Main.first),
        Window(Const("Thank you."), Back(Const("Again")), state=Main.second),
        acts=[send("Ann"), press("Again"), send("Bea"), EACH],
    )


def _opening(mode: StartMode) -> list[Dialog]:
    return [
        Dialog(
            Window(
                Const("First."),
                Start(Const("Card"), id="card", state=Other.card, mode=mode),
                Cancel(Const("Close")),
                state=Main.first,
            )
        ),
        Dialog(
            Window(Const("Card."), Next(Const("On")), Cancel(Const("Leave")), state=Other.card),
            Window(Const("Last."), Back(Const("Up")), state=Other.last),
        ),
    ]


def _opens(how: str) -> dict[str, Any]:
    first = f"""\
    steps:
      first: {{show: "First.", buttons: [{{text: Card, run: card, open: {how}}}, {{text: Close, go: end}}]}}
    """
    card = """\
    steps:
      card: {show: "Card.", buttons: [{text: On, go: last}, {text: Leave, go: end}]}
      last: {show: "Last.", buttons: [{text: Up, go: card}]}
    """
    return {"flow": first, "flows": {"card": card}}


async def test_a_start_above(compare: Compare) -> None:
    """`open: above` is StartMode.NORMAL: what was below goes on."""
    given = _opens("above")
    await compare(
        given.pop("flow"),
        *_opening(StartMode.NORMAL),
        **given,
        acts=[EACH, press("Card"), press("On"), press("Up"), press("Leave"), EACH],
    )


async def test_a_start_instead(compare: Compare) -> None:
    """`open: instead` is StartMode.RESET_STACK: what was below is gone, but for home."""
    given = _opens("instead")
    await compare(
        given.pop("flow"),
        *_opening(StartMode.RESET_STACK),
        **given,
        acts=[EACH, press("Card"), press("On"), press("Up"), EACH],
        differences=[HOME_STAYS],
    )


async def test_a_start_beside(compare: Compare) -> None:
    """`open: beside` is StartMode.NEW_STACK: each card has a message and a place of its own, and closes alone."""
    given = _opens("beside")
    await compare(
        given.pop("flow"),
        *_opening(StartMode.NEW_STACK),
        **given,
        works_on=True,
        acts=[
            press("Card"),
            press("On"),
            press("Card"),
            press("Leave"),
            press("Up"),
            press("Close"),
            press("Leave"),
        ],
        differences=[ANEW],
    )


async def _name(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found: Any = dialog_manager.find("name")
    return {"name": found.get_value() or "none"}


async def test_answers_to_one_of_several(compare: Compare) -> None:
    """What replies to a message of one conversation answers its question; in the library that needs a button there."""
    first = """    steps:
      first: {show: "First.", buttons: [{text: Card, run: card, open: beside}]}
    """
    card = """    data: {name: {type: text, max: 20, default: none}}
    steps:
      card: {ask: text, text: "{{ data.name }}?", max: 20, save: {name: it}, go: card, buttons: [{text: Leave, go: end}]}
    """
    await compare(
        first,
        Dialog(
            Window(
                Const("First."),
                Start(Const("Card"), id="c", state=Other.card, mode=StartMode.NEW_STACK),
                state=Main.first,
            )
        ),
        Dialog(
            Window(
                Format("{name}?"),
                TextInput(id="name"),
                Cancel(Const("Leave")),
                state=Other.card,
                getter=_name,
            )
        ),
        flows={"card": card},
        works_on=True,
        acts=[
            press("Card"),
            press("Card"),
            send("Ann", to="none?"),
            send("Bea", to="none?"),
            press("Leave"),
        ],
        differences=[ANEW],
    )
