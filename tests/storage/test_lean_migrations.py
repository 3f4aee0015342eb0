"""The lean migration executes the very statements of Tortoise's own, from nothing and from an earlier version."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.migrations.api import migrate
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_editor.sqlite import SqliteSchemaEditor

from storage.database.address import settings
from storage.database.migrating import bring_up
from tests.support.servers import postgres


async def tortoise_itself(config: dict[str, Any], target: str | None = None) -> None:
    await migrate(config=config, target=target)


class Executed(list[str]):
    """The statements that an editor of schemas has executed."""

    def __init__(self, editors: type[BaseSchemaEditor], monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        whole = editors._run_sql

        async def noted(editor: BaseSchemaEditor, sql: str) -> None:
            self.append(sql)
            await whole(editor, sql)

        monkeypatch.setattr(editors, "_run_sql", noted)

    async def by(self, way: Callable[..., Awaitable[None]], url: str, *targets: str | None) -> list[str]:
        """Return the statements that a way executes on an empty database."""
        self.clear()
        for target in targets:
            await way(settings(url), target)
            await Tortoise.close_connections()
        return [*self]


WAYS: tuple[Callable[..., Awaitable[None]], ...] = (tortoise_itself, bring_up)
FROM_EARLIER = ("huiyin.0002_swaps_and_files", "huiyin.0006_origins")


@pytest.mark.parametrize("earlier", [None, *(pytest.param(one, marks=pytest.mark.long) for one in FROM_EARLIER)])
async def test_it_executes_the_same_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, earlier: str | None
) -> None:
    executed, targets = Executed(SqliteSchemaEditor, monkeypatch), (earlier, None) if earlier else (None,)
    whole, lean = [await executed.by(way, f"sqlite:///{tmp_path}/{way.__name__}.db", *targets) for way in WAYS]
    assert whole == lean
    assert len(whole) > 60


@pytest.mark.long
async def test_and_on_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    executed, found = Executed(BaseSchemaEditor, monkeypatch), []
    for way in WAYS:
        with postgres() as url:
            found.append(await executed.by(way, url, None))
    assert found[0] == found[1]
    assert len(found[0]) > 60
