"""The command line `usher`: which commands there are, and how each ends.

It knows nothing of what a command does; its module is imported when the command is given, so that `usher check` stays
quick and needs no Telegram, database or web library.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.service.errors import ServiceError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    # The library has no public name for what add_subparsers() returns.
    type _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001

FINE: Final = 0
PROBLEMS: Final = 1
WRONG_USE: Final = 2
INTERRUPTED: Final = 130
"""What a shell expects of a program that Ctrl-C ended."""

_COMMANDS: Final = "engine.service.commands"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say and return the exit code: 0 fine, 1 problems found, 2 wrong use."""
    options = _parser().parse_args(arguments)
    try:
        code: int = import_module(f"{_COMMANDS}.{options.module}").run(options)
    except ServiceError as error:
        for line in str(error).splitlines():
            sys.stderr.write(f"usher: {line}\n")
        return WRONG_USE if isinstance(error, SettingsError) else PROBLEMS
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return FINE
    return code


class _Version(argparse.Action):
    """Looks the version up when it is asked for: what reads it is slow to import."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        version = import_module("importlib.metadata").version("usher")
        sys.stdout.write(f"usher {version}\n")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="usher", description="Telegram conversations written in YAML."
    )
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="show program's version number and exit"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")
    _add_check(commands)
    _add_fmt(commands)
    _add_new(commands)
    _add_graph(commands)
    _add_schema(commands)
    _add_diff(commands)
    _add_explore(commands)
    _add_lsp(commands)
    _add_run(commands)
    _add_demo(commands)
    _add_record(commands)
    _add_db(commands)
    _add_role(commands)
    _add_inbox(commands)
    _add_outbox(commands)
    _add_webhook(commands)
    return parser


def _add(
    commands: _Commands, name: str, description: str, *, module: str | None = None
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=description, description=description)
    command.set_defaults(module=module or name)
    return command


def _add_flows(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--flows", type=Path, default=Path("flows"), metavar="DIR", help="(default: flows)"
    )


def _add_env_file(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--env-file",
        type=Path,
        metavar="FILE",
        help="read settings that the environment lacks from this file",
    )


def _add_check(commands: _Commands) -> None:
    command = _add(commands, "check", "Find every mistake in the flows, at its line and column.")
    command.add_argument(
        "directory",
        nargs="?",
        type=Path,
        default=Path("flows"),
        metavar="DIR",
        help="(default: flows)",
    )
    command.add_argument("--format", choices=["text", "json", "github", "sarif"], default="text")


def _add_fmt(commands: _Commands) -> None:
    command = _add(commands, "fmt", "Bring flows into their canonical form, with every comment.")
    command.add_argument(
        "paths",
        nargs="*",
        type=Path,
        default=[Path("flows")],
        metavar="PATH",
        help="files and directories (default: flows)",
    )
    command.add_argument("--check", action="store_true", help="only tell which files would change")


def _add_new(commands: _Commands) -> None:
    command = _add(commands, "new", "Write something to begin with.")
    kinds = command.add_subparsers(required=True, metavar="KIND")
    flow = _add(kinds, "flow", "Write a flow that runs, and its translations.", module="new")
    bot = _add(kinds, "bot", "Write a bot to begin with: bot.yaml and home.", module="new_bot")
    for kind in (flow, bot):
        kind.add_argument("name", metavar="NAME", help="small letters, digits and _")
        _add_flows(kind)


def _add_graph(commands: _Commands) -> None:
    command = _add(commands, "graph", "Draw a flow with every move, or all flows of the bot.")
    what = command.add_mutually_exclusive_group()
    what.add_argument("flow", nargs="?", metavar="FLOW", help="the flow's name (default: --all)")
    what.add_argument("--all", action="store_true", help="the ways in, and which flow runs which")
    command.add_argument(
        "--format",
        choices=["mermaid", "dot", "svg"],
        help="(default: what FILE ends in, .svg or .dot; else mermaid)",
    )
    command.add_argument("-o", "--output", type=Path, metavar="FILE", help="(default: stdout)")
    _add_flows(command)


def _add_schema(commands: _Commands) -> None:
    command = _add(commands, "schema", "Write the JSON Schemas by which editors complete flows.")
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="DIR",
        help="write all there (default: flows' to stdout)",
    )


def _add_diff(commands: _Commands) -> None:
    command = _add(commands, "diff", "Tell what a deploy does to the people at each step.")
    for name, which in (("old", "that is in use"), ("new", "that is to be deployed")):
        command.add_argument(
            name, metavar=name.upper(), help=f"the version {which}: a directory, or a git revision"
        )
    command.add_argument(
        "--live", action="store_true", help="count who stands where, in the Redis at REDIS_URL"
    )
    command.add_argument("--format", choices=["text", "json"], default="text")
    _add_flows(command)
    _add_env_file(command)


def _add_explore(commands: _Commands) -> None:
    command = _add(
        commands, "explore", "Converse with the bot at random, and look for what goes wrong."
    )
    command.add_argument(
        "directory",
        nargs="?",
        type=Path,
        default=Path("flows"),
        metavar="FLOWS",
        help="directory of the flows (default: flows)",
    )
    command.add_argument(
        "--presses", type=_number, default=20_000, metavar="N", help="(default: 20000)"
    )
    command.add_argument("--seed", type=_number, default=1, metavar="N", help="(default: 1)")
    command.add_argument(
        "--people", type=_people, default=2, metavar="N", help="at a time (default: 2)"
    )
    command.add_argument(
        "--invariants",
        type=Path,
        metavar="FILE",
        help="queries that must give no rows (default: tests/invariants.sql, if there is one)",
    )
    command.add_argument(
        "--fill",
        default="engine.service.filling:fill_with_salon",
        metavar="MODULE:FUNCTION",
        help="what fills the database first (default: the salon)",
    )
    command.add_argument(
        "--write", type=Path, metavar="DIR", help="write a scenario file there for each finding"
    )
    command.add_argument(
        "--missing",
        type=Path,
        metavar="FILE",
        help="write scenarios for what a report of --flow-cov-report=json:FILE says is not covered",
    )
    command.add_argument(
        "--for", dest="only", metavar="FLOW", help="write scenarios for all of a flow"
    )


def _add_lsp(commands: _Commands) -> None:
    command = _add(commands, "lsp", "Serve an editor: problems as you type, completion, renaming.")
    _add_flows(command)


def _add_run(commands: _Commands) -> None:
    command = _add(commands, "run", "Run the bot, as settings in the environment say.")
    command.add_argument(
        "--watch", action="store_true", help="read the flows anew whenever their files change"
    )
    _add_env_file(command)


def _add_demo(commands: _Commands) -> None:
    command = _add(commands, "demo", "Chat with the bot in a browser, with nothing installed.")
    command.add_argument("--port", type=_port, metavar="N", help="of the chat page (default: 8000)")
    command.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="(default: .demo/, and the name of the bot)"
    )
    command.add_argument("--no-browser", action="store_true", help="print the address only")
    _add_flows(command)


def _add_record(commands: _Commands) -> None:
    command = _add(commands, "record", "Write what was done on the demo's chat page as a scenario.")
    command.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="such as tests/scenarios/visits.yaml (default: stdout)",
    )
    command.add_argument(
        "--name",
        type=_name,
        default="A conversation goes as it was recorded",
        metavar="TRUTH",
        help="the truth that the scenario protects",
    )
    command.add_argument(
        "--begin", action="store_true", help="begin anew: forget what was done until now"
    )
    command.add_argument(
        "--chat",
        default="http://127.0.0.1:8000",
        metavar="URL",
        help="address of the chat page (default: http://127.0.0.1:8000)",
    )


def _add_db(commands: _Commands) -> None:
    command = _add(commands, "db", "Look after the database.")
    actions = command.add_subparsers(required=True, metavar="ACTION")
    upgrade = _add(actions, "upgrade", "Bring the tables to this version's.", module="db")
    _add_env_file(upgrade)


def _add_role(commands: _Commands) -> None:
    words = {
        "grant": "Give somebody a role.",
        "revoke": "Take a role away.",
        "list": "List who has which role.",
    }
    for action, added in _add_actions(commands, "role", "Say who may do what.", words):
        if action != "list":
            added.add_argument("telegram_id", type=_telegram_id, metavar="TELEGRAM_ID")
            added.add_argument("role", metavar="ROLE")


def _add_inbox(commands: _Commands) -> None:
    words = {
        "list": "List what was set aside, and why.",
        "retry": "Have updates handled again.",
        "drop": "Forget updates.",
    }
    about = "See to updates that could not be handled."
    for action, added in _add_actions(commands, "inbox", about, words):
        if action != "list":
            added.add_argument("updates", type=_number, nargs="*", metavar="UPDATE")
            added.add_argument("--all", action="store_true", help="all that were set aside")
            added.add_argument("--bot", type=_telegram_id, metavar="BOT", help="of this bot only")


def _add_webhook(commands: _Commands) -> None:
    words = {
        "info": "Show what Telegram says of the webhook.",
        "delete": "Remove the webhook; what waits is kept.",
    }
    _add_actions(commands, "webhook", "See where Telegram calls, or have it call no more.", words)


def _add_outbox(commands: _Commands) -> None:
    words = {
        "list": "List the messages that are dead, and why.",
        "retry": "Have messages sent after all.",
        "drop": "Give messages up for good.",
    }
    about = "See to messages that could not be delivered."
    for action, added in _add_actions(commands, "outbox", about, words):
        every = "also those still to be sent" if action == "list" else "all that are dead"
        added.add_argument("--all", action="store_true", help=every)
        if action != "list":
            added.add_argument("messages", type=_number, nargs="*", metavar="MESSAGE")


def _add_actions(
    commands: _Commands, name: str, about: str, actions: Mapping[str, str]
) -> list[tuple[str, argparse.ArgumentParser]]:
    """Add a command that has actions, each described, and give their parsers to add more to."""
    chosen = _add(commands, name, about).add_subparsers(required=True, metavar="ACTION")
    added = [
        (action, _add(chosen, action, words, module=name)) for action, words in actions.items()
    ]
    for action, parser in added:
        parser.set_defaults(action=action)
        _add_env_file(parser)
    return added


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 65535):  # noqa: PLR2004 - TCP's
        raise argparse.ArgumentTypeError(f'"{text}" is not a port, which is from 0 to 65535')
    return int(text)


def _number(text: str) -> int:
    if not (text.isdecimal() and int(text) < 2**63):
        raise argparse.ArgumentTypeError(f'"{text}" is no number of those that are listed')
    return int(text)


def _people(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= 8):  # noqa: PLR2004 - as many as there are names
        raise argparse.ArgumentTypeError(f'"{text}" is no number of people from 1 to 8')
    return int(text)


def _name(text: str) -> str:
    if not 0 < len(text) <= 200:  # noqa: PLR2004 - as many as the chat page takes
        raise argparse.ArgumentTypeError("a name has from 1 to 200 characters")
    return text


def _telegram_id(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 2**52):
        raise argparse.ArgumentTypeError(f'"{text}" is not a Telegram id, which is a number')
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
