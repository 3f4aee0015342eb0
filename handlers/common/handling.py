"""Load who handles a matter as one, its experts, and what the press asks and may be told."""

from msgspec.structs import replace

from handlers.rules.incident.case import Case, RequestRow
from handlers.rules.incident.chain import WORDINGS
from handlers.rules.incident.experts import EXPERTS, ExpertOnRecord, experts_of
from handlers.rules.incident.handling import HANDLING, Handling, handling_of
from handlers.rules.incident.inquiries import PRESS, InquiryOnRecord, inquiries_of
from handlers.rules.incident.taken_back import UNDONE, standing
from storage import audit, incidents
from storage.tables import EPOCH

MERGED_IN = "merged in"


async def handling(case: Case) -> Handling:
    return handling_of(standing(await audit.of_incident(case.number, (*HANDLING, UNDONE), EPOCH)))


async def inquiries(case: Case) -> tuple[InquiryOnRecord, ...]:
    return inquiries_of(standing(await audit.of_incident(case.number, (*PRESS, UNDONE), EPOCH)))


async def experts(case: Case) -> tuple[ExpertOnRecord, ...]:
    return experts_of(standing(await audit.of_incident(case.number, (*EXPERTS, UNDONE), EPOCH)))


async def with_merged_wording(case: Case) -> Case:
    """Return a matter with what was signed for those that were merged into it; of each kind its own counts first."""
    return replace(case, requests=(*await _signed_in_merged(case.number), *case.requests))


async def _signed_in_merged(number: int) -> list[RequestRow]:
    lines = standing(await audit.of_incident(number, (MERGED_IN, UNDONE), EPOCH))
    found: list[RequestRow] = []
    records = await incidents.load_all(sorted({line["data"]["from"] for line in lines}))
    for record in (one for one in records if one.incident.merged_into == number):
        found += await _signed_in_merged(record.incident.number)
        found += [one for one in record.requests if one.kind in WORDINGS and one.state == "approved"]
    return found
