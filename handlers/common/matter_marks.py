"""Load what people have said about matters beside their course, for the figures of a period."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from handlers.common.office import Office
from handlers.rules.figures.marks import MARKING, AfterFigures, Marks, marks_of, reporting_of, satisfaction_of
from handlers.rules.incident.lapses import LAPSES, Lapse
from handlers.rules.incident.lapses import lapses_of as lapse_lines
from storage import audit, overruns
from storage.scope import OFFICE, Scope, is_within


async def marks_since(since: datetime, now: datetime) -> Marks:
    """Return the marks that matters found since a moment had before `now`; none is older than its matter."""
    return marks_of(await audit.of_kinds(MARKING, since, now))


def marked(page: Iterable[dict[str, Any]], marks: Marks) -> list[dict[str, Any]]:
    """Return a page of the ledger with the marks of its matters."""
    return [{**row, **marks.get(row["number"], {})} for row in page]


async def after_figures(office: Office, since: datetime, until: datetime, scope: Scope) -> AfterFigures:
    """Load what was said in a period, about the matters of a scope, whenever they were found."""
    lines = [line for line in await audit.about_incidents(MARKING, since, until) if is_within(line, scope)]
    late = [
        row for row in await overruns.since(since, until) if since <= row["due_at"] < until and is_within(row, scope)
    ]
    return AfterFigures(
        satisfaction=satisfaction_of(marks_of(lines)),
        reporting=reporting_of(await lapses_of(office, since, until, scope), late, office.institution),
    )


async def lapses_of(office: Office, since: datetime, until: datetime, scope: Scope) -> list[Lapse]:
    """Load the lapses of a scope: a unit's are those that are recorded of it, a group has none."""
    if isinstance(scope, tuple):
        return []
    found = await lapses_recorded(since, until)
    units = {one.name for one in office.institution.units}
    return [one for one in found if scope is None or (one.department if one.department in units else OFFICE) == scope]


async def lapses_recorded(since: datetime, until: datetime) -> list[Lapse]:
    """Load the lapses that were recorded in a period, each as it stands at its end."""
    known = lapse_lines(await audit.of_kinds(LAPSES, since, until))
    return [one for one in known.values() if one.at >= since]
