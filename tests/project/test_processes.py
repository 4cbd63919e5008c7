"""A run of the tests in several processes: the servers are shared, the databases are not, and nothing is left."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

ROOT = Path(__file__).parents[2]
SUITE = """
import asyncio, os, signal
from pathlib import Path

import pytest
from redis.asyncio import Redis

SEEN = Path(__file__).parent

@pytest.mark.parametrize("number", range(2))
async def test_servers(number, run, database_url, redis_url):
    async with Redis.from_url(redis_url) as client:
        await client.set("key", "value")
    (SEEN / f"{run.worker}.new").write_text(f"{database_url} {redis_url}")
    (SEEN / f"{run.worker}.new").rename(SEEN / f"{run.worker}.seen")
    while len(list(SEEN.glob("?.seen"))) < 2:
        await asyncio.sleep(0.01)
    if run.worker == 1:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def run_suite(directory: Path, **environment: str) -> str:
    """Run two tests in two processes, the second of which is killed; return what pytest said."""
    suite = directory / "test_suite.py"
    suite.write_text(SUITE)
    unwanted = re.compile(r"COV|.*_URL$|PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not unwanted.match(name)}
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    options = ["-n", "2", "--max-worker-restart", "0", "-c", str(ROOT / "pyproject.toml")]
    return subprocess.run(
        [*command, *options, str(suite)],
        cwd=directory,
        env={**kept, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), **environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    ).stdout


async def test_processes_share_servers_but_no_database(
    database_server: str, tmp_path: Path
) -> None:
    """Each process has databases of its own, and neither they nor a server outlive a run of which one was killed."""
    said = run_suite(tmp_path, DATABASE_URL=database_server)

    assert "crashed" in said, said
    seen = [path.read_text().split() for path in tmp_path.glob("?.seen")]
    databases, stores = ({urlsplit(url) for url in urls} for urls in zip(*seen, strict=True))
    connection = await asyncpg.connect(database_server.replace("+asyncpg", ""))
    left = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
    await connection.close()
    assert len({url.path for url in databases} - {f"/{name}" for name in left}) == 2
    assert {url.query for url in stores} == {"db=0", "db=1"}
    assert not {url.path for url in stores if Path(url.path).exists()}
    assert len({url.path for url in stores}) == 1
