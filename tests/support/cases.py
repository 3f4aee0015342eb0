"""Incidents for the rules, without a database: plain values in the shape of rows."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from handlers.rules.incident.case import Case
from handlers.rules.incident.duties import owed
from handlers.rules.people.institution import Institution, Person
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_file import load
from tests.support.story import SHANGHAI, demonstration

FOUND = datetime(2026, 11, 23, 10, 5, tzinfo=SHANGHAI).astimezone(UTC)
STANDARD = Path(__file__).parents[2] / "handlers" / "regimes" / "standard.toml"


def standard(**replaced: str) -> Regime:
    text = STANDARD.read_text(encoding="utf-8")
    for old, new in replaced.items():
        assert old in text, old
        text = text.replace(old, new)
    return load(text)


@lru_cache
def shipped(name: str) -> Regime:
    return load((STANDARD.parent / f"{name}.toml").read_text(encoding="utf-8"))


def institution() -> Institution:
    return demonstration(Path("nowhere")).institution


INSTITUTION = institution()
ZONE = ZoneInfo("Asia/Shanghai")


def person(id: str) -> Person:
    found = INSTITUTION.person(id)
    assert found
    return found


@dataclass
class Row:
    """An incident, a duty, a request or a draft, with the fields that the rules read."""

    values: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None


def incident(**changes: Any) -> Row:
    values = {
        "number": 1, "version": 1, "title": "食堂饭菜有异物", "text": "食堂饭菜有异物", "platform": "weibo",
        "tier": "general", "stage": "assigned",
        "department": "总务处", "holder": "department:总务处", "found_at": FOUND, "forwarded_by": "zhou", "cycle": 1,
        "answer": None, "proof": None, "outcome": None, "acknowledged_at": None, "replied_at": None,
        "posted_at": None, "resolved_at": None, "cycle_at": None,
        "helpers": [], "about": [], "about_by": None, "bounces": [], "outside": None,
        "merged_into": None,
        "verdict": None, "kind": None, "result": None, "unanswerable": None,
        "origin": "found", "origin_body": None, "superior": None, "unit": None,
    }  # fmt: skip
    return Row(values | changes)


def request(id: int = 1, **changes: Any) -> Row:
    values = {
        "id": id, "kind": "reply", "subject": {"edition": id}, "step": 0, "asked_by": "wang", "asked_at": FOUND,
        "state": "pending", "cycle": 1, "remark": None, "decided_at": None,
    }  # fmt: skip
    return Row(values | changes)


def draft(edition: int = 1, text: str = "已送检。") -> Row:
    return Row({"edition": edition, "text": text, "author": "wang", "created_at": FOUND})


def duties(regime: Regime) -> list[Row]:
    new = owed(regime, INSTITUTION, "general", FOUND, ("found", "assigned"))
    return [
        Row({
            "id": id, "kind": duty.kind, "state": "open", "cycle": 1, "started_at": duty.started_at,
            "due_at": duty.due.at, "first_due_at": duty.due.at, "met_at": None, "rung": None,
            "next_at": duty.next_at, "provisional": False, "owner": duty.owner,
            "reckoning": duty.due.trace.to_dict(),
        })
        for id, duty in enumerate(new, 1)
    ]  # fmt: skip


def case(
    requests: tuple[Row, ...] = (), drafts: tuple[Row, ...] = (), regime: Regime | None = None, **changes: Any
) -> Case:
    regime = regime or standard()
    return Case(incident(**changes), duties(regime), requests, drafts, regime, INSTITUTION)


def later(**span: float) -> datetime:
    return FOUND + timedelta(**span)
