"""What is said of other matters when one is opened: each group reads of those alone that its unit sees.

These are precedents, open ones like it, and earlier ones of the same topic and department.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from handlers.common.case_library import open_alike, precedents
from handlers.common.context import Context
from handlers.common.recurrence import MatterFound, counted, same_topic_lately
from handlers.rules.incident.case import Case
from handlers.rules.incident.opening import NewMatter
from handlers.rules.incident.units import is_seen, sees
from handlers.rules.language.messages import Reply
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from handlers.rules.regime.listeners import listening
from storage import incidents
from storage.reports import ReportRow


class _Visible(NamedTuple):
    unit: str | None
    department: str | None
    helpers: Sequence[str]
    about: Sequence[str]


class OtherMatters(Struct, frozen=True, kw_only=True):
    """Other matters, as the office reads of them; `cases`, those of `past` and `alike`, are loaded if there are units.

    `people` are told that it comes again.
    """

    topics: tuple[str, ...]
    past: Sequence[ReportRow]
    alike: Sequence[ReportRow]
    lately: Sequence[MatterFound]
    people: tuple[Person, ...]
    cases: Mapping[int, Case]

    def past_for(self, readers: Sequence[str]) -> list[ReportRow]:
        """Return the precedents that these units see; all for the office, which is no unit."""
        return [row for row in self.past if self._seen(row["number"], readers)]

    def beside(self, context: Context, readers: Sequence[str]) -> Reply:
        """Return what is said to these units: the topics, whether it comes again, and open ones like it."""
        lately = [row for row in self.lately if _is_theirs(context, row, readers)]
        recurring = counted(lately, context.office.regime.recurrence, context.now, "、".join(self.topics))
        alike = [row for row in self.alike if self._seen(row["number"], readers)]
        facts = {"topics": self.topics, "recurring": recurring, "alike": alike, "people": self.people}
        return Reply(text=context.text("link.at_opening", **facts), mentions=tuple(one.id for one in self.people))

    def _seen(self, number: int, readers: Sequence[str]) -> bool:
        return not readers or (number in self.cases and all(sees(self.cases[number], unit) for unit in readers))


async def other_matters(context: Context, matter: NewMatter, topics: tuple[str, ...], *, brief: bool) -> OtherMatters:
    """Load what is said of other matters; without precedents if it is `brief`.

    Nothing is joined by that. A matter that is about somebody is compared with none: others would read of it there.
    """
    words = f"{matter.title}\n{matter.text}"
    past = [] if brief else await precedents(words)
    alike = [] if matter.about else await open_alike(words)
    lately = await same_topic_lately(context, topics, matter.department)
    numbers = sorted({row["number"] for row in (*past, *alike)})
    return OtherMatters(
        topics=topics,
        past=past,
        alike=alike,
        lately=lately,
        people=_told(context, matter, topics, lately),
        cases=await _loaded(context, numbers),
    )


def _is_theirs(context: Context, row: MatterFound, readers: Sequence[str]) -> bool:
    """Return whether these units found a matter, have it or help with it, and it is not about them."""
    known = _Visible(row["unit"], row["department"], row["helpers"], row["about"])
    return all(is_seen(known, (), unit, context.office.institution) for unit in readers)


async def _loaded(context: Context, numbers: Sequence[int]) -> dict[int, Case]:
    if not context.office.institution.units:
        return {}
    cases = (context.office.case(record, context.now) for record in await incidents.load_all(numbers))
    return {case.number: case for case in cases}


def _told(
    context: Context, matter: NewMatter, topics: Sequence[str], lately: Sequence[MatterFound]
) -> tuple[Person, ...]:
    """Return who is told that it comes again: those whom the regime names, where it did in the shortest span."""
    institution, rule = context.office.institution, context.office.regime.recurrence
    recurring = counted(lately, rule, context.now, "、".join(topics))
    if recurring is None or not recurring.recent:
        return ()
    return recusal.told(listening(institution, rule.tell, matter.department), matter.about, institution)
