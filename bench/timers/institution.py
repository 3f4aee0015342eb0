"""The demonstration's institution with any number of incidents, each with duties whose reminder is due."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.config import Installation, parse_installation
from handlers.common.office import Office
from storage.database import sql
from storage.tables import Policy
from storage.timers.keys import step_id

ROOT = Path(__file__).parents[2]
INCIDENTS = (
    "number", "version", "title", "text", "tier", "stage", "department", "holder", "channel", "conversation",
    "platform", "found_at", "forwarded_by", "policy_id", "helpers", "about", "bounces",
)  # fmt: skip
DUTIES = (
    "id", "incident_id", "cycle", "kind", "owner", "state", "started_at", "due_at", "first_due_at", "next_at",
    "provisional", "reckoning",
)  # fmt: skip
KINDS = ("acknowledge", "reply", "resolve", "verify", "report", "follow-up", "summary", "assign")


def bench_installation() -> Installation:
    file = ROOT / "config.toml"
    return parse_installation(file.read_text(encoding="utf-8"), file)


async def duties_due(dues: Sequence[float], per_incident: int = 1) -> list[tuple[str, int]]:
    """Insert one duty for each moment (seconds since 1970); return their steps as (name, due in ms).

    The incidents are critical, so that quiet hours postpone no reminder.
    """
    installation = bench_installation()
    office = Office(installation.institution, installation.regime)
    now = datetime.now(UTC)
    policy, _ = await Policy.get_or_create(
        digest=office.policy_digest, defaults={"name": "standard", "body": office.policy, "created_at": now}
    )
    departments = [department.name for department in office.institution.departments]
    first_incident, first_duty = await _free("incidents", "number"), await _free("duties", "id")
    incidents, duties, steps = [], [], []
    for n, due in enumerate(dues):
        at, incident = round(due * 1000), first_incident + n // per_incident
        department = departments[incident % len(departments)]
        if n % per_incident == 0:
            title = f"反映第{incident % 97}食堂饭菜有异物的情况"
            incidents.append((
                incident, 1, title, title, "critical", "open", department, f"department:{department}", "local", "work",
                "weibo", at - 1_800_000, "zhou", policy.id, "[]", "[]", "[]",
            ))  # fmt: skip
        kind = KINDS[n % per_incident]
        duties.append((
            first_duty + n, incident, 1, kind, "department", "open", at - 1_800_000, at, at, at, False, json.dumps({}),
        ))  # fmt: skip
        steps.append((step_id(incident, first_duty + n), at))
    await sql.insert("incidents", INCIDENTS, incidents)
    await sql.insert("duties", DUTIES, duties)
    return steps


async def pending_in_a_year(count: int) -> None:
    """Insert duties whose reminders are due in a year, eight to an incident."""
    far = datetime.now(UTC).timestamp() + 365 * 86_400
    for start in range(0, count, 100_000):
        await duties_due([far + n for n in range(start, min(start + 100_000, count))], 8)


async def _free(table: str, key: str) -> int:
    return int((await sql.rows(f"SELECT COALESCE(MAX({key}), 0) + 1 AS free FROM {table}", []))[0]["free"])
