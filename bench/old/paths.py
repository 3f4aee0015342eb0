"""What a person or a timer waits for: each path as the product calls it, on an old database."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bench.old.rows import NOW
from bot.web.group_chips import Chips
from bot.web.group_history import History
from bot.web.group_search import search
from bot.web.group_view import GroupPageView
from handlers.common import case_library as library
from handlers.common.digest_content import read
from handlers.common.late_matters import late_matters
from handlers.common.office import Office
from handlers.common.opinions import RECENT
from handlers.rules.figures.marks import MARKING
from handlers.rules.incident.always_owed import BESIDE
from handlers.rules.incident.beside import KINDS as RECORDS
from handlers.rules.incident.lapses import LAPSES
from handlers.rules.time.spans import Span
from handlers.timed import retention
from storage import (  # fmt: skip
    audit,
    backlog,
    case_library,
    clock_doubts,
    delegations,
    desk_now,
    duties,
    failures,
    failures_told,
    handed_down,
    heat_readings,
    inbox,
    inbox_claims,
    incidents,
    lapses,
    ledger,
    objections,
    opening,
    outbox_claims,
    overruns,
    publications,
    reports,
    roster,
    routines,
    sent_messages,
    undo,
)
from storage.tables import EPOCH

DAY, LEASE = timedelta(days=1), timedelta(seconds=30)
TEXT = "食堂饭菜里吃出异物，孩子都不敢去了，请尽快处理"


class Path(NamedTuple):
    """A path and how it is called. `about` names what is measured in the table."""

    about: str
    call: Callable[[], Awaitable[Any]]


async def nothing_to_erase(office: Office) -> None:
    """Run what erases old texts each day before anything is old enough."""
    assert await retention.erase(office, NOW, "clock", before=NOW - timedelta(days=3650)) == 0


def paths(office: Office, count: int) -> list[Path]:
    """Return the paths for a database of `count` matters."""
    middle, last = count // 2, count
    yesterday = NOW - DAY
    today = Span("today", yesterday, NOW)
    page: tuple[datetime, int] = (NOW - timedelta(days=900), 10**9)
    later, shortly = NOW + timedelta(days=3), NOW - timedelta(minutes=10)

    chips, history = Chips(office), History(GroupPageView(office))

    async def all_of(*calls: Awaitable[Any]) -> None:
        for call in calls:
            await call

    def cards() -> Awaitable[Any]:
        card = f"c{middle}"
        return all_of(
            sent_messages.card_messages("local", card, NOW - timedelta(days=3650)),
            sent_messages.with_card("local", card),
            sent_messages.delivered([card]),
        )

    return [
        Path("an incident, loaded", lambda: incidents.load(last)),
        Path("cards shown", cards),
        Path("precedents, at every opening", lambda: library.precedents(TEXT)),
        Path("one-character search", lambda: library.search("食", 10)),
        Path("search of several words", lambda: library.search("食堂 异物 不敢去", 10)),
        Path("search that finds half", lambda: library.search("食堂异物没有消息", 10)),
        Path("`audit.of_kind`, one day", lambda: audit.of_kind("resolved", yesterday, NOW)),
        Path("`audit.about_incidents`, one day", lambda: audit.about_incidents(("resolved", "opened"), yesterday, NOW)),
        Path("what is late, one day", lambda: late_matters(office, today, NOW)),
        Path("what a doubtful clock recorded", lambda: clock_doubts.done_between(yesterday, NOW)),
        Path("overruns, recorded", lambda: overruns.record(NOW, NOW - timedelta(minutes=1))),
        Path("overruns, recorded once a day", lambda: overruns.record(NOW)),
        Path("open incidents", reports.open_incidents),
        Path("open duties", reports.open_duties),
        Path("open incidents, of one department", lambda: reports.newest_open("教务处", 10)),
        Path("open incidents that owe nothing", lambda: reports.owing_nothing(BESIDE)),
        Path("open incidents, of a shift's report", lambda: all_of(roster.open_now(), roster.counts(yesterday, NOW))),
        Path("a page of a conversation, sent", lambda: sent_messages.conversation("local", page, 201)),
        Path("a page of a conversation, received", lambda: inbox.conversation("local", page, 201)),
        Path("the newest page of a conversation", lambda: all_of(
            sent_messages.conversation("wecom", None, 201), inbox.conversation("wecom", None, 201)
        )),
        Path("claims", lambda: all_of(inbox_claims.claim(NOW, LEASE), outbox_claims.claim("local", NOW, LEASE))),
        Path("limits of a platform", lambda: sent_messages.attempts_since("local", NOW - timedelta(hours=1), NOW)),
        Path("`duties.due(256)`", lambda: duties.due(range(4 * count - 255, 4 * count + 1), later)),
        Path("steps that the timers missed", lambda: duties.overdue(later, 256)),
        Path("the next step", duties.next_step_at),
        Path("undo", lambda: all_of(
            undo.of("wang", shortly), undo.standing(shortly), sent_messages.of_change(count, shortly)
        )),
        Path("words that come late, beside what was decided since", lambda: all_of(
            audit.decided_since(count, yesterday, ("approved", "assigned"), 50),
            audit.decided_since(None, yesterday, ("delegated", "swapped"), 50),
            inbox.handled_at([shortly, NOW]), inbox.latest("local", 5), delegations.in_force_at(shortly),
        )),
        Path("what one person did since", lambda: all_of(
            audit.deeds_of("nobody", None, yesterday, ("overtaken",), 50),
            audit.deeds_of("nobody", count, yesterday, ("overtaken",), 50),
        )),
        Path("what one message opened", lambda: opening.opened_together("zhou", "/", shortly)),
        Path("delegations", lambda: all_of(delegations.standing(), delegations.expired(NOW), delegations.leaves(NOW))),
        Path("key periods and leaves, before each answer and reminder", lambda: desk_now.look(NOW)),
        Path("counts of a matter's heat", lambda: heat_readings.highest(middle, page[0])),
        Path("what stands beside a matter's course", lambda: audit.of_incident(middle, RECORDS, EPOCH)),
        Path("what people have said of matters lately", lambda: audit.of_kinds(MARKING, yesterday, NOW)),
        Path("open matters like a new one, at every opening", lambda: library.open_alike(TEXT)),
        Path("matters of a topic", lambda: incidents.found_at(range(count - 99, count + 1))),
        Path("missed reports on record", lambda: all_of(lapses.lines(LAPSES, NOW), objections.waiting())),
        Path("opinions that a bare yes may mean", lambda: audit.about_incidents(
            ("proposed", "instructed"), NOW - RECENT, NOW
        )),
        Path("check-ins to come", lambda: routines.to_come(NOW)),
        Path("check-ins of a day", lambda: all_of(
            ledger.routines(yesterday, NOW), routines.owed("check-in", ["li"], NOW), roster.patrols(yesterday, NOW)
        )),
        Path("requests that wait", reports.incidents_with_requests),
        Path("remedies on record", publications.remedies_shown_at),
        Path("positive items of a day", lambda: ledger.positive(yesterday, NOW)),
        Path("a superior's document on record", lambda: all_of(
            handed_down.incident_of("市教育局|教办函|2026|31"), handed_down.of_incident(middle)
        )),
        Path("what is not published", lambda: publications.unpublished(None)),
        Path("retention, with nothing to erase", lambda: nothing_to_erase(office)),
        Path("what failed", lambda: all_of(
            failures.recent(yesterday, NOW, 20, untold=True), backlog.counts(NOW)
        )),
        Path("whether the desk was told tonight", failures_told.last),
        Path("what the desk was told of failures", lambda: all_of(
            failures.untold(yesterday, NOW, 20), failures_told.notices(yesterday)
        )),
        Path("what a lost notice told", lambda: failures_told.untell([yesterday])),
        Path("figures of today", lambda: read(office, "daily", today, NOW)),
        Path("figures of today of a unit", lambda: read(office, "daily", today, NOW, None, "实验小学")),
        Path("ledger of a unit, counted", lambda: ledger.count(yesterday, NOW, "实验小学")),
        Path("size of the library", lambda: case_library.find_similar(["食堂"])),
        Path("a hundred open matters, loaded", lambda: incidents.load_all(range(count - 99, count + 1))),
        Path("the page's chips of a hundred matters", lambda: chips.of_everybody(range(count - 99, count + 1), NOW)),
        Path("the page's search, without a hit", lambda: search(history, "没有这样的事", "zhou")),
    ]  # fmt: skip
