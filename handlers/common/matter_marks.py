"""Load what people have said about matters beside their course, for the figures of a period."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from handlers.common.late_matters import Home, is_at
from handlers.common.office import Office
from handlers.rules.figures.marks import MARKING, AfterFigures, Marks, marks_of, reporting_of, satisfaction_of
from handlers.rules.incident.lapses import LAPSES, Lapse, lapses_of
from storage import audit, overruns


async def marks_since(since: datetime, now: datetime) -> Marks:
    """Return the marks that matters found since a moment had before `now`; none is older than its matter."""
    return marks_of(await audit.of_kinds(MARKING, since, now))


def marked(page: Iterable[dict[str, Any]], marks: Marks) -> list[dict[str, Any]]:
    """Return a page of the ledger with the marks of its matters."""
    return [{**row, **marks.get(row["number"], {})} for row in page]


async def after_figures(office: Office, since: datetime, until: datetime, home: Home | None) -> AfterFigures:
    """Load what was said in a period, whenever the matters were found; with `home` of that group's matters alone."""
    lines = [line for line in await audit.about_incidents(MARKING, since, until) if is_at(line, home)]
    late = [row for row in await overruns.since(since, until) if since <= row["due_at"] < until and is_at(row, home)]
    return AfterFigures(
        satisfaction=satisfaction_of(marks_of(lines)),
        reporting=reporting_of(() if home else await lapses_recorded(since, until), late, office.institution),
    )


async def lapses_recorded(since: datetime, until: datetime) -> list[Lapse]:
    """Load the lapses that were recorded in a period, each as it stands at its end."""
    known = lapses_of(await audit.of_kinds(LAPSES, since, until))
    return [one for one in known.values() if one.at >= since]
