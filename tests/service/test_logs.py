"""No line of the log, whoever wrote it, holds a token, a password, a phone number or what people said."""

import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import pytest
import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import IntegrityError

from engine.service.logs import configure_logs
from engine.service.redaction import HIDDEN, Redactor
from engine.service.settings import LogFormat, LogLevel

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SHORT = "42:SHORT"

type Lines = Callable[[], list[dict[str, Any]]]


@contextmanager
def configured(**options: Any) -> Iterator[io.StringIO]:
    """Configure logging into a text, and put it back afterwards."""
    root = logging.getLogger()
    handlers, level, former = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    configure_logs(stream=stream, **options)
    try:
        yield stream
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(False)
        structlog.configure(**former)


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Give what has been logged, one event a line."""
    with configured(level=LogLevel.DEBUG, secrets=[SHORT]) as stream:
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_of_json(lines: Lines) -> None:
    """An event has its name, its fields, its level, its logger and its time in UTC."""
    structlog.get_logger("engine.test").info("update_handled", update_id=7)

    (event,) = lines()
    assert event.pop("time").endswith("Z")
    assert event == {
        "event": "update_handled",
        "update_id": 7,
        "level": "info",
        "logger": "engine.test",
    }


def test_a_token_in_an_exception_is_hidden(lines: Lines) -> None:
    """A traceback is written, without the token that a message in it held."""

    def fail() -> None:
        raise RuntimeError(f"cannot reach https://api.telegram.org/bot{TOKEN}/getMe")

    try:
        fail()
    except RuntimeError:
        structlog.get_logger("engine.test").exception("failed")

    (event,) = lines()
    assert f"https://api.telegram.org/bot{HIDDEN}/getMe" in event["exception"]
    assert "Traceback" in event["exception"]
    assert "AAHdq" not in json.dumps(event)


async def test_a_token_in_the_url_of_a_failed_request_is_hidden(lines: Lines) -> None:
    """Errors of aiohttp hold addresses, and aiogram passes them on."""
    session = AiohttpSession(api=TelegramAPIServer.from_base("http://127.0.0.1:9"))
    async with Bot(TOKEN, session=session) as bot:
        with pytest.raises(TelegramNetworkError) as caught:
            await bot.get_me()
    request = aiohttp.RequestInfo(
        url=f"http://127.0.0.1:9/bot{TOKEN}/getMe",  # type: ignore[arg-type]  # a text will do to be shown
        method="POST",
        headers=None,  # type: ignore[arg-type]  # not looked at
        real_url=f"http://127.0.0.1:9/bot{TOKEN}/getMe",  # type: ignore[arg-type]  # as above
    )
    refused = aiohttp.ClientResponseError(request, (), status=502, message="Bad Gateway")

    logging.getLogger("aiogram.dispatcher").error("%s", caught.value, exc_info=caught.value)
    logging.getLogger("aiohttp.client").error("%s", refused)

    text = json.dumps(lines())
    assert "502" in text
    assert HIDDEN in text
    assert "AAHdq" not in text


def test_a_token_in_an_access_line_is_hidden(lines: Lines) -> None:
    """A webhook's path may hold the token, and uvicorn writes paths."""
    logging.getLogger("uvicorn.access").info(
        '%s - "%s %s HTTP/%s" %d', "127.0.0.1:5", "POST", f"/hook/{TOKEN}", "1.1", 200
    )

    (event,) = [line for line in lines() if line["logger"] == "uvicorn.access"]
    assert event["event"] == f'127.0.0.1:5 - "POST /hook/{HIDDEN} HTTP/1.1" 200'


def test_the_configured_token_is_hidden_whatever_it_looks_like(lines: Lines) -> None:
    """A token of a local server may be too short to be recognized."""
    logging.getLogger("other").warning("token %s", SHORT)

    assert lines()[0]["event"] == f"token {HIDDEN}"


def test_fields_that_hold_what_people_say_are_hidden(lines: Lines) -> None:
    """Whoever logs a text or a phone number by mistake logs that there was one."""
    structlog.get_logger("engine.test").info(
        "contact", phone="+4915112345678", nested={"text": "my secret"}, said="call +4915112345678"
    )

    event = lines()[0]
    assert event["phone"] == HIDDEN
    assert event["nested"] == {"text": HIDDEN}
    assert event["said"] == f"call {HIDDEN}"


def test_values_in_errors_of_libraries_are_hidden() -> None:
    """SQLAlchemy quotes parameters, PostgreSQL rows, and pydantic inputs; all may be what people said."""

    class Answer(BaseModel):
        count: int

    database = IntegrityError(
        "INSERT …",
        {"comment": "my secret"},
        Exception("boom\nDETAIL:  Key (x)=(my secret) exists."),
    )
    with pytest.raises(ValidationError) as caught:
        Answer.model_validate({"count": "my secret"})

    for error in (database, caught.value):
        assert "my secret" in str(error)
        assert "my secret" not in Redactor().clean(str(error))


def test_an_update_of_an_unknown_kind_is_hidden(lines: Lines) -> None:
    """A warning of aiogram shows all that is in an update it does not know."""
    message = 'unknown update\nUpdate: {"text": "my secret"}'

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(message, RuntimeWarning, stacklevel=1)

    (event,) = [line for line in lines() if line["logger"] == "py.warnings"]
    assert "unknown update" in event["event"]
    assert "my secret" not in json.dumps(event)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("postgresql://usher:hunter2@db/usher", f"postgresql://{HIDDEN}@db/usher"),
        ("redis://:hunter2@redis:6379", f"redis://{HIDDEN}@redis:6379"),
        ("at 10:30 in booking.yaml:14:13", "at 10:30 in booking.yaml:14:13"),
        ("2 + 2, +1 and +12", "2 + 2, +1 and +12"),
    ],
)
def test_only_what_is_private_is_hidden(text: str, cleaned: str) -> None:
    """Passwords in addresses go; times, places and sums stay."""
    assert Redactor().clean(text) == cleaned


def test_libraries_are_quiet_unless_debugging() -> None:
    """A line for each update and each health check would bury what matters; tracebacks show no variables."""
    with configured(level=LogLevel.INFO, style=LogFormat.TEXT) as stream:
        logging.getLogger("aiogram.event").info("Update id=1 is handled.")
        logging.getLogger("alembic.runtime.plugins").info("setup plugin alembic.autogenerate")
        logging.getLogger("uvicorn.access").info("GET /health/live")
        structlog.get_logger("engine.test").info("started")
        said = "my secret"
        try:
            int(said[:0])
        except ValueError:
            structlog.get_logger("engine.test").exception("failed")

    assert "started" in stream.getvalue()
    assert "Update id" not in stream.getvalue()
    assert "plugin" not in stream.getvalue()
    assert "health" not in stream.getvalue()
    assert "ValueError: invalid literal" in stream.getvalue()
    assert "my secret" not in stream.getvalue()
