"""The migrations lead to the schema that the models describe, which a new database gets at once."""

import inspect
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.models import Model

from storage import shift_swaps
from storage import tables as models
from storage.database.database import close_database, open_database, settings
from storage.database.migrating import bring_up
from storage.database.schema import known
from tests.support.earlier_versions import EARLIER

MODELS = [one for _, one in inspect.getmembers(models, inspect.isclass) if issubclass(one, Model) and one is not Model]


def schema(file: Path) -> dict[str, Any]:
    with sqlite3.connect(file) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: (columns(database, name), indexes(database, name), keys(database, name))
            for name in names
            if not name.startswith(("sqlite_", "tortoise"))
        }


def applied(file: Path) -> list[str]:
    with sqlite3.connect(file) as database:
        return [name for (name,) in database.execute("SELECT name FROM tortoise_migrations ORDER BY name")]


def columns(database: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    rows = database.execute(f"PRAGMA table_info({table})")
    return sorted((name, "INT" if "INT" in kind else kind, *rest) for _, name, kind, *rest in rows)


def indexes(database: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    """Return the indexes with their names, except those of primary keys: SQLite needs none for an integer row id."""
    listed = [row for row in database.execute(f"PRAGMA index_list({table})") if row[3] != "pk"]
    return sorted(
        (row[1], row[2], tuple(i[2] for i in database.execute(f"PRAGMA index_info({row[1]})"))) for row in listed
    )


def keys(database: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    return sorted(row[2:] for row in database.execute(f"PRAGMA foreign_key_list({table})"))


async def test_a_new_database_has_the_schema_of_a_migrated_one(tmp_path: Path) -> None:
    await bring_up(settings(f"sqlite:///{tmp_path}/migrated.db"))
    await Tortoise.close_connections()
    await open_database(f"sqlite:///{tmp_path}/new.db")
    await close_database()
    migrated, new = schema(tmp_path / "migrated.db"), schema(tmp_path / "new.db")
    assert new == migrated
    assert len(new) == len(MODELS)
    assert applied(tmp_path / "new.db") == applied(tmp_path / "migrated.db")


@pytest.mark.parametrize("left", ["nothing is recorded", "half of the tables are there"])
async def test_an_interrupted_start_is_completed(tmp_path: Path, left: str) -> None:
    await open_database(f"sqlite:///{tmp_path}/x.db")
    await close_database()
    whole = schema(tmp_path / "x.db")
    with sqlite3.connect(tmp_path / "x.db") as database:
        database.execute("DELETE FROM tortoise_migrations")
        if left == "half of the tables are there":
            for name in sorted(whole)[::2]:
                database.execute(f"DROP TABLE {name}")
            database.execute("DROP TABLE tortoise_migrations")
    await open_database(f"sqlite:///{tmp_path}/x.db")
    await close_database()
    assert schema(tmp_path / "x.db") == whole
    assert applied(tmp_path / "x.db") == known()


async def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/x.db"
    await open_database(address)
    await models.Setting.create(name="a", value="b")
    await close_database()
    before = schema(tmp_path / "x.db")
    await open_database(address)
    assert (await models.Setting.get(name="a")).value == "b"
    await close_database()
    assert schema(tmp_path / "x.db") == before


async def test_a_database_of_the_first_version_keeps_its_swaps(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/x.db"
    await bring_up(settings(address), target="huiyin.0001_initial")
    await Tortoise.close_connections()
    with sqlite3.connect(tmp_path / "x.db") as database:
        database.execute("INSERT INTO swaps (shift_at, giver, taker, by, at) VALUES (0, 'li', 'zhou', 'li', 0)")
    await open_database(address)
    assert [(row.giver, row.roster, row.state) for row in await shift_swaps.standing(models.EPOCH)] == [
        ("li", "", "agreed")
    ]
    await close_database()


async def test_a_database_of_the_second_version_keeps_its_incidents(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/x.db"
    await bring_up(settings(address), target="huiyin.0002_swaps_and_files")
    await Tortoise.close_connections()
    names = "number, version, title, text, tier, stage, holder, channel, conversation, platform, found_at, forwarded_by"
    with sqlite3.connect(tmp_path / "x.db") as database:
        database.execute("INSERT INTO policies (name, digest, body, created_at) VALUES ('standard', 'd', '{}', 0)")
        database.execute(
            f"INSERT INTO incidents ({names}, policy_id, helpers, about, bounces) "
            "VALUES (1, 3, 'a', '', 'general', 'resolved', 'closed', 'local', 'work', 'x', 5, 'zhou', 1, "
            "'[]', '[]', '[]')"
        )
    await open_database(address)
    [row] = await models.Incident.all()
    assert (row.number, row.title, row.unanswerable) == (1, "a", None)
    await models.Overrun.create(
        incident_id=1, duty=1, cycle=1, kind="reply", owner="desk", due_at=models.EPOCH, recorded_at=models.EPOCH
    )
    await models.Publication.create(incident_id=1, cycle=1, edition=1, url="https://a.cn/1", by="zhou", at=models.EPOCH)
    await close_database()


@pytest.mark.parametrize("version", EARLIER)
async def test_a_database_of_an_earlier_version_keeps_what_it_held(tmp_path: Path, version: str) -> None:
    written, still_works = EARLIER[version]
    address = f"sqlite:///{tmp_path}/x.db"
    await bring_up(settings(address), target=f"huiyin.{version}")
    await Tortoise.close_connections()
    with sqlite3.connect(tmp_path / "x.db") as database:
        for statement in written:
            database.execute(statement)
    await open_database(address)
    await still_works()
    await close_database()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_docstring_of_a_model_holds_a_semicolon(model: type[Model]) -> None:
    assert model.__doc__
    assert ";" not in model.__doc__


@pytest.mark.parametrize("address", ["mysql://x", "var/huiyin.db", ""])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="no database address"):
        settings(address)
