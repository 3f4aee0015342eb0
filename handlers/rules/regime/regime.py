"""A regime: what an institution owes, to whom, by when, who approves, and who is told of delays.

A regime is data: a need that these keys do not cover becomes a new key, not a special case in the code.
"""

from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Literal

import msgspec
from msgspec import field

from handlers.rules.regime.regime_parts import (
    TIERS,
    AfterRule,
    ApprovalStep,
    BodyReport,
    CallBackRule,
    CalmRule,
    ConferenceRule,
    DutyRule,
    ExtensionRule,
    FormRule,
    HelpingRule,
    KeyPeriodRule,
    Listener,
    OfficeRule,
    Opening,
    PressRule,
    PublicationRule,
    RecurrenceRule,
    RegimePart,
    Repeat,
    ReplyRule,
    Routine,
    Rung,
    Starts,
    Tier,
    TierRule,
    Waking,
    offset,
)
from handlers.rules.time.periods import parse


class Regime(RegimePart, frozen=True, kw_only=True, dict=True):
    """A whole regime.

    A post with a word of `past_department` is routed past the department that it is about, to the desk. With
    `bulletin_spares_who_asked` the bulletin leaves out what ran over while a request for more time waited.

    A leader's instruction sets no limit longer than `instructed_at_most`, counted from the instruction.

    Besides the group the numbered digest goes to each of `digest_to` alone.

    A `plan` (处置方案) is signed before a reply is drafted, `wording` (口径, 声明, 通稿) before anybody gives it out.
    `office` says which departments the offices of a step are.

    A reply that promises something later than `promise_at_most` after it is drafted needs the chief's signature too;
    None sets no bound. An open matter for which nothing else is owed has to be closed within `closes_within`.

    `report` says what bodies outside are owed, by their kind.

    Without `calm` all who work on a matter may say that it has calmed.
    """

    name: str
    title: dict[str, str]
    duty: tuple[DutyRule, ...]
    approval: tuple[ApprovalStep, ...]
    ladder: tuple[Rung, ...]
    plan: ApprovalStep | None = None
    wording: tuple[ApprovalStep, ...] = (ApprovalStep(by=("leader", "chief")),)
    office: dict[str, OfficeRule] = field(default_factory=dict)
    extension: ExtensionRule | None = None
    repeat: Repeat | None = None
    waking: Waking = Waking()
    tier: dict[Tier, TierRule] = field(default_factory=dict)
    opening: Opening = Opening()
    reply: ReplyRule = ReplyRule()
    publication: PublicationRule = PublicationRule()
    calm: CalmRule | None = None
    call_back: CallBackRule = CallBackRule()
    recurrence: RecurrenceRule = RecurrenceRule()
    after: AfterRule = AfterRule()
    conference: ConferenceRule = ConferenceRule()
    press: PressRule = PressRule()
    helping: HelpingRule | None = None
    routine: tuple[Routine, ...] = ()
    key_period: KeyPeriodRule = KeyPeriodRule()
    form: tuple[FormRule, ...] = ()
    report: dict[Literal["superior", "outside", "media"], BodyReport] = field(default_factory=dict)
    past_department: tuple[str, ...] = ()
    bulletin_spares_who_asked: bool = False
    instructed_at_most: str = "30d"
    digest_to: tuple[Listener, ...] = ("leader", "chief")
    roll_over: bool = True
    same_day_at_least: str | None = None
    ends_at: Literal["midnight", "close of business"] = "midnight"
    keeps: str = "3 years"
    promise_at_most: str | None = None
    closes_within: str = "3d"

    @cached_property
    def at_least(self) -> timedelta | None:
        return parse(self.same_day_at_least).time if self.same_day_at_least else None

    @cached_property
    def rungs(self) -> tuple[tuple[int, tuple[Listener, ...]], ...]:
        """The steps as offsets in seconds from the due time, ascending, with their listeners."""
        return tuple(sorted((offset(rung.at), rung.tell) for rung in self.ladder))

    def rule(self, kind: str, tier: str = "general") -> DutyRule | None:
        """Return the tier's rule of a kind of duty; None if it is not owed."""
        return next((rule for rule in self.duty if rule.kind == kind and rule.applies(tier)), None)

    def kind_tier(self, kind: str | None) -> Tier:
        """Return the highest tier that a kind sets."""
        named = [tier for tier in self.tiers if tier in self.tier and kind in self.tier[tier].kinds]
        return named[-1] if named else "general"

    def forms(self, event: str, tier: str) -> tuple[str, ...]:
        """Return the kinds of form that an event asks for in a tier."""
        return tuple(rule.kind for rule in self.form if rule.on == event and (not rule.tiers or tier in rule.tiers))

    def met_by(self, event: str) -> frozenset[str]:
        """Return the kinds of duty that an event meets."""
        return frozenset(rule.kind for rule in self.duty if rule.met_by == event)

    def plan_asked(self, tier: str) -> bool:
        """Return whether every matter of a tier needs a plan before its reply."""
        plan = self.plan
        return plan is not None and not plan.kinds and not plan.words and (not plan.tiers or tier in plan.tiers)

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers that the regime knows, the lowest first."""
        return tuple(tier for tier in TIERS if tier == "general" or tier in self.tier)


def freeze(regime: Regime) -> str:
    """Return the regime as JSON, to be stored with the incidents that are opened under it."""
    return msgspec.json.encode(regime).decode()


@lru_cache(maxsize=64)
def thaw(body: str) -> Regime:
    return msgspec.json.decode(body, type=Regime)


def higher(tier: str, than: str) -> bool:
    """Return whether a tier is stricter than another."""
    return TIERS.index(tier) > TIERS.index(than)


def rules_for(regime: Regime, tier: str, starts: Iterable[Starts]) -> tuple[DutyRule, ...]:
    """Return the duties of a tier whose periods run from one of these events."""
    events = tuple(starts)
    return tuple(rule for rule in regime.duty if rule.applies(tier) and rule.starts in events)
