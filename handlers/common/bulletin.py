"""The bulletin (通报): what was late this month, or in one matter, department by department."""

from datetime import datetime
from typing import Any

from handlers.common import form_file
from handlers.common.form_file import NumberedDocument
from handlers.common.office import Office
from handlers.documents.forms.fields import FormFields
from handlers.documents.labels import Labels
from handlers.rules.refusal import Refusal
from storage import incidents, reports


async def bulletin(office: Office, number: int | None, by: str, now: datetime) -> NumberedDocument:
    """Make the bulletin of this month, or with a `number` of one matter. Refusal if there is no such matter."""
    if number is not None and await incidents.load(number) is None:
        raise Refusal("common.no_such", number=number)
    local = now.astimezone(office.institution.zone)
    month = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    since = month if number is None else month.replace(year=2000)
    late = await _overruns(office, since, now, number)
    counts = await reports.found_and_resolved(since, now) if number is None else reports.FoundAndResolved(1)
    span = office.texts.say("form.span", number=number, year=local.year, month=local.month)
    facts = FormFields(Labels(office.texts, office.institution))

    def filled(written: str) -> dict[str, Any]:
        return {**facts.common(written, by, now), **facts.period(span, counts, late, now)}

    key = f"{local:%Y-%m}" if number is None else f"{number}"
    matters = [row["number"] for row in late] if number is None else ()
    return await form_file.made(office, "bulletin", key, number, filled, now, matters=matters)


async def _overruns(office: Office, since: datetime, now: datetime, number: int | None) -> list[dict[str, Any]]:
    """Load the late duties, each with its delay; leave out those with a timely request, if the regime spares them."""
    rows = await reports.overruns(since, now, number)
    spared = office.regime.bulletin_spares_who_asked
    named = (row for row in rows if not (spared and row["asked"]))
    return [{**row, "late": (row["met_at"] or now) - row["due_at"]} for row in named]
