"""The lean migration executes the very statements of Tortoise's own, from nothing and from an earlier version."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.migrations.api import migrate
from tortoise.migrations.schema_editor.sqlite import SqliteSchemaEditor

from storage.database.address import settings
from storage.database.migrating import bring_up


async def tortoise_itself(config: dict[str, Any], target: str | None = None) -> None:
    await migrate(config=config, target=target)


@pytest.mark.long
@pytest.mark.parametrize("earlier", [None, "huiyin.0002_swaps_and_files", "huiyin.0006_origins"])
async def test_it_executes_the_same_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, earlier: str | None
) -> None:
    executed: list[str] = []
    whole = SqliteSchemaEditor._run_sql

    async def noted(editor: SqliteSchemaEditor, sql: str) -> None:
        executed.append(sql)
        await whole(editor, sql)

    monkeypatch.setattr(SqliteSchemaEditor, "_run_sql", noted)
    found = []
    ways: list[Callable[..., Awaitable[None]]] = [tortoise_itself, bring_up]
    for number, way in enumerate(ways):
        executed.clear()
        config = settings(f"sqlite:///{tmp_path}/{number}.db")
        for target in (earlier, None) if earlier else (None,):
            await way(config, target)
            await Tortoise.close_connections()
        found.append(list(executed))
    assert found[0] == found[1]
    assert len(found[0]) > 60
