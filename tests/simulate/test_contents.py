"""What people send beside texts and share by keys, in scenarios and in tests in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.simulate.chat import simulate
from engine.simulate.scenarios.play import ScenarioFailedError, play_scenario
from engine.simulate.scenarios.read import ScenarioReader
from engine.simulate.witness import SimulationError

if TYPE_CHECKING:
    from tests.simulate.conftest import MakeSimulator

_HEAD = "flow: main\nversion: 1\ntitle: Main\nstart: [/main]\n"
ANY = _HEAD + """\
data: {last: {type: message, optional: true}}
steps:
  what:
    ask: any
    text: "{{ data.last.kind if data.last is not None else '' }} What?"
    save: {last: it}
    go: what
"""
ALBUM = _HEAD + """\
data: {files: {type: "list[file]", max: 10, default: []}}
steps:
  what:
    ask: photos
    text: "{{ len(data.files) }} pictures. More?"
    save: {files: it}
    go: what
"""
SHARED = _HEAD + """\
data:
  friend: {type: person, optional: true}
  order: {type: text, max: 20, optional: true}
steps:
  who:
    ask: user
    text: Who comes?
    share: Choose friends
    save: {friend: it}
    go: what
  what:
    ask: web_app
    text: "{{ data.friend.first_name | default('Nobody') }} comes. What do you want?"
    share: {text: Open the menu, url: "https://example.org/menu"}
    max: 20
    save: {order: it}
    go: below
  below:
    show: "{{ data.order }}. Right?"
    keyboard: {under: chat}
    buttons:
      - {text: "Yes, {{ data.order }}", go: bye}
      - {text: "No", go: who}
  bye:
    show: Bye.
    end: {}
"""


def _scenario(*lines: str) -> str:
    written = "".join(f"      - {line}\n" for line in lines)
    return f"scenarios:\n  One:\n    given: {{people: {{ann: , bob: }}}}\n    play:\n{written}"


async def _play(make_simulator: MakeSimulator, flow: str, *lines: str) -> None:
    simulator = make_simulator(main=flow)
    read = ScenarioReader(simulator.bot).read("x.yaml", _scenario("send: /main", *lines))
    assert read.problems == ()
    await play_scenario(simulator, read.scenarios[0])


async def test_everything_can_be_sent(make_simulator: MakeSimulator) -> None:
    """Each kind of content has its word, and is as usual where nothing more is said."""
    kinds = ("document", "video", "audio", "voice", "video_note", "animation", "sticker")
    parts = ("venue", "poll", "dice", "story", "checklist")
    lines = [f"{{{kind}: true, see: {kind} What?}}" for kind in (*kinds, *parts)]
    await _play(make_simulator, ANY, *lines)


async def test_more_is_said_of_what_is_sent(make_simulator: MakeSimulator) -> None:
    """A caption, a name, a title and what a dice shows stand behind the word."""
    await _play(
        make_simulator,
        ANY,
        "{video: The garden, see: video What?}",
        "{document: {file_name: plan.pdf, mime_type: application/pdf}, see: document What?}",
        "{venue: {title: Café, address: Here 1}, see: venue What?}",
        '{poll: {question: "Tea?", options: ["Yes", "No"]}, see: poll What?}',
        "{dice: 🎯, see: dice What?}",
        "{dice: {emoji: 🎲, value: 6}, see: dice What?}",
        "{checklist: {title: To buy, tasks: [Milk]}, see: checklist What?}",
    )


async def test_a_dice_shows_no_more_than_it_can(make_simulator: MakeSimulator) -> None:
    """What nobody can throw fails at its line."""
    with pytest.raises(ScenarioFailedError, match=r"🎲 shows 6 at most"):
        await _play(make_simulator, ANY, "dice: {value: 7}")


async def test_an_album_is_sent_at_once(make_simulator: MakeSimulator) -> None:
    """Its files are one answer to a question for several."""
    await _play(make_simulator, ALBUM, "{album: [photo, photo, photo], see: 3 pictures.}")


async def test_what_a_key_asks_for_is_chosen(make_simulator: MakeSimulator) -> None:
    """People are named as in the scenario; keys under the chat are found by their paths, too."""
    await _play(
        make_simulator,
        SHARED,
        "{press: Choose friends, share: {users: [bob]}, see: Bob comes.}",
        "{press: {path: main.what.share}, share: {web_app: Soup}, see: Soup. Right?}",
        "{press: {path: main.below.buttons.who}, see: Who comes?}",
        "{press: Choose friends, share: {users: [{user_id: 9, first_name: Zoe}]}, see: Zoe comes.}",
        "{press: Open the menu, share: {web_app: Tea}}",
        "{press: {path: main.below.buttons.bye}, see: Bye.}",
    )


async def test_a_key_shares_what_it_asks_for(make_simulator: MakeSimulator) -> None:
    """Who shares something else is told what the key asks for; who names nobody is told who there is."""
    async with simulate(make_simulator(main=SHARED)) as chat:
        await chat.send("/main")
        with pytest.raises(SimulationError, match='shares no "chat"; it asks for "users"'):
            await chat.press("Choose friends", share={"chat": "Team"})
        with pytest.raises(SimulationError, match='nobody is called "bob"; people are "ann"'):
            await chat.press("Choose friends", share={"users": ["bob"]})
