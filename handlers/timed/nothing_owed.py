"""At every start: an open matter for which nothing is owed owes its closing from now on.

Every decision leaves something owed; matters that an earlier version left without anything have been silent since.
"""

from datetime import datetime

from handlers.common.office import Office
from handlers.rules.incident.always_owed import BESIDE, still_owed
from handlers.rules.incident.case import OPEN_STAGES, AuditEvent, Decision
from storage import incidents, reports
from storage.changes import Actor
from storage.incidents import Conflict


async def settle(office: Office, now: datetime) -> int:
    """Let the open matters that owe nothing owe their closing; return how many there were."""
    return sum([await _settle(office, number, now) for number in await reports.owing_nothing(BESIDE)])


async def _settle(office: Office, number: int, now: datetime) -> bool:
    while record := await incidents.load(number):
        case = office.case(record, now)
        decision = still_owed(case, Decision(events=(AuditEvent("owed again", {}),)), now)
        if case.incident.stage not in OPEN_STAGES or not decision.opened:
            return False
        try:
            written = await incidents.change(
                case.incident.version, number, decision, Actor(id="clock", now=now), lambda _: ()
            )
        except Conflict:
            continue
        await office.arm(written)
        return True
    return False
