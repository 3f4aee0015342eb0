"""Load who handles a matter as one, its experts, and what the press asks, from the audit trail."""

from handlers.rules.incident.case import Case
from handlers.rules.incident.experts import EXPERTS, ExpertOnRecord, experts_of
from handlers.rules.incident.handling import HANDLING, Handling, handling_of
from handlers.rules.incident.inquiries import PRESS, InquiryOnRecord, inquiries_of
from handlers.rules.incident.taken_back import UNDONE, standing
from storage import audit
from storage.tables import EPOCH


async def handling(case: Case) -> Handling:
    return handling_of(standing(await audit.of_incident(case.number, (*HANDLING, UNDONE), EPOCH)))


async def inquiries(case: Case) -> tuple[InquiryOnRecord, ...]:
    return inquiries_of(standing(await audit.of_incident(case.number, (*PRESS, UNDONE), EPOCH)))


async def experts(case: Case) -> tuple[ExpertOnRecord, ...]:
    return experts_of(standing(await audit.of_incident(case.number, (*EXPERTS, UNDONE), EPOCH)))
