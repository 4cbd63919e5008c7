"""Pictures of the examples, taken of the chat page in a browser as wide as a phone.

It does not know what the page says about them.
"""

from __future__ import annotations

import base64
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from playwright.async_api import async_playwright

from engine.emulator.server import run_emulator
from engine.emulator.world import DEFAULT_TOKEN, Settings
from tests.dialog.conftest import NOW
from tests.widgets.gallery.page import picture_of
from tests.widgets.gallery.played import play_shot, start_example

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from playwright.async_api import Page

    from engine.emulator import Emulator
    from tests.widgets.gallery.entries import Entry

CHROMIUM: Final = Path("/usr/bin/chromium")
_FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
_PHONE: Final = {"width": 390, "height": 1600}
_QUALITY: Final = 82
_MARGIN: Final = 10
_GAP: Final = 5
"""What is left between two messages."""

_CLIP = """() => {
  const own = document.querySelector(".message.own");
  const shown = [...document.querySelectorAll(".messages > *")].filter(
    (one) => own && own.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING
      && !/Home, \\w+\\./.test(one.innerText));
  const below = document.querySelector(".reply-keys:not([hidden])");
  const boxes = shown.map((one) => one.getBoundingClientRect());
  const bottom = below?.children.length ? below.getBoundingClientRect().bottom : Math.max(...boxes.map((one) => one.bottom));
  return [Math.min(...boxes.map((one) => one.top)), bottom];
}"""


async def take_pictures(entries: Sequence[Entry]) -> None:
    """Take the pictures of these entries and write them where the page looks for them."""
    async with AsyncExitStack() as opened:
        settings = Settings(clock=NOW.timestamp)
        emulator = await opened.enter_async_context(run_emulator(settings=settings))
        client = await opened.enter_async_context(httpx.AsyncClient(base_url=emulator.base_url))
        session = AiohttpSession(api=TelegramAPIServer.from_base(emulator.base_url))
        opened.push_async_callback(session.close)
        page = await opened.enter_async_context(_open_browser())
        for entry in entries:
            side = start_example(entry, emulator, Bot(DEFAULT_TOKEN, session=session), client)
            for shot in entry.shots:
                await play_shot(side, shot)
                picture = await _take(page, emulator, side.person().id)
                picture_of(shot.name).parent.mkdir(parents=True, exist_ok=True)
                picture_of(shot.name).write_bytes(picture)


@asynccontextmanager
async def _open_browser() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        context = await browser.new_context(
            viewport={"width": _PHONE["width"], "height": _PHONE["height"]},
            device_scale_factor=2,
            locale="en-GB",
            timezone_id="UTC",
            color_scheme="light",
            reduced_motion="reduce",
        )
        yield await context.new_page()
        await browser.close()


async def _take(page: Page, emulator: Emulator, user_id: int) -> bytes:
    """Return a picture of what followed the first thing the person said, keys below included."""
    await page.goto(f"{emulator.base_url}/?users={user_id}")
    await page.locator(".message:not(.own)").first.wait_for()
    await page.evaluate("document.fonts.ready")
    await page.wait_for_function("[...document.images].every((one) => one.complete)")
    top, bottom = await page.evaluate(_CLIP)
    clip: dict[str, Any] = {
        "x": 0,
        "y": top - _GAP,
        "width": _PHONE["width"],
        "height": bottom - top + _GAP + _MARGIN,
        "scale": 1,
    }
    browser = await page.context.new_cdp_session(page)
    wanted = {"format": "webp", "quality": _QUALITY, "clip": clip}
    taken = await browser.send("Page.captureScreenshot", wanted)
    return base64.b64decode(taken["data"])
