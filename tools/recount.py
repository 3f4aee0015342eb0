"""Recount the digests of a database from its ledger in Excel, with a counter of its own.

The product writes the ledger, and finds configuration and digests; reading the ledger (openpyxl) and counting its
lines use none of its code.

    python tools/recount.py --config config.toml DIRECTORY

DIRECTORY is what `python -m bot rehearse --keep` left. Compare the numbers in the text of every issued digest, and the
sums of the whole span by party, its overruns too. Exit with status 1 if two numbers differ.
"""

import asyncio
import re
import sys
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from openpyxl import load_workbook

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.config import read_installation
from handlers.common import ledger_file
from handlers.common.digest_content import read
from handlers.common.office import Office
from handlers.documents.labels import Labels
from handlers.rules.figures.statistics import StatisticsLine
from handlers.rules.time.spans import Span
from storage.database.database import close_database, open_database
from storage.tables import Digest, Event

COLUMNS = ("number", "department", "found at", "replied at", "reply due", "resolved at", "first due", "answered by")
LATE_COLUMNS = ("number", "duty", "booked to", "due")
PATTERNS = {
    "zh": {"received": r"^收件 (\d+)", "same day": r"，当日回复 (\d+)", "in time": r"，按时办结 (\d+)", "resolved": r"，办结 (\d+)"},
    "en": {"received": r"^Received (\d+)", "same day": r", replied same day (\d+)", "in time": r", resolved in time (\d+)",
           "resolved": r", resolved (\d+)"},
}  # fmt: skip


FIELDS = (
    "received",
    "same_day",
    "in_time",
    "resolved",
    "answered",
    "to_answer",
    "replies_due",
    "to_resolve",
    "overruns",
)
Line = Mapping[str, Any]
Sums = dict[str, int]


class Book(NamedTuple):
    """The ledger's lines and its overruns as read from the file, by the names of their columns."""

    lines: list[dict[str, Any]]
    overruns: list[dict[str, Any]]
    desk: str
    """What the ledger calls the party of a matter without a department."""


def count(book: Book, lines: Iterable[Line], now: datetime, words: Labels) -> dict[str, Sums]:
    """Count lines by party as of `now`. Times are local, without a zone; those after `now` are ignored."""
    sums: dict[str, Sums] = defaultdict(lambda: dict.fromkeys(FIELDS, 0))
    late = [one for one in book.overruns if one["due"] < now]
    for line in lines:
        mine = [one for one in late if one["number"] == line["number"]]
        home = line["department"] if line["department"] != words.department(None) else book.desk
        _result(sums[home], line, _of(mine, "resolve", words), now)
        _reply(sums, home, line, _of(mine, "reply", words), now)
        for one in mine:
            sums[one["booked to"]]["overruns"] += 1
    return sums


def _of(late: list[Line], kind: str, words: Labels) -> list[Line]:
    return [one for one in late if one["duty"] == words.term("duty", kind)]


def _result(sums: Sums, line: Line, late: list[Line], now: datetime) -> None:
    resolved, due = _until(line["resolved at"], now), line["first due"]
    sums["received"] += 1
    sums["resolved"] += resolved is not None
    sums["in_time"] += resolved is not None and due is not None and resolved <= due and not late
    sums["to_resolve"] += due is not None and (resolved is not None or due <= now)


def _reply(sums: Mapping[str, Sums], home: str, line: Line, late: list[Line], now: datetime) -> None:
    replied, due = _until(line["replied at"], now), line["reply due"]
    closed = _until(line["resolved at"], now) is not None
    answering = line["answered by"] if replied is not None else home
    if due is None or not (replied is not None or closed or due <= now):
        return
    sums[answering]["to_answer"] += 1
    sums[answering]["answered"] += replied is not None
    sums[answering]["same_day"] += replied is not None and replied <= due and not late
    sums[late[-1]["booked to"] if late else answering]["replies_due"] += 1


def total(sums: Mapping[str, Sums]) -> Sums:
    """Add up the parties."""
    return {name: sum(one[name] for one in sums.values()) for name in FIELDS}


def _until(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment is not None and moment <= now else None


async def read_book(office: Office, now: datetime) -> Book:
    """Let the product write the whole ledger, and read it from the file."""
    made = BytesIO()
    await ledger_file.write(office, _whole(now), now, made)
    words = Labels(office.texts, office.institution)
    book = load_workbook(made, read_only=True)
    overruns = [row for row in _sheet(book, "overruns by party", LATE_COLUMNS, words) if row["due"] is not None]
    return Book(list(_sheet(book, "ledger", COLUMNS, words)), overruns, words.party("desk"))


def _sheet(book: Any, name: str, columns: Sequence[str], words: Labels) -> Iterator[dict[str, Any]]:
    head, *rows = book[words.label(name)].iter_rows(values_only=True)
    places = {column: head.index(words.label(column)) for column in columns}
    for row in rows:
        yield {column: row[place] if place < len(row) else None for column, place in places.items()}


def _whole(now: datetime) -> Span:
    return Span("", now.replace(year=now.year - 1), now)


class Recount:
    """Print comparisons; `wrong` counts the differences."""

    def __init__(self) -> None:
        self.wrong = self.right = 0

    def compare(self, what: str, pairs: Iterable[tuple[str, int, int]]) -> None:
        cells = []
        for name, found, expected in pairs:
            same = found == expected
            self.right += same
            self.wrong += not same
            cells.append(f"{name} {found} {'=' if same else '≠'} {expected}")
        sys.stdout.write(f"{what}: {' · '.join(cells)}\n")


async def digests(office: Office, book: Book, recount: Recount) -> None:
    """Compare the numbers of each digest with the ledger's lines as of the time of issue."""
    zone, words = office.institution.zone, Labels(office.texts, office.institution)
    patterns = PATTERNS[office.texts.language]
    for digest in await Digest.all().order_by("id"):
        since, until, at = (_local(moment, zone) for moment in (digest.since, digest.until, digest.issued_at))
        counted = total(count(book, [line for line in book.lines if since <= line["found at"] < until], at, words))
        totals = next((line for line in digest.text.splitlines() if re.match(patterns["received"], line)), "")
        stated = {name: int(found[1]) for name, pattern in patterns.items() if (found := re.search(pattern, totals))}
        stated = stated or {"received": 0}
        pairs = [(name, stated[name], counted[name.replace(" ", "_")]) for name in stated]
        recount.compare(f"{digest.kind} {digest.period}", pairs)


async def span(office: Office, book: Book, now: datetime, recount: Recount) -> None:
    """Compare the sums of the whole span, of each party and of all."""
    figures = await read(office, "figures", _whole(now), now)
    words = Labels(office.texts, office.institution)
    counted = count(book, book.lines, _local(now, office.institution.zone), words)
    known = {line["number"] for line in book.lines}
    for one in book.overruns:
        counted[one["booked to"]]["overruns"] += one["number"] not in known  # of a matter struck out or merged
    everything = total(counted)
    for sums in figures.table.lines:
        name = words.party(sums.party or "")
        recount.compare(name, _pairs(sums, counted.pop(name, dict.fromkeys(FIELDS, 0))))
    recount.compare(words.label("total"), _pairs(figures.table.total, everything))
    recount.compare("parties that only the ledger has", [("", len(counted), 0)])


def _pairs(line: StatisticsLine, counted: Sums) -> Iterator[tuple[str, int, int]]:
    for name in FIELDS:
        yield name, getattr(line, "answered_of_those" if name == "answered" else name), counted[name]


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the local time without a zone, as the ledger has it."""
    return moment.astimezone(zone).replace(tzinfo=None)


async def main() -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, default=Path("config.toml"))
    parser.add_argument("directory", type=Path)
    options = parser.parse_args()
    installation = read_installation(options.config)
    office = Office(installation.institution, installation.regime)
    recount = Recount()
    await open_database(f"sqlite:///{options.directory.resolve() / 'huiyin.db'}")
    try:
        last = await Event.all().order_by("-id").first()
        if last is None:
            sys.stdout.write("nothing happened in it\n")
            return 1
        book = await read_book(office, last.at)
        await digests(office, book, recount)
        await span(office, book, last.at, recount)
    finally:
        await close_database()
    sys.stdout.write(f"equal {recount.right}, unequal {recount.wrong}\n")
    return 1 if recount.wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
