"""The image and the compose file: valid, locked, without privileges and without secrets.

They are read here, not run: a container engine is not part of what the tests may need.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from engine.service.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
STORES = ("postgres", "redis")


def test_compose_file_is_valid() -> None:
    """The compose file keeps to the schema of the Compose Specification."""
    schema = json.loads((Path(__file__).parent / "compose-spec" / "compose-spec.json").read_text())

    problems = Draft7Validator(schema).iter_errors(COMPOSE)

    assert [f"{problem.json_path}: {problem.message}" for problem in problems] == []


def test_services_are_the_promised_ones() -> None:
    """The bot, its database and its dialog store, the migration that runs before it, and what a profile adds for a webhook."""
    assert set(SERVICES) == {"bot-api", "bot-replica", "nginx", "migrate", "postgres", "redis"}
    profiles = {name: service.get("profiles") for name, service in SERVICES.items()}
    assert {name for name, found in profiles.items() if found == ["webhook"]} == {
        "bot-replica",
        "nginx",
    }
    assert not any(profiles[name] for name in ("bot-api", "migrate", *STORES))
    assert SERVICES["postgres"]["image"] == "postgres:16"
    assert SERVICES["redis"]["image"] == "redis:7"


def test_stores_are_reached_by_the_bot_alone() -> None:
    """Neither store has a way out or a published port; nginx reaches the bot and nothing else of ours."""
    assert COMPOSE["networks"]["data"]["internal"] is True
    for name in STORES:
        assert SERVICES[name]["networks"] == ["data"]
        assert "ports" not in SERVICES[name]
    assert SERVICES["migrate"]["networks"] == ["data"]
    assert set(SERVICES["bot-api"]["networks"]) == {"data", "egress", "web"}
    assert SERVICES["nginx"]["networks"] == ["web", "ingress"]
    assert COMPOSE["networks"]["web"]["internal"] is True


def test_published_ports_are_on_loopback() -> None:
    """Health and metrics are for the machine itself; only nginx is for Telegram."""
    for name, service in SERVICES.items():
        for port in [] if name == "nginx" else service.get("ports", []):
            assert port.startswith("127.0.0.1:"), port


def test_replicas_are_the_same_bot() -> None:
    """What nginx chooses from differs in nothing but the port on loopback, and has the name that nginx asks for."""
    replica = dict(SERVICES["bot-replica"])
    assert replica.pop("profiles") == ["webhook"]
    assert replica == {k: v for k, v in SERVICES["bot-api"].items() if k != "ports"}
    assert replica["networks"]["web"] == {"aliases": ["bot"]}


def test_bot_starts_when_what_it_needs_is_ready() -> None:
    """The bot waits for healthy stores and for a migration that ended well, once."""
    waits = {name: wait["condition"] for name, wait in SERVICES["bot-api"]["depends_on"].items()}

    assert waits == {
        "migrate": "service_completed_successfully",
        "postgres": "service_healthy",
        "redis": "service_healthy",
    }
    assert SERVICES["migrate"]["command"] == ["db", "upgrade"]
    assert SERVICES["migrate"]["restart"] == "no"
    for name in STORES:
        assert SERVICES[name]["healthcheck"]["test"]


def test_secrets_are_files() -> None:
    """Secrets come as files below the directory that git ignores, never as a value in the environment."""
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./secrets/")
    assert "secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("TOKEN|PASSWORD|SECRET|DATABASE_URL", name):
                assert name.endswith("_FILE"), name
                assert value.removeprefix("/run/secrets/") in service["secrets"]


def test_every_setting_of_the_compose_file_has_an_example() -> None:
    """What the compose file takes from the environment is what .env.example lists."""
    text = (ROOT / "docker-compose.yml").read_text()
    listed = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)

    assert sorted({*listed} - {"COMPOSE_PROFILES"}) == sorted(
        set(re.findall(r"\$\{([A-Z_]+)", text))
    )


def test_services_are_bounded() -> None:
    """No service takes the whole machine, gains privileges, or fills the disk with its log."""
    for service in SERVICES.values():
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["logging"]["options"]["max-size"]
        assert "restart" in service
        assert "privileged" not in service


def test_dialog_state_survives_a_restart_and_is_never_evicted() -> None:
    """Redis writes what it is given to its volume, and refuses rather than forgets when full."""
    command = " ".join(SERVICES["redis"]["command"])

    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command
    assert SERVICES["redis"]["volumes"] == ["redis-data:/data"]


def test_bot_runs_on_a_read_only_system_without_capabilities() -> None:
    """Whoever breaks into the bot, or into what stands before it, finds nothing to write to and no rights."""
    for name in ("bot-api", "nginx"):
        assert SERVICES[name]["read_only"] is True
        assert SERVICES[name]["cap_drop"] == ["ALL"]


@pytest.mark.parametrize(
    "promised",
    [
        r"^FROM python:3\.12-slim AS build$",
        r"^FROM python:3\.12-slim$",
        r"^USER 10001:10001$",
        r"^STOPSIGNAL SIGTERM$",
        r'^ENTRYPOINT \["usher"\]$',
        r'^CMD \["run"\]$',
        r"^LABEL org\.opencontainers\.image\.title=",
        r"^HEALTHCHECK [^\n]*\\\n[^\n]*\"python\", \"-c\"[^\n]*/health/live",
    ],
)
def test_dockerfile_keeps_its_promises(promised: str) -> None:
    """Two stages, a fixed user without rights, signals to the bot itself, a health check without curl."""
    assert re.search(promised, DOCKERFILE, flags=re.MULTILINE)


def test_image_installs_nothing_without_hashes() -> None:
    """Every installation in the image is from a lock file, or of the wheel that was just built."""
    installs = re.findall(r"pip (?:--python \S+ )?install ([^&\n]*)", DOCKERFILE)

    assert len(installs) == 3
    for arguments in installs:
        assert "--require-hashes" in arguments or "--no-index dist/" in arguments


def test_image_takes_only_what_it_is_made_of() -> None:
    """The build context starts from nothing, so no secret and no test can slip in."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, flags=re.MULTILINE)

    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == set(" ".join(copied).split())


def test_bot_understands_what_the_compose_file_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With .env.example as it is and the four secrets, every setting is one that the bot accepts."""
    (tmp_path / "bot_token").write_text("123456:made-up")
    (tmp_path / "database_url").write_text("postgresql+asyncpg://usher:made-up@postgres/usher\n")
    (tmp_path / "webhook_secret").write_text("made-up-" * 4)
    example = dict(
        re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)
    )
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)  # those of the machine that runs the tests
    for name, value in SERVICES["bot-api"]["environment"].items():
        filled = re.sub(
            r"\$\{([A-Z_]+):-([^}]*)\}", lambda found: example[found[1]] or found[2], value
        )
        monkeypatch.setenv(name, filled.replace("/run/secrets", str(tmp_path)))

    settings = load_settings(Settings)

    assert settings.bot_token.get_secret_value() == "123456:made-up"
    assert settings.database_url.get_secret_value().endswith("@postgres/usher")
    assert settings.redis_url.get_secret_value() == "redis://redis:6379/0"
    assert settings.owner_id is None
    assert settings.stop_timeout_seconds < int(SERVICES["bot-api"]["stop_grace_period"].rstrip("s"))
