"""What an operator sets is read, and what is wrong with it is said in a sentence."""

from pathlib import Path

import pytest

from engine.actions import Catalog
from engine.service.errors import SettingsError
from engine.service.paying import payment_token, require_payment_token
from engine.service.settings import DatabaseSettings, LogLevel, Settings, load_settings
from tests.dialog.conftest import check_bot
from tests.dialog.test_payments import BOT, LATE, MAIN, Orders

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
NEEDED = {
    "BOT_TOKEN": TOKEN,
    "DATABASE_URL": "postgresql://u:p@db/usher",
    "REDIS_URL": "redis://redis:6379/0",
}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take away what the machine sets."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set what has no default."""
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("needed")
def test_three_variables_are_enough() -> None:
    """Everything but the token and the two stores has a default, and the web pages are on loopback."""
    settings = load_settings(Settings)

    assert settings.bot_token.get_secret_value() == TOKEN
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.owner_id is None


@pytest.mark.usefixtures("needed")
def test_empty_variables_are_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compose file passes what it does not know as an empty text."""
    for name in ("OWNER_ID", "TELEGRAM_API_URL", "LOCALE_DEFAULT"):
        monkeypatch.setenv(name, "")

    settings = load_settings(Settings)

    assert settings.owner_id is None
    assert settings.telegram_api_url == "https://api.telegram.org"


def test_all_that_is_missing_is_said_at_once() -> None:
    """Every missing setting has its line, and secrets name the file they may be in."""
    with pytest.raises(SettingsError) as caught:
        load_settings(Settings)

    assert str(caught.value).splitlines() == [
        f"{name} is not set, nor {name}_FILE, the path of a file that holds it"
        for name in ("DATABASE_URL", "BOT_TOKEN", "REDIS_URL")
    ]


@pytest.mark.usefixtures("needed")
def test_a_webhook_needs_an_address_and_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the mode needs and has not is said in a line each."""
    monkeypatch.setenv("UPDATES", "webhook")

    with pytest.raises(SettingsError) as caught:
        load_settings(Settings)

    assert str(caught.value).splitlines() == [
        "WEBHOOK_URL is not set, which UPDATES=webhook needs",
        "WEBHOOK_SECRET is not set, which UPDATES=webhook needs, nor WEBHOOK_SECRET_FILE",
    ]


@pytest.mark.usefixtures("needed")
def test_a_webhook_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The secret may be in a file, with a former one; each of them is kept out of the log."""
    (tmp_path / "secret").write_text(f"{'n' * 32} {'f' * 32}\n")
    monkeypatch.setenv("UPDATES", "webhook")
    monkeypatch.setenv("WEBHOOK_URL", "https://bot.example.org:8443/telegram/updates")
    monkeypatch.setenv("WEBHOOK_SECRET_FILE", str(tmp_path / "secret"))

    settings = load_settings(Settings)

    assert settings.webhook_url == "https://bot.example.org:8443/telegram/updates"
    assert {"n" * 32, "f" * 32} <= set(settings.secret_values())


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("bot.example.org/x", "is not an address"),
        ("https://[x/y", "is not an address"),
        ("https://bot.example.org", "has no path"),
        ("https://bot.example.org/", "has no path"),
        ("https://bot.example.org/{x}", "has no path"),
        ("https://bot.example.org/x?key=1", "has more than a host and a path"),
        ("https://a:b@bot.example.org/x", "has more than a host and a path"),
        ("https://bot.example.org/metrics", "is a page of the service"),
        ("https://bot.example.org/health/x", "is a page of the service"),
        ("http://bot.example.org/x", "is not https://"),
        ("https://bot.example.org:8080/x", "Telegram calls 80, 88, 443, 8443"),
        (f"https://bot.example.org/{TOKEN}", "has no path"),
        (f"https://bot.example.org/{TOKEN.partition(':')[2]}", "holds the bot token"),
    ],
)
@pytest.mark.usefixtures("needed")
def test_an_address_that_telegram_would_not_call_is_refused(
    url: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong with the address is said before Telegram is asked, and never with the token in it."""
    monkeypatch.setenv("WEBHOOK_URL", url)

    with pytest.raises(SettingsError) as caught:
        load_settings(Settings)

    assert said in str(caught.value)
    assert TOKEN.partition(":")[2] not in str(caught.value)


@pytest.mark.usefixtures("needed")
def test_another_bot_api_server_may_call_any_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Bot API server of one's own calls http:// and any port."""
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:8081")
    monkeypatch.setenv("WEBHOOK_URL", "http://127.0.0.1:8080/x")

    assert load_settings(Settings).webhook_url == "http://127.0.0.1:8080/x"


@pytest.mark.parametrize("secret", ["short", "x" * 257, "with spaces in it!", "ü" * 20])
@pytest.mark.usefixtures("needed")
def test_a_weak_secret_is_refused(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Telegram would not take, or anybody could guess, is refused without being quoted."""
    monkeypatch.setenv("WEBHOOK_SECRET", secret)

    with pytest.raises(SettingsError) as caught:
        load_settings(Settings)

    assert str(caught.value).startswith("WEBHOOK_SECRET is not a secret of 16 to 256 letters")
    assert secret not in str(caught.value)


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.usefixtures("needed")
def test_secrets_are_read_from_files(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every secret may be in a file, whose last line break is not part of it."""
    (tmp_path / "secret").write_text(NEEDED[name] + "\n")
    monkeypatch.delenv(name)
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))

    settings = load_settings(Settings)

    assert getattr(settings, name.lower()).get_secret_value() == NEEDED[name]


@pytest.mark.usefixtures("needed")
def test_a_missing_secret_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who misspelt a path is told which variable has it."""
    monkeypatch.delenv("BOT_TOKEN")
    monkeypatch.setenv("BOT_TOKEN_FILE", "/run/secrets/none")

    with pytest.raises(SettingsError) as caught:
        load_settings(Settings)

    expected = (
        'BOT_TOKEN_FILE names "/run/secrets/none", which cannot be read: No such file or directory'
    )
    assert str(caught.value) == expected


@pytest.mark.usefixtures("needed")
def test_an_empty_secret_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty file is no secret."""
    (tmp_path / "secret").write_text("\n")
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "secret"))

    with pytest.raises(SettingsError, match=r"^DATABASE_URL_FILE names .*, which is empty$"):
        load_settings(Settings)


@pytest.mark.usefixtures("needed")
def test_a_secret_is_given_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two sources of one secret are refused, since one of them is old."""
    monkeypatch.setenv("BOT_TOKEN_FILE", str(tmp_path / "secret"))

    with pytest.raises(SettingsError, match=r"^BOT_TOKEN and BOT_TOKEN_FILE are both set"):
        load_settings(Settings)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "http", 'PORT is "http": input should be a valid integer'),
        ("PORT", "70000", 'PORT is "70000": input should be less than or equal to 65535'),
        ("LOG_LEVEL", "LOUD", 'LOG_LEVEL is "LOUD": input should be'),
        ("TELEGRAM_API_URL", "telegram", 'TELEGRAM_API_URL is "telegram", which is not an http'),
        ("OWNER_ID", "@me", 'OWNER_ID is "@me": input should be a valid integer'),
    ],
)
@pytest.mark.usefixtures("needed")
def test_a_wrong_value_is_quoted(
    name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence names the variable, its value and what would be right."""
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as caught:
        load_settings(Settings)

    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.usefixtures("needed")
def test_a_wrong_secret_is_not_quoted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret that is nearly right is still a secret."""
    monkeypatch.setenv(name, "hunter2hunter2")

    with pytest.raises(SettingsError) as caught:
        load_settings(Settings)

    assert str(caught.value).startswith(f"{name} is not a ")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://u:hunter2@db:54x2/usher", "DATABASE_URL is not a PostgreSQL URL"),
        ("mysql://u:hunter2@db/usher", "DATABASE_URL is not a PostgreSQL URL"),
        (
            "postgresql://u:hunter2@db/usher?pool=9",
            'DATABASE_URL has the option "pool", which is not known; options are "host", ',
        ),
    ],
)
@pytest.mark.usefixtures("needed")
def test_a_database_url_is_read_to_its_end(
    url: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A port that is no number and an option that nobody knows are told before anything connects."""
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(SettingsError) as caught:
        load_settings(DatabaseSettings)

    assert str(caught.value).startswith(sentence)
    assert "hunter2" not in str(caught.value)


@pytest.mark.usefixtures("needed")
def test_secrets_are_not_shown() -> None:
    """Whoever prints the settings prints no secret."""
    settings = load_settings(Settings)

    assert TOKEN not in repr(settings)
    assert "u:p" not in str(settings)
    assert set(settings.secret_values()) == set(NEEDED.values())


@pytest.mark.usefixtures("needed")
def test_an_env_file_is_read_only_when_asked_for(tmp_path: Path) -> None:
    """A forgotten .env in the working directory changes nothing."""
    (tmp_path / ".env").write_text("LOG_LEVEL=DEBUG\nDATABASE_URL=postgresql://other/one\n")

    assert load_settings(Settings).log_level is LogLevel.INFO
    asked = load_settings(Settings, env_file=tmp_path / ".env")

    assert asked.log_level is LogLevel.DEBUG
    assert asked.database_url.get_secret_value() == NEEDED["DATABASE_URL"]


def test_an_env_file_may_name_secret_files(tmp_path: Path) -> None:
    """`<NAME>_FILE` works in an env file as it does in the environment."""
    (tmp_path / "url").write_text(NEEDED["DATABASE_URL"])
    (tmp_path / "env").write_text(f"DATABASE_URL_FILE={tmp_path / 'url'}\n")

    settings = load_settings(DatabaseSettings, env_file=tmp_path / "env")

    assert settings.database_url.get_secret_value() == NEEDED["DATABASE_URL"]


@pytest.mark.usefixtures("needed")
def test_a_missing_env_file_is_named() -> None:
    """A file that was asked for must be there."""
    with pytest.raises(SettingsError, match=r'^there is no env file "gone\.env"$'):
        load_settings(Settings, env_file=Path("gone.env"))


@pytest.mark.usefixtures("needed")
def test_flows_that_ask_for_money_need_a_provider(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the token of a payment provider such flows are refused, unless their actions can do without; with it they are not."""
    shop = check_bot({"main": MAIN, "late": LATE, "bot": BOT}, Catalog(Orders().actions()))
    with pytest.raises(SettingsError, match=r'PAYMENT_TOKEN is not set.* flow "main" asks for'):
        require_payment_token(load_settings(Settings), shop)

    require_payment_token(load_settings(Settings), check_bot({"main": OTHER}, Catalog([])))
    optional = Catalog(Orders().actions(), payments_optional=True)
    shop_or_not = check_bot({"main": MAIN, "late": LATE, "bot": BOT}, optional)
    require_payment_token(load_settings(Settings), shop_or_not)
    assert "payments_off" in capsys.readouterr().out
    monkeypatch.setenv("PAYMENT_TOKEN", "provider:TEST")
    settings = load_settings(Settings)
    require_payment_token(settings, shop)
    assert payment_token(settings) in settings.secret_values()


OTHER = "flow: main\nversion: 1\ntitle: Main\nsteps:\n  hello: {show: Hello., end: {}}\n"
