"""Rows that plain SQL read become the same objects as a query of the models returns."""

import pytest
from tortoise.models import Model

from handlers.rules.incident.case import NewRequest
from storage.database import sql
from storage.incidents import change, load
from storage.tables import Draft, Duty, Incident, Policy, Request
from tests.support.rows import NOW, Decided, actor, event, opened


async def _everything() -> None:
    await opened()
    asked = NewRequest("reply", {"edition": 1, "signed": ["钱副"]})
    changes = {"about": ["person:qian"], "acknowledged_at": NOW}
    await change(1, 1, Decided((event("drafted"),), changes, draft="您好", requested=asked), actor(), lambda _: [])


@pytest.mark.parametrize("model", [Incident, Policy, Duty, Request, Draft])
async def test_rows_become_the_objects_of_a_query(tables: str, model: type[Model]) -> None:
    await _everything()
    queried = await model.all()
    read = sql.models(model, await sql.rows(f"SELECT * FROM {model.Meta.table}", []))
    assert queried
    assert [vars(one) for one in read] == [vars(one) for one in queried]


async def test_an_object_of_a_row_can_be_saved(tables: str) -> None:
    await _everything()
    (incident,) = sql.models(Incident, await sql.rows("SELECT * FROM incidents", []))
    incident.about = ["department:总务处"]
    await incident.save()
    record = await load(1)
    assert record
    assert record.incident.about == ["department:总务处"]
