"""What every handler works with: the institution, its regime and its texts. Built once at start."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from msgspec import json

from handlers.rules.incident.case import Case
from handlers.rules.language.messages import Reply
from handlers.rules.people.institution import Group, Institution, Person
from handlers.rules.people.roster import Roster
from handlers.rules.regime.regime import Regime, freeze, thaw
from handlers.texts import Texts
from storage.changes import Written
from storage.incidents import Record
from storage.outbox import OutgoingMessage

Arm = Callable[[Written], Awaitable[None]]


async def _no_timers(_written: Written) -> None:
    """Timers are found in the tables by the sweep."""


@dataclass
class Office:
    """`arm` sets the timers of what was just committed; losing it costs a moment, never a duty.

    `forms` is where the institution's own templates are, and `rosters` say who is on duty at the desk. `digests_to`
    are the ids of the groups that hear digests; without any each group hears of its own matters, the first of all.
    """

    institution: Institution
    regime: Regime
    bot_names: tuple[str, ...] = ("回音", "Huiyin")
    arm: Arm = _no_timers
    forms: Path | None = None
    rosters: tuple[Roster, ...] = ()
    digests_to: tuple[str, ...] = ()
    texts: Texts = field(init=False)
    policy: str = field(init=False)
    _desks: dict[tuple[Person, ...], "Office"] = field(init=False, repr=False, default_factory=dict)
    _whole: "Office | None" = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        self.texts = self.texts_in(self.institution.language)
        self.policy = freeze(self.regime)

    def texts_in(self, language: str) -> Texts:
        reply = self.regime.rule("reply")
        return Texts(language, self.institution, same_day=reply is not None and reply.period == "same day")

    def with_desk(self, people: tuple[Person, ...]) -> "Office":
        """The same office, while these people are on duty at its desk."""
        if people and people not in self._desks:
            self._desks[people] = replace(self, institution=replace(self.institution, on_duty=people))
            self._desks[people]._whole = self
        return self._desks[people] if people else self

    def learn(self, groups: tuple[Group, ...]) -> None:
        """From now on there are these groups, whoever is at the desk."""
        whole = self._whole or self
        for one in (whole, *whole._desks.values()):
            one.institution = replace(one.institution, groups=groups)

    @property
    def policy_digest(self) -> str:
        return sha256(self.policy.encode()).hexdigest()

    def case(self, record: Record, now: datetime | None = None) -> Case:
        """An incident's rows as the rules see them, under the policy that it was opened with.

        With `now` the delegations that are in force then count.
        """
        cycle = record.incident.cycle
        return Case(
            record.incident,
            [duty for duty in record.duties if duty.cycle == cycle],
            [request for request in record.requests if request.cycle == cycle],
            record.drafts,
            thaw(record.policy.body),
            self.institution,
            [row for row in record.delegations if now is not None and row.since <= now < row.until],
        )

    def outgoing(
        self,
        say: Reply,
        channel: str,
        conversation: str,
        *,
        incident: int | None = None,
        duty: int | None = None,
        urgency: int = 0,
        not_before: datetime | None = None,
    ) -> OutgoingMessage:
        """A message for a conversation, or for the one person that it is meant for."""
        target = self._private(say.to, channel) if say.to else conversation
        card = say.card.id if say.card else None
        body = json.encode(say).decode()
        return OutgoingMessage(channel, target, body, urgency, incident, duty, not_before, card)

    def _private(self, person: str, channel: str) -> str:
        known = self.institution.person(person)
        return f"@{known.accounts.get(channel, person) if known else person}"

    @property
    def home(self) -> Group:
        """The office's own group: the first that has a conversation, for some are bound only later."""
        groups = self.institution.groups
        return next((group for group in groups if group.conversation), groups[0])

    @property
    def digest_groups(self) -> tuple[list[Group], list[Group]]:
        """The groups that hear of everything, and those that hear of their own matters alone."""
        known = [group for group in self.institution.groups if group.conversation]
        if self.digests_to:
            return [group for group in known if group.id in self.digests_to], []
        return known[:1], known[1:]

    def to_group(self, say: Reply, *, duty: int | None = None, urgency: int = 0) -> OutgoingMessage:
        """What is about no incident, for the office's own group."""
        return self.outgoing(say, self.home.channel, self.home.conversation, duty=duty, urgency=urgency)

    def group(self, channel: str, conversation: str) -> Group | None:
        return next(
            (g for g in self.institution.groups if (g.channel, g.conversation) == (channel, conversation)), None
        )
