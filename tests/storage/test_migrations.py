"""Migrations make exactly the tables that the code means, from nothing, once, and take them back."""

import asyncio
import subprocess
import sys
import zipfile
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from storage import migrations
from storage.database import create_engine
from storage.desk_tables import metadata

ROOT = Path(__file__).parents[2]

DEFINITIONS = """
SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid)
FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
WHERE n.nspname = 'public' AND c.contype <> 'n'
UNION ALL
SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT c.relname, a.attname, concat_ws(
    ' ', a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
    pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE n.nspname = 'public' AND c.relkind = 'r'
ORDER BY 1, 2
"""


async def describe(url: str) -> set[tuple[str, ...]]:
    """Say what every column, constraint and index of the database is."""
    engine = create_engine(url)
    async with engine.connect() as connection:
        found = {tuple(row) for row in await connection.execute(text(DEFINITIONS))}
    await engine.dispose()
    return {row for row in found if row[0] != "alembic_version"}


def create_all(connection: Connection) -> None:
    """Create the tables from their models."""
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS btree_gist"))
    metadata.create_all(connection)


def differences(connection: Connection) -> list[object]:
    """List what Alembic would still change."""
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_migrations_and_models_make_the_same_tables(empty_database_url: str) -> None:
    """A database migrated from empty to head equals, to the constraint, one created from the models."""
    await migrations.upgrade(empty_database_url)
    migrated = await describe(empty_database_url)
    engine = create_engine(empty_database_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await migrations.downgrade(empty_database_url, "base")
    async with engine.begin() as connection:
        await connection.run_sync(create_all)
    await engine.dispose()

    created = await describe(empty_database_url)

    assert migrated == created
    assert len(migrated) > 100


async def test_downgrade_leaves_nothing(empty_database_url: str) -> None:
    """Going back to base drops every table, and head can be reached again."""
    await migrations.upgrade(empty_database_url)
    await migrations.downgrade(empty_database_url, "base")
    assert await describe(empty_database_url) == set()

    await migrations.upgrade(empty_database_url)
    assert await describe(empty_database_url)


async def test_processes_may_migrate_at_once(empty_database_url: str) -> None:
    """Whoever comes second waits for the first and finds nothing left to do."""
    await asyncio.gather(*(migrations.upgrade(empty_database_url) for _ in range(4)))

    assert await describe(empty_database_url)


def test_the_wheel_has_the_migrations(tmp_path: Path) -> None:
    """An installed Usher can upgrade its database: all that Alembic reads is packed."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")

    packed = {name for name in zipfile.ZipFile(wheel).namelist() if "migrations" in name}

    folder = ROOT / "storage" / "migrations"
    assert packed == {
        str(path.relative_to(ROOT))
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
