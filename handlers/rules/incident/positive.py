"""A positive item (正面): it goes to the leaders and the counts, owes nothing and starts no clock.

Only the desk and the leaders say so. What complains of something is none without a leader's word, what is answered or
handed down is none at all, and reopening it brings everything back.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from handlers.rules.incident.approval import superseded
from handlers.rules.incident.case import CLOSED, AuditEvent, Case, Decision
from handlers.rules.incident.duties import everything
from handlers.rules.incident.permissions import DESK_ROLES, LEADERS, permit
from handlers.rules.incident.reports_owed import owed_to_others
from handlers.rules.language.letters import letters
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people import recusal
from handlers.rules.people.institution import Institution, Person
from handlers.rules.refusal import Refusal

POSITIVE = "positive"
"""The stage and the kind of a positive item."""
_COMPLAINS = LazyPattern(
    r"投诉|举报|检举|控告|反映|不满|意见|质疑|曝光|维权|求助|差评?|坏|脏|乱|臭|异物|虫|变质|难吃|拖欠|欠薪|推诿|扯皮|不管|没人管|"
    r"不作为|不公|不实|造谣|谣言|欺负|欺凌|霸凌|打人|打骂|体罚|辱骂|受伤|中毒|生病|呕吐|腹泻|死亡|事故|火灾|堵车|拥堵|噪音|扰民|"
    r"乱收费|收费|退费|退款|涨价|违规|违法|违纪|贪污|受贿|腐败|骗|假|怒|气愤|愤怒|失望|糟糕|太慢|敷衍|怎么办|为什么|为何|凭什么|"
    r"complain|dirty|broken|unfair|bull(?:y|ied)|refund|overcharge|poison|injur|corrupt|brib|fraud|angry|awful|terrible|"
    r"nobody (?:cares|answers)|disappoint|rude|late again|shame",
)


def complains(text: str) -> bool:
    """Return whether a text has words that a complaint has."""
    return _COMPLAINS.search(text.casefold()) is not None


def receivers(institution: Institution, department: str | None, about: Collection[str]) -> tuple[Person, ...]:
    """Return the leaders who are told: the leader in charge, and the chief."""
    people = (*institution.leaders(department), *institution.with_role("chief"))
    return recusal.told(institution.present(people), about, institution)


def may_open(actor: Person, text: str, about: Collection[str]) -> None:
    """Raise Refusal if the person may not open a positive item of these words."""
    if not actor.has(*DESK_ROLES, *LEADERS):
        raise Refusal("positive.not_allowed", case=None)
    if (complains(text) or about) and not actor.has(*LEADERS):
        raise Refusal("positive.leader_first", case=None)


def set_positive(case: Case, actor: Person, reason: str, now: datetime) -> Decision:
    """Take an open matter out of what has to be answered, because it praises."""
    case.must_be_open()
    permit(case, actor, "positive")
    if case.incident.replied_at:
        raise Refusal("positive.answered", case=case)
    if owed_to_others(case):
        raise Refusal("positive.handed_down", case=case, body=owed_to_others(case)[0].reckoning.get("body"))
    words = f"{case.incident.title}\n{case.incident.text}"
    doubtful = complains(words) or case.incident.about or case.incident.tier != "general"
    if doubtful and not actor.has(*LEADERS):
        raise Refusal("positive.leader_first", case=case)
    if not letters(reason):
        raise Refusal("positive.reason", case=case)
    event = AuditEvent(POSITIVE, {"reason": reason, "kind": case.incident.kind})
    return Decision(
        events=(event,), changes=columns(now), waived=everything(case), decided=superseded(case)
    )  # fmt: skip


def columns(now: datetime) -> dict[str, Any]:
    return {"stage": POSITIVE, "kind": POSITIVE, "holder": CLOSED, "resolved_at": now}
