"""Recount the digests of a database from its ledger in Excel, with a counter of its own.

The product writes the ledger, and finds configuration and digests; reading the ledger (openpyxl) and counting its
lines use none of its code.

    python tools/recount.py --config config.toml DIRECTORY

DIRECTORY is what `python -m bot rehearse --keep` left. Compare the numbers in the text of every issued digest, and the
sums of the whole span by department. Exit with status 1 if two numbers differ.
"""

import asyncio
import re
import sys
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
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

COLUMNS = ("department", "found at", "replied at", "reply due", "resolved at", "first due")
PATTERNS = {
    "zh": {"received": r"^收件 (\d+)", "same day": r"，当日回复 (\d+)", "in time": r"，按时办结 (\d+)", "resolved": r"，办结 (\d+)"},
    "en": {"received": r"^Received (\d+)", "same day": r", replied same day (\d+)", "in time": r", resolved in time (\d+)",
           "resolved": r", resolved (\d+)"},
}  # fmt: skip


class Counted(NamedTuple):
    """The sums of lines of the ledger, as of a moment."""

    received: int
    same_day: int
    in_time: int
    resolved: int
    answered: int
    to_answer: int
    to_resolve: int


def count(lines: Iterable[Mapping[str, Any]], now: datetime) -> Counted:
    """Count lines as of `now`. Times are local, without a zone; those after `now` are ignored."""
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        replied, resolved = (_until(line[name], now) for name in ("replied at", "resolved at"))
        reply_due, first_due = line["reply due"], line["first due"]
        sums["received"] += 1
        sums["same_day"] += replied is not None and replied.date() == line["found at"].date()
        sums["resolved"] += resolved is not None
        sums["in_time"] += resolved is not None and first_due is not None and resolved <= first_due
        sums["answered"] += replied is not None and reply_due is not None
        sums["to_answer"] += reply_due is not None and (replied is not None or reply_due <= now)
        sums["to_resolve"] += first_due is not None and (resolved is not None or first_due <= now)
    return Counted(**{name: sums[name] for name in Counted._fields})


def _until(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment is not None and moment <= now else None


async def ledger_lines(office: Office, now: datetime) -> list[dict[str, Any]]:
    """Let the product write the whole ledger, and return its lines as read from the file, by the names of COLUMNS."""
    made = BytesIO()
    await ledger_file.write(office, _whole(now), now, made)
    words = Labels(office.texts, office.institution)
    head, *rows = load_workbook(made, read_only=True)[words.label("ledger")].iter_rows(values_only=True)
    places = {name: head.index(words.label(name)) for name in COLUMNS}
    return [{name: row[place] for name, place in places.items()} for row in rows]


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


async def digests(office: Office, lines: list[dict[str, Any]], recount: Recount) -> None:
    """Compare the numbers of each digest with the ledger's lines as of the time of issue."""
    zone = office.institution.zone
    patterns = PATTERNS[office.texts.language]
    for digest in await Digest.all().order_by("id"):
        since, until, at = (_local(moment, zone) for moment in (digest.since, digest.until, digest.issued_at))
        counted = count([line for line in lines if since <= line["found at"] < until], at)
        totals = next((line for line in digest.text.splitlines() if re.match(patterns["received"], line)), "")
        stated = {name: int(found[1]) for name, pattern in patterns.items() if (found := re.search(pattern, totals))}
        stated = stated or {"received": 0}
        pairs = [(name, stated[name], getattr(counted, name.replace(" ", "_"))) for name in stated]
        recount.compare(f"{digest.kind} {digest.period}", pairs)


async def span(office: Office, lines: list[dict[str, Any]], now: datetime, recount: Recount) -> None:
    """Compare the sums of the whole span, of each department and of all."""
    figures = await read(office, "figures", _whole(now), now)
    of: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        of[line["department"]].append(line)
    end = _local(now, office.institution.zone)
    words = Labels(office.texts, office.institution)
    for sums in figures.table.lines:
        name = words.department(sums.name)
        recount.compare(name, _pairs(sums, count(of.pop(name, []), end)))
    recount.compare(words.label("total"), _pairs(figures.table.total, count(lines, end)))
    recount.compare("departments that only the ledger has", [("", len(of), 0)])


def _pairs(line: StatisticsLine, counted: Counted) -> Iterator[tuple[str, int, int]]:
    for name in Counted._fields:
        yield name, getattr(line, "answered_of_those" if name == "answered" else name), getattr(counted, name)


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
        lines = await ledger_lines(office, last.at)
        await digests(office, lines, recount)
        await span(office, lines, last.at, recount)
    finally:
        await close_database()
    sys.stdout.write(f"equal {recount.right}, unequal {recount.wrong}\n")
    return 1 if recount.wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
