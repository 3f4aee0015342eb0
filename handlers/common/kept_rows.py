"""What a unit reads of its own matters that are about its head: that they are there, and how they stand."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar, cast

from msgspec import json

from handlers.common.office import Office
from handlers.rules.people import recusal
from storage.scope import Scope

RowT = TypeVar("RowT", bound=Mapping[str, Any])
HIDDEN: dict[str, Any] = {"posts": [], "result": None, "proof": None, "unanswerable": None, "topics": ()}
"""What of a matter would tell what it says, beside its title."""


def readable(rows: Iterable[RowT], scope: Scope, office: Office) -> Iterator[RowT]:
    """Yield rows of matters, for a unit without what those say that are about its head; they count like all others."""
    for row in rows:
        about = _about(row) if scope and isinstance(scope, str) else []
        if about and recusal.excluded(str(scope), about, office.institution):
            title = office.texts.say("unit.kept_title")
            late = [{**one, "title": title} for one in row.get("overruns", ())]
            yield cast(RowT, {**row, **HIDDEN, "title": title, "overruns": late})
        else:
            yield row


def _about(row: Mapping[str, Any]) -> list[str]:
    about = row["about"]
    return json.decode(about, type=list[str]) if isinstance(about, str) else list(about or ())
