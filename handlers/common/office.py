"""What every handler uses: the institution, its regime and its texts. Built once at start."""

import dataclasses
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from msgspec import json
from msgspec.structs import replace

from handlers.rules.incident.case import Case
from handlers.rules.incident.duties import LASTING
from handlers.rules.language.messages import Reply
from handlers.rules.people.institution import Group, Institution, Person
from handlers.rules.people.roster import Roster
from handlers.rules.regime.regime import Regime, freeze, thaw
from handlers.texts import Texts
from storage.changes import Written
from storage.incidents import Record
from storage.outbox import OutgoingMessage
from storage.tables import Delegation

Spans = tuple[tuple[datetime, datetime], ...]
"""Key periods, each from a moment until another (aware)."""
Arm = Callable[[Written], Awaitable[None]]


async def _no_timers(_written: Written) -> None:
    """Set no timers; the sweep finds the steps in the tables."""


@dataclass
class Office:
    """`arm` sets the timers of a commit; if that fails, the sweep sets them a moment later.

    `forms` is the directory of the institution's own templates, and `rosters` tell who is on duty at the desk.
    `digests_to` are the ids of the groups that get digests; without any the first group gets all, others their own.
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
    _staffed: dict[tuple[object, ...], "Office"] = field(init=False, repr=False, default_factory=dict)
    _whole: "Office | None" = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        self.texts = self.texts_in(self.institution.language)
        self.policy = freeze(self.regime)

    def texts_in(self, language: str) -> Texts:
        reply = self.regime.rule("reply")
        return Texts(language, self.institution, same_day=reply is not None and reply.period == "same day")

    def with_desk(self, people: tuple[Person, ...], away: Mapping[str, str], spans: Spans = ()) -> "Office":
        """Return the same office with these people on duty at its desk, and with those `away` and their deputies.

        `spans` are the key periods that its calendar knows.
        """
        if not people and not away and not spans:
            return self
        key = (people, *sorted(away.items()), spans)
        if key not in self._staffed:
            wakeful = spans if self.regime.key_period.any_hour else ()
            calendar = replace(self.institution.calendar, key_periods=spans, wakeful=wakeful)
            place = replace(self.institution, on_duty=people, away=away, calendar=calendar)
            self._staffed[key] = dataclasses.replace(self, institution=place)
            self._staffed[key]._whole = self
        return self._staffed[key]

    @property
    def whole(self) -> "Office":
        """The office from which this one was made by `with_desk`; itself, if it was not."""
        return self._whole or self

    def learn(self, groups: tuple[Group, ...]) -> None:
        """Use these groups from now on, in this office and in every one that `with_desk` returned."""
        whole = self.whole
        for one in (whole, *whole._staffed.values()):
            one.institution = replace(one.institution, groups=groups)

    @property
    def policy_digest(self) -> str:
        return sha256(self.policy.encode()).hexdigest()

    def case(self, record: Record, now: datetime | None = None, said_under: Sequence[Delegation] | None = None) -> Case:
        """Return an incident's rows as a `Case`, under the policy that it was opened with.

        With `now` it has the delegations that are in force at that time. `said_under` are those that were in force when
        words were said, if that is not now.
        """
        cycle = record.incident.cycle
        return Case(
            record.incident,
            [duty for duty in record.duties if duty.cycle == cycle or duty.kind in LASTING],
            [request for request in record.requests if request.cycle == cycle],
            record.drafts,
            thaw(record.policy.body),
            self.institution,
            [row for row in record.delegations if now is not None and row.since <= now < row.until],
            said_under,
        )

    def outgoing(
        self,
        reply: Reply,
        channel: str,
        conversation: str,
        *,
        incident: int | None = None,
        duty: int | None = None,
        urgency: int = 0,
        not_before: datetime | None = None,
    ) -> OutgoingMessage:
        """Address a reply to a conversation, or to the one person whom it is for."""
        target = self._private(reply.to, channel) if reply.to else conversation
        card = reply.card.id if reply.card else None
        body = json.encode(reply).decode()
        return OutgoingMessage(channel, target, body, urgency, incident, duty, not_before, card)

    def _private(self, person: str, channel: str) -> str:
        known = self.institution.person(person)
        return f"@{known.accounts.get(channel, person) if known else person}"

    @property
    def home(self) -> Group:
        """The office's own group: the first that is bound to a conversation."""
        groups = self.institution.groups
        return next((group for group in groups if group.conversation), groups[0])

    @property
    def digest_groups(self) -> tuple[list[Group], list[Group]]:
        """The groups that get every matter in digests, and those that get only their own."""
        known = [group for group in self.institution.groups if group.conversation]
        if self.digests_to:
            return [group for group in known if group.id in self.digests_to], []
        return known[:1], known[1:]

    def to_group(self, reply: Reply, *, duty: int | None = None, urgency: int = 0) -> OutgoingMessage:
        """Address a reply that is about no incident to the office's own group."""
        return self.outgoing(reply, self.home.channel, self.home.conversation, duty=duty, urgency=urgency)

    def group(self, channel: str, conversation: str) -> Group | None:
        return next(
            (g for g in self.institution.groups if (g.channel, g.conversation) == (channel, conversation)), None
        )
