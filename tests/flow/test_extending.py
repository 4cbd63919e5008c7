"""A bot that extends another one has its files, but for those of its own."""

from collections.abc import Mapping
from pathlib import Path

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.checked import Checked
from engine.flow.problems import render_problems
from engine.flow.workspace import Workspace

MESSAGES = """\
messages: {old_button: Old., no_access: "No.", error: Error., unknown_input: What?, wrong_answer: Not that.,
  next_page: More, previous_page: Back, proceed: On}
"""
BASE = {
    "bot.yaml": f"""\
bot: salon
locale: en
locales: [en, de, fr]
roles: [client, admin]
home: menu
time_zone: Europe/Berlin
currency: EUR
title: The salon
anytime: {{/cancel: {{go: end, say: Nothing was changed.}}, /stop: {{go: end, say: It is over.}}}}
{MESSAGES}""",
    "menu.yaml": """\
flow: menu
version: 1
title: Menu
start: [/menu]
steps:
  main: {show: The salon, buttons: [{text: Visit, run: visit}, {text: Tell, run: tell}]}
""",
    "visit.yaml": """\
flow: visit
version: 1
title: Visit
steps:
  hello: {show: Hello, buttons: [{use: back}]}
""",
    "tell.yaml": """\
flow: tell
version: 1
title: Tell
steps:
  word: {show: A word, buttons: [{use: back}, {use: out}]}
""",
    "fragments/back.yaml": "fragment: back\nbuttons: [{text: Back, go: end}]\n",
    "fragments/out.yaml": "fragment: out\nbuttons: [{text: Out, go: end, id: out}]\n",
    "texts/de.yaml": """\
bot:
  title: Der Salon
  messages: {old_button: Alt., no_access: Nein., error: Fehler., unknown_input: Was?, wrong_answer: Nicht so.,
    next_page: Mehr, previous_page: Zurück, proceed: Gut}
  anytime: {cancel: Nichts geändert., stop: Vorbei.}
menu: {title: Menü, main: {text: Der Salon, buttons: {visit: Besuch, tell: Sagen}}}
visit: {title: Besuch, hello: {text: Hallo}}
tell: {title: Sagen, word: {text: Ein Wort}}
fragments: {back: {buttons: {end: Zurück}}, out: {buttons: {out: Hinaus}}}
""",
}
BASE["texts/fr.yaml"] = BASE["texts/de.yaml"].replace("Besuch", "Visite")
OWN = {
    "clinic/bot.yaml": f"""\
bot: clinic
extends: ..
locale: en
locales: [en, de]
roles: [client, admin]
home: menu
time_zone: Europe/Kyiv
currency: UAH
anytime: {{/stop: {{go: end, say: The clinic stops.}}}}
{MESSAGES}""",
    "clinic/visit.yaml": """\
flow: visit
version: 4
title: Appointment
steps:
  doctor: {show: Which doctor?, buttons: [{use: back}]}
""",
    "clinic/fragments/back.yaml": "fragment: back\nbuttons: [{text: Leave, go: end}]\n",
    "clinic/texts/de.yaml": """\
bot:
  messages: {old_button: Veraltet., no_access: Nein., error: Fehler., unknown_input: Was?, wrong_answer: Nicht so.,
    next_page: Mehr, previous_page: Zurück, proceed: Gut}
  anytime: {stop: Die Klinik hält an.}
visit: {title: Termin, doctor: {text: Welcher Arzt?}}
tell: {word: {text: Ein anderes Wort}}
fragments: {back: {buttons: {end: Gehen}}}
""",
}


def check(files: Mapping[str, str], catalog: Catalog, own: str = "flows/clinic") -> Checked:
    """Check the bot of a directory among files."""
    sources = {Path("flows") / path: text for path, text in files.items()}
    return check_flows(Path(own), catalog, sources=sources)


def test_a_bot_has_the_flows_of_another_and_its_own_for_those(catalog: Catalog) -> None:
    """What it does not have is the other bot's: flows, fragments, lines of bot.yaml and translations."""
    checked = check({**BASE, **OWN}, catalog)

    assert render_problems(checked.problems) == ""
    bot = checked.bot
    assert bot is not None
    assert (bot.file.name, bot.file.currency, bot.file.time_zone) == (
        "clinic",
        "UAH",
        "Europe/Kyiv",
    )
    assert sorted(bot.flows) == ["menu", "tell", "visit"]
    assert bot.flows["visit"].flow.version == 4
    said = {
        wording.path: (wording.text, templates["de"].text)
        for one in bot.flows.values()
        for wording, templates in one.wordings.items()
    }
    assert said["menu.main.text"] == ("The salon", "Der Salon")
    assert said["visit.doctor.text"] == ("Which doctor?", "Welcher Arzt?")
    assert said["tell.word.text"] == ("A word", "Ein anderes Wort")
    assert said["fragments.back.buttons.end"] == ("Leave", "Gehen")
    assert said["fragments.out.buttons.out"] == ("Out", "Hinaus")
    assert said["bot.anytime.cancel.say"] == ("Nothing was changed.", "Nichts geändert.")
    assert said["bot.anytime.stop.say"] == ("The clinic stops.", "Die Klinik hält an.")
    assert bot.profile["title"]["de"].text == "Der Salon"
    assert bot.messages["old_button"]["de"].text == "Veraltet."


def test_the_other_bot_knows_nothing_of_it(catalog: Catalog, tmp_path: Path) -> None:
    """A directory below is no part of the bot above, whoever reads them together, and on the disk as well both are found."""
    together = check({**BASE, **OWN}, catalog, "flows").bot
    assert together is not None
    assert together.flows["visit"].flow.version == 1
    for path, text in {**BASE, **OWN}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    (tmp_path / "sign.png").write_bytes(b"\x89PNG\r\n\x1a\n and more")
    tell = BASE["tell.yaml"].replace("{show: A word,", "{show: A word, media: {photo: sign.png},")
    (tmp_path / "tell.yaml").write_text(tell)

    salon = check_flows(tmp_path, catalog).bot
    clinic = check_flows(tmp_path / "clinic", catalog).bot

    assert salon is not None
    assert clinic is not None
    assert salon.flows["visit"].flow.version == 1
    assert clinic.flows["visit"].flow.version == 4
    assert clinic.home_of("tell") == salon.home_of("tell") == tmp_path
    assert clinic.home_of("visit") == tmp_path / "clinic"


def test_a_bot_translates_itself_what_it_says_itself(catalog: Catalog) -> None:
    """A translation of the other bot's words does not stand for one of its own words, nor what the other has too much of."""
    files = {**BASE, **OWN, "clinic/texts/de.yaml": "tell: {word: {text: Wort}}\n"}

    problems = check(files, catalog).problems

    assert {problem.code for problem in problems} == {"missing-translation"}
    told = render_problems(problems)
    assert "visit.doctor.text" in told
    assert "fragments.back.buttons.end" in told
    assert "bot.anytime.stop.say" in told
    assert "bot.anytime.cancel" not in told
    assert "title" not in told.replace("visit.title", "")


def test_a_bot_may_extend_one_that_extends(catalog: Catalog) -> None:
    """What neither says is found in the third, and the nearest counts."""
    files = {
        **BASE,
        **OWN,
        "clinic/night/bot.yaml": OWN["clinic/bot.yaml"]
        .replace("clinic", "night")
        .replace("[en, de]", "[en]"),
        "clinic/night/tell.yaml": BASE["tell.yaml"].replace("version: 1", "version: 9"),
    }

    bot = check(files, catalog, "flows/clinic/night").bot

    assert bot is not None
    versions = {name: one.flow.version for name, one in bot.flows.items()}
    assert versions == {"menu": 1, "tell": 9, "visit": 4}
    assert {one.text for one in bot.flows["visit"].wordings} >= {"Leave", "The night stops."}


def test_bots_that_extend_one_another_are_told(catalog: Catalog) -> None:
    """A way that leads back to where it began is one mistake."""
    files = {
        **BASE,
        **OWN,
        "bot.yaml": BASE["bot.yaml"].replace("locale: en", "extends: clinic\nlocale: en"),
    }

    (problem,) = check(files, catalog).problems

    assert problem.code == "bad-extends"
    assert problem.message.startswith('"clinic" leads back to "flows/clinic"')


def test_a_mistake_in_what_is_shared_is_told_where_it_is(catalog: Catalog) -> None:
    """The bots that have a flow in common have its mistakes in common; a replaced one's are nobody's."""
    files = {
        **BASE,
        **OWN,
        "tell.yaml": BASE["tell.yaml"].replace("show:", "shw:"),
        "visit.yaml": "flow: [",
        "bot.yaml": BASE["bot.yaml"].replace("home: menu", "home: 1st"),
    }

    told = {(one.position.path, one.code) for one in check(files, catalog).problems}

    assert ("flows/tell.yaml", "no-verb") in told
    assert "flows/visit.yaml" not in {path for path, _ in told}
    assert any(path == "flows/bot.yaml" for path, _ in told)


def test_a_change_of_the_other_bot_is_seen(catalog: Catalog) -> None:
    """A workspace forgets what it made of another bot's files when these change."""
    sources = {Path("flows") / path: text for path, text in {**BASE, **OWN}.items()}
    workspace = Workspace(Path("flows/clinic"), catalog)
    first = workspace.check(sources).bot
    changed = sources[Path("flows/bot.yaml")].replace("The salon", "The other salon")
    second = workspace.check({**sources, Path("flows/bot.yaml"): changed}).bot

    assert first is not None
    assert second is not None
    assert [one.profile["title"]["en"].text for one in (first, second)] == [
        "The salon",
        "The other salon",
    ]
