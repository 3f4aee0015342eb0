"""What every handler uses: the institution, its regime and its texts. Built once at start."""

import dataclasses
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import json
from msgspec.structs import replace

from handlers.rules.incident.case import Case
from handlers.rules.incident.duties import LASTING
from handlers.rules.language.messages import Reply
from handlers.rules.people import recusal
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
        same_day, extends = reply is not None and reply.period == "same day", self.regime.extension is not None
        return Texts(language, self.institution, same_day=same_day, extends=extends)

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
        """The office's own group: the first that is bound to a conversation, and no unit's."""
        groups = self.institution.groups_of(None)
        return next((group for group in groups if group.conversation), groups[0])

    @property
    def digest_groups(self) -> tuple[list[Group], list[Group]]:
        """The groups that get every matter in digests, and those that get only their own or those of their unit."""
        known = [group for group in self.institution.groups if group.conversation]
        ours, units = [one for one in known if one.unit is None], [one for one in known if one.unit]
        if self.digests_to:
            return [group for group in ours if group.id in self.digests_to], units
        return ours[:1], [*ours[1:], *units]

    def to_group(self, reply: Reply, *, duty: int | None = None, urgency: int = 0) -> OutgoingMessage:
        """Address a reply that is about no incident to the office's own group."""
        return self.outgoing(reply, self.home.channel, self.home.conversation, duty=duty, urgency=urgency)

    def around(
        self,
        reply: Reply,
        place: tuple[str, str],
        about: Collection[str],
        *,
        incident: int | None = None,
        duty: int | None = None,
        urgency: int = 0,
    ) -> list[OutgoingMessage]:
        """Address a reply about a matter to the group where it is discussed, and to others whose people it calls.

        `place` is that group's channel and conversation, `about` whom the matter is about. What a unit may not see is
        discussed in the office's group. Each group's own people are called there; a copy has no buttons.
        """
        facts: dict[str, Any] = {"incident": incident, "duty": duty, "urgency": urgency}
        if not self.institution.units or reply.to or reply.update:
            return [self.outgoing(reply, *place, **facts)]
        place = self.discussed(place, about)
        elsewhere = list(self._called_elsewhere(reply, place, about))
        gone = {id for _, mentions in elsewhere for id in mentions}
        here = replace(reply, mentions=tuple(id for id in reply.mentions if id not in gone))
        copies = (
            self.outgoing(replace(reply, mentions=mentions, card=None), group.channel, group.conversation, **facts)
            for group, mentions in elsewhere
        )
        return [self.outgoing(here, *place, **facts), *copies]

    def discussed(self, place: tuple[str, str], about: Collection[str]) -> tuple[str, str]:
        """Return where a matter is discussed: in the office's group if its unit's must not hear of it."""
        unit = self.institution.unit_at(*place) if about else None
        if unit is None or not recusal.excluded(unit, about, self.institution):
            return place
        return self.home.channel, self.home.conversation

    def _called_elsewhere(
        self, reply: Reply, place: tuple[str, str], about: Collection[str]
    ) -> Iterator[tuple[Group, tuple[str, ...]]]:
        """Yield the groups beside `place` whose own people a reply calls, with these (ids)."""
        here, called = self.institution.unit_at(*place), dict[str | None, list[str]]()
        for id in reply.mentions:
            if (person := self.institution.person(id)) is not None:
                called.setdefault(self.institution.unit_of(person), []).append(id)
        for unit, ids in called.items():
            if unit != here and not (unit and recusal.excluded(unit, about, self.institution)):
                group = self.bound_group(unit)
                if group is not None:
                    yield group, tuple(ids)

    def bound_group(self, unit: str | None) -> Group | None:
        """Return the first group of a unit, or of the office (None), that is bound to a conversation."""
        return next((one for one in self.institution.groups_of(unit) if one.conversation), None)

    def called_at(self, reply: Reply, channel: str, conversation: str) -> Reply:
        """Return a reply that calls, of its people, those alone who are of the group: a unit's, or the office's."""
        there, people = self.institution.unit_at(channel, conversation), self.institution.person
        own = (id for id in reply.mentions if (one := people(id)) and self.institution.unit_of(one) == there)
        return replace(reply, mentions=tuple(own))

    def group(self, channel: str, conversation: str) -> Group | None:
        return next(
            (g for g in self.institution.groups if (g.channel, g.conversation) == (channel, conversation)), None
        )
