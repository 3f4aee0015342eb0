"""Contacts (联系): talks with those who raised a matter, by which means, when, and what was agreed.

Neither their names nor their numbers are kept. A contact answers nobody: it meets no duty and closes nothing.
"""

from datetime import datetime

from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.contact_words import means_in, spoken_at, tells_of_nothing
from handlers.rules.incident.permissions import permit
from handlers.rules.language.folding import normalize
from handlers.rules.language.masking import mask
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Person
from handlers.rules.people.name_words import SURNAMES
from handlers.rules.refusal import Refusal

CONTACT = "contact"
"""Kind of the event that records a contact."""
LEAST = 4
"""How many characters say at least what was talked about."""
_NAMED = LazyPattern(
    rf"(?:[{''.join(sorted(one for one in SURNAMES if len(one) == 1))}][\u4e00-\u9fff]{{0,2}}?)"
    r"(?=(?:先生|女士|小姐|同学|家长|爸爸|妈妈|大爷|大妈|阿姨|师傅))"
)
"""The name of somebody of the public before how they are called: 王先生, 李小明家长."""
_NAMED_EN = LazyPattern(r"\b(Mr|Mrs|Ms|Miss)\.? [A-Z][\w'-]*(?: [A-Z][\w'-]*)?")


def nameless(text: str) -> str:
    """Return the words without the numbers of the public, and without names before 先生, 家长 and the like."""
    return _NAMED_EN.sub(r"\1 …", _NAMED.sub("某", mask(text)))


def contacted(case: Case, actor: Person, text: str, said_at: datetime) -> Decision:
    """Record a contact, open or ended. It changes nothing else."""
    permit(case, actor, "contact")
    if case.incident.merged_into:
        raise Refusal("common.closed", case=case)
    means = means_in(text)
    if means is None:
        raise Refusal("contact.means", case=case)
    if tells_of_nothing(text):
        raise Refusal("contact.not_yet", case=case)
    at = spoken_at(text, said_at, case.institution.calendar, min(case.incident.found_at, said_at))
    if at is None:
        raise Refusal("contact.when", case=case)
    if len(normalize(text).strip()) < LEAST:
        raise Refusal("contact.what", case=case)
    data = {"means": means, "reached_at": at.isoformat(), "text": nameless(text)}
    return Decision(events=(AuditEvent(CONTACT, data),))
