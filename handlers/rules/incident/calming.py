"""A matter has calmed in public: who may say so, and what it rests on.

The watch ends with it, the tier no longer rises by itself, and what the regime asks for after the calm begins.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from handlers.rules.incident.case import AuditEvent, Case, Decision
from handlers.rules.incident.closing import excused
from handlers.rules.incident.duties import TRACK, UNTIL_CALM, calmed, met, of_kinds
from handlers.rules.incident.permissions import DESK_ROLES, permit
from handlers.rules.incident.resolving import SHORTEST_REASON
from handlers.rules.incident.results import classify
from handlers.rules.incident.watching import WATCHED, looks_since
from handlers.rules.language.folding import normalize
from handlers.rules.language.letters import letters
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.regime import CalmRule, higher
from handlers.rules.regime.tiers import Heat, by_heat

_DENIED = LazyPattern(
    r"(?:没有?|未曾?|不算|远未)(?:能|完全|真正|彻底)?(?:平息|平静|消停|降温)|越来越(?:[多大热高快凶]|厉害|激烈)|愈演愈烈|居高不下"
    r"|每(?:小时|分钟|天|日)[^，。\d]{0,4}(?:新增|增加|多出|上涨)(?![^，。]{0,3}(?:0|零|不到|不足))"
    r"|(?<!没有)(?<!不再)(?<!停止)(?<!未再)(?:还在|仍在|仍然?|继续|持续|不断)(?:快速)?(?:增|上涨|上升|升温|发酵|扩散|蔓延)"
    r"|(?:应该|估计|可能|大概)会?[^，。]{0,3}(?:平息|平静)"
    r"|\bnot (?:yet )?(?:calm|quiet|over)|n't (?:yet )?calm|still (?:growing|rising|spreading|increasing)|more and more"
    r"|keeps? (?:growing|rising|spreading)",
    re.IGNORECASE,
)
"""Words that deny the calm, or only expect it: 还没有平息, 评论越来越多, 每小时新增五百条, 明天应该会平息."""
NOTHING = Heat()
"""No count at all."""


class Ground(Struct, frozen=True):
    """What is said to show that a matter has calmed: words, counts, and whether a picture or a file came with them."""

    text: str = ""
    heat: Heat = NOTHING
    shown: bool = False

    @property
    def counts(self) -> dict[str, int]:
        return counts_of(self.heat)

    @property
    def says_something(self) -> bool:
        """Return whether there is anything: enough words that are no question, counts, or something to see."""
        if classify(self.text) == "question":
            return False
        return letters(self.text) >= SHORTEST_REASON or bool(self.counts) or self.shown


def counts_of(heat: Heat) -> dict[str, int]:
    """Return the counts that are known, by name."""
    named = {name: getattr(heat, name) for name in ("views", "comments", "reposts")}
    return {name: count for name, count in named.items() if count is not None}


def calm(case: Case, actor: Person, ground: Ground, known: Heat, now: datetime) -> Decision:
    """Record that the matter has calmed. `known` are the highest counts on record in this cycle."""
    permit(case, actor, "calm")
    if case.incident.stage not in WATCHED:
        raise Refusal("common.closed", case=case)
    rule = case.regime.calm
    if rule is not None:
        _must_be_entitled(case, actor, rule)
    ids, fresh, over = met(case, "calm"), calmed(case, now), of_kinds(case, *UNTIL_CALM)
    if not (ids or fresh or over):
        raise Refusal("common.not_owed", case=case, kind="calm")
    if rule is not None:
        _must_be_time(case, rule)
        _must_be_grounded(case, ground, known)
    data: dict[str, Any] = {"text": ground.text, **ground.counts}
    return Decision(events=(AuditEvent("calm", data),), met=ids, waived=over, opened=fresh)


def _must_be_entitled(case: Case, actor: Person, rule: CalmRule) -> None:
    """Raise Refusal if the regime lets others say it, or if the actor works where the matter is dealt with."""
    about = case.incident.about
    called = bool(about) and {*rule.by} & {*DESK_ROLES} and actor in recusal.desk(about, case.institution)
    if not (actor.has(*rule.by) or called):
        raise Refusal("calm.not_allowed", case=case, roles=rule.by)
    own = actor.department in (case.incident.department, *case.incident.helpers)
    if actor.department and own and not actor.has("chief"):
        raise Refusal("calm.own", case=case, roles=rule.by)


def _must_be_time(case: Case, rule: CalmRule) -> None:
    """Raise Refusal if the public has no answer yet, or if nobody has looked since."""
    incident = case.incident
    if rule.answered and incident.replied_at is None and not excused(case) and incident.stage != "resolved":
        raise Refusal("calm.unanswered", case=case)
    since = incident.replied_at or incident.cycle_at or incident.found_at
    if case.regime.rule(TRACK, incident.tier) and looks_since(case, since) < rule.looks:
        raise Refusal("calm.not_looked", case=case, looks=rule.looks)


def _must_be_grounded(case: Case, ground: Ground, known: Heat) -> None:
    """Raise Refusal if nothing shows the calm: no words; where counts are on record, no counts and no picture.

    Words that deny it show the opposite, as do counts that reach a higher tier; lower ones than are on record have to
    be seen.
    """
    if _DENIED.search(normalize(ground.text)):
        raise Refusal("calm.denied", case=case)
    if not ground.says_something:
        raise Refusal("calm.ground", case=case)
    before = counts_of(known)
    if before and not (ground.counts or ground.shown):
        raise Refusal("calm.counts", case=case, known=known)
    if higher(by_heat(case.regime, ground.heat), case.incident.tier):
        raise Refusal("calm.hotter", case=case, heat=ground.heat)
    if _fallen(ground, before) and not ground.shown:
        raise Refusal("calm.fewer", case=case, known=known)


def _fallen(ground: Ground, before: Mapping[str, int]) -> bool:
    """Return whether a count is lower than before."""
    return any(count < before.get(name, 0) for name, count in ground.counts.items())
