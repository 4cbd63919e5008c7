"""The example `launch_modes`: dialogs that replace all, that let nothing open above them, and that replace themselves."""

from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog, LaunchMode, Window
from aiogram_dialog.widgets.kbd import Cancel, Row, Start
from aiogram_dialog.widgets.text import Const

from tests.examples.apart import HOME_BELOW
from tests.examples.conftest import PlayExample
from tests.widgets.acts import EACH, press
from tests.widgets.compare import other_step


class Banner(StatesGroup):
    """The window that nothing opens above."""

    banner = State()


class Main(StatesGroup):
    """The window at the root."""

    menu = State()


class Product(StatesGroup):
    """The window that replaces itself."""

    card = State()


def _dialogs() -> list[Dialog]:
    return [
        Dialog(
            Window(
                Const("This is main menu"),
                Start(Const("Product"), id="product", state=Product.card),
                Cancel(),
                state=Main.menu,
            ),
            launch_mode=LaunchMode.ROOT,
        ),
        Dialog(
            Window(
                Const("This is product"),
                Row(
                    Start(Const("Main menu"), id="main", state=Main.menu),
                    Start(Const("Banner"), id="banner", state=Banner.banner),
                    Start(Const("Product"), id="product", state=Product.card),
                ),
                Cancel(),
                state=Product.card,
            ),
            launch_mode=LaunchMode.SINGLE_TOP,
        ),
        Dialog(
            Window(
                Const("BANNER IS HERE"),
                Start(Const("Try start"), id="start", state=Main.menu),
                Cancel(),
                state=Banner.banner,
            ),
            launch_mode=LaunchMode.EXCLUSIVE,
        ),
    ]


async def test_launch_modes(play_example: PlayExample) -> None:
    """The same is below after each way: a product once, the menu after a product, nothing after menu and banner."""
    again = press("Product")
    tried = 'pressing "Try start", button 0 of row 0'
    await play_example(
        "launch_modes",
        *_dialogs(),
        acts=[EACH, press("Product"), EACH, again, again, EACH, press("Banner"), EACH],
        differences=[
            HOME_BELOW,
            other_step(
                "what opens above an exclusive dialog raises there; here it opens instead", tried
            ),
        ],
    )
