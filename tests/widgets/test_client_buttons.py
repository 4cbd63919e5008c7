"""Buttons for the person's own client, the look of buttons, and answers to presses, beside aiogram-dialog's."""

from typing import Any

from aiogram.enums import ButtonStyle
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import (
    Button,
    Cancel,
    CopyText,
    LoginURLButton,
    SwitchInlineQuery,
    SwitchInlineQueryChosenChatButton,
    SwitchInlineQueryCurrentChat,
    SwitchTo,
    Url,
    WebApp,
)
from aiogram_dialog.widgets.style import Style, StyleCase
from aiogram_dialog.widgets.text import Const, Format

from tests.widgets.acts import press
from tests.widgets.calls import ANSWER
from tests.widgets.compare import other_step
from tests.widgets.conftest import Compare


class Main(StatesGroup):
    """The steps of the dialogs by hand."""

    first = State()
    second = State()


async def _named(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"count": dialog_manager.dialog_data.get("count", 0), "code": "S-17"}


async def _add(_callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    manager.dialog_data["count"] = manager.dialog_data.get("count", 0) + 1


async def test_what_the_client_does_alone(compare: Compare) -> None:
    """Web apps, logins, queries in each kind of chat and texts to copy are the same fields, with values put in."""
    await compare(
        """\
        data: {code: {type: text, max: 20, default: "S-17"}}
        steps:
          first:
            show: "Your code is {{ data.code }}."
            buttons:
              - {text: "Map", url: "https://example.com/map?of={{ data.code }}"}
              - {text: "App", web_app: "https://example.com/app?of={{ data.code }}"}
              - text: "Account"
                login: "https://example.com/login"
                forward_text: "Log in"
                bot: other_bot
                write_access: true
              - {text: "Share", inline: "code {{ data.code }}"}
              - {text: "Ask", inline: "code", to: here, id: here}
              - {text: "Send", inline: "code", to: [users, bots, groups, channels], id: chosen}
              - {text: "Copy", copy: "{{ data.code }}"}
              - {text: "Bye", go: end}
        """,
        Window(
            Format("Your code is {code}."),
            Url(Const("Map"), Format("https://example.com/map?of={code}")),
            WebApp(Const("App"), Format("https://example.com/app?of={code}")),
            LoginURLButton(
                Const("Account"),
                Const("https://example.com/login"),
                forward_text=Const("Log in"),
                bot_username=Const("other_bot"),
                request_write_access=True,
            ),
            SwitchInlineQuery(Const("Share"), Format("code {code}")),
            SwitchInlineQueryCurrentChat(Const("Ask"), Const("code")),
            SwitchInlineQueryChosenChatButton(
                Const("Send"),
                Const("code"),
                allow_user_chats=True,
                allow_bot_chats=True,
                allow_group_chats=True,
                allow_channel_chats=True,
            ),
            CopyText(Const("Copy"), Format("{code}")),
            Cancel(Const("Bye")),
            state=Main.first,
            getter=_named,
        ),
        acts=[press("Bye")],
    )


async def test_looks_of_buttons(compare: Compare) -> None:
    """Style, StyleCase and conditions are `style` and `icon`: a colour, a custom emoji, and the first that holds."""
    await compare(
        """\
        data: {count: {type: int, min: 0, max: 9, default: 0}}
        steps:
          first:
            show: "{{ data.count }}"
            buttons:
              - {text: "Plain", go: second}
              - {text: "Red", go: second, id: red, style: danger, icon: "5368324170671202286"}
              - text: "Add"
                go: first
                save: {count: "min(data.count + 1, 9)"}
                style:
                  - {style: primary, when: data.count == 0}
                  - {style: success, icon: "12345", when: data.count == 1}
                  - danger
              - {text: "Site", url: "https://example.com", style: success}
          second: {show: "Two", buttons: [{text: "Back", go: first, style: primary}]}
        """,
        Window(
            Format("{count}"),
            SwitchTo(Const("Plain"), id="plain", state=Main.second),
            SwitchTo(
                Const("Red"),
                id="red",
                state=Main.second,
                style=Style(style=ButtonStyle.DANGER, emoji_id="5368324170671202286"),
            ),
            Button(
                Const("Add"),
                id="add",
                on_click=_add,
                style=StyleCase(
                    {
                        0: Style(style=ButtonStyle.PRIMARY),
                        1: Style(style=ButtonStyle.SUCCESS, emoji_id="12345"),
                        ...: Style(style=ButtonStyle.DANGER),
                    },
                    selector="count",
                ),
            ),
            Url(
                Const("Site"), Const("https://example.com"), style=Style(style=ButtonStyle.SUCCESS)
            ),
            state=Main.first,
            getter=_named,
        ),
        Window(
            Const("Two"),
            SwitchTo(
                Const("Back"), id="back", state=Main.first, style=Style(style=ButtonStyle.PRIMARY)
            ),
            state=Main.second,
        ),
        acts=[press("Add"), press("Add"), press("Red"), press("Back")],
    )


async def _thank(callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    await callback.answer("Thank you!")
    await manager.switch_to(Main.second)


async def _warn(callback: CallbackQuery, _button: Any, _manager: DialogManager) -> None:
    await callback.answer("Mind that.", show_alert=True)


async def test_answers_to_presses(compare: Compare) -> None:
    """aiogram-dialog answers a press by itself, beside what a handler answers; here each press has one answer."""
    thanks, warning = press("Like"), press("Mind")
    steps = await compare(
        """\
        steps:
          first:
            show: "One"
            buttons:
              - {text: "Mind", alert: "Mind that."}
              - {text: "Like", go: second, toast: "Thank you!"}
          second: {show: "Two", buttons: [{text: "Back", go: first}]}
        """,
        Window(
            Const("One"),
            Button(Const("Mind"), id="mind", on_click=_warn),
            Button(Const("Like"), id="like", on_click=_thank),
            state=Main.first,
        ),
        Window(
            Const("Two"),
            SwitchTo(Const("Back"), id="back", state=Main.first),
            state=Main.second,
        ),
        acts=[warning, thanks],
        differences=[
            other_step("a press has one answer", warning.said),
            other_step("a press has one answer", thanks.said),
        ],
    )

    for step, answer in zip(
        steps[-2:],
        [{"text": "Mind that.", "show_alert": "true"}, {"text": "Thank you!"}],
        strict=True,
    ):
        ours = [call.payload for call in step.ours if call.method == ANSWER]
        theirs = [call.payload for call in step.theirs if call.method == ANSWER]
        assert ours == [answer]
        assert answer in theirs
