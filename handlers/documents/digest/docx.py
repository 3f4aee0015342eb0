"""A digest as a Word document on A4: totals, departments, formulas, overdue duties, the bulletin, the matters."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from docx.document import Document as Paper

from handlers.documents.labels import Labels
from handlers.documents.word_parts import add_text, centred, heading, new_paper, picture_page, saved, table
from handlers.rules.figures.acts import Act
from handlers.rules.figures.digest_figures import Figures
from handlers.rules.figures.late import Late
from handlers.rules.figures.statistics import StatisticsLine

MOST_ROWS = 300


def document(figures: Figures, words: Labels, title: str, period: str, picture: bytes) -> bytes:
    """Return the document's bytes. `picture` is the digest's PNG, which is the last page."""
    paper = new_paper(title, words.institution.name)
    centred(paper, words.institution.name, 14)
    centred(paper, title, 22, bold=True)
    made_on = words.label("made on").replace("…", words.date(figures.now))
    centred(paper, f"{period}　{made_on}", 11)
    if figures.nothing:
        add_text(paper, f"{words.label('zero')}：{words.nothing_found(len(figures.overdue))}", bold=True)
    heading(paper, words.label("figures"))
    _totals(paper, figures, words)
    _routines(paper, figures, words)
    if figures.positive:
        add_text(paper, words.texts.say("positive.count", rows=figures.positive))
    if not figures.nothing:
        heading(paper, words.label("by department"))
        _departments(paper, figures, words)
    _units(paper, figures, words)
    if figures.table.by_origin:
        add_text(paper, words.origins(figures.table.by_origin))
    add_text(paper, "", 4)
    formulas = [f"{name.removesuffix('rate')}formula" for name in _rates(figures)]
    for note in (*formulas, "clocks", "overdue note"):
        add_text(paper, words.label(note), 9)
    heading(paper, words.label("overdue now"))
    _late(paper, figures.overdue, figures, words, "none overdue")
    if figures.kind != "daily" or figures.named:
        heading(paper, words.label("bulletin"))
        _bulletin(paper, figures, words)
    _after(paper, figures, words)
    if figures.acts:
        heading(paper, words.label("acts"))
        add_text(paper, words.label("acts note"), 9)
        _acts(paper, figures.acts, words)
    if figures.matters:
        newest = words.label("newest").replace("…", str(len(figures.matters)))
        heading(paper, newest if _hidden(figures) else words.label("matters"))
        _matters(paper, figures, words)
    picture_page(paper, picture)
    return saved(paper)


def _after(paper: Paper, figures: Figures, words: Labels) -> None:
    if not figures.after.nothing:
        heading(paper, words.label("after"))
        for line in words.texts.say("digest.after", a=figures.after).splitlines():
            add_text(paper, line)


def _bulletin(paper: Paper, figures: Figures, words: Labels) -> None:
    """Write what the bulletin names: first what is still open, then what was done or ended later."""
    still = [one for one in figures.named if one.state == "open"]
    later = [one for one in figures.named if one.state != "open"]
    if still or not later:
        if still:
            add_text(paper, words.label("bulletin lead"), leads=True)
        _late(paper, still, figures, words, "none named")
    if later:
        add_text(paper, words.label("bulletin done"), leads=True)
        _late(paper, later, figures, words, "none named")


def _acts(paper: Paper, acts: Sequence[Act], words: Labels) -> None:
    head = [words.label(name) for name in ("party", "person", "act", "count", "numbers")]
    rows = [
        (
            words.party(one.party),
            words.institution.name_of(one.person),
            words.term("act", one.act),
            str(one.times),
            " ".join(f"#{number}" for number in dict.fromkeys(one.numbers)),
        )
        for one in acts[:MOST_ROWS]
    ]
    table(paper, head, rows, (3.0, 2.6, 2.6, 1.4, 6.8))


def _totals(paper: Paper, figures: Figures, words: Labels) -> None:
    now, before = figures.table.total, figures.before.total if figures.before else None
    asked = {"in time": "resolve", "same day": "reply"}
    names = [name for name in COUNTS if asked.get(name, "resolve") in figures.asks or name not in asked]
    rows = [_total(words.label(name), name, now, before, words) for name in names]
    late = str(len(figures.overdue))
    rows.append((words.label("overdue"), late, "", ""))
    rows += [
        (words.label(name), words.share(_rate(now, name)), words.share(_rate(before, name)) if before else "", "")
        for name in _rates(figures)
    ]
    rows += [_median(name, now, before, words) for name in MEDIANS]
    head = [words.label(name) for name in ("item", "this period", "period before", "change")]
    if before is None:
        table(paper, head[:2], [row[:2] for row in rows], (6.8, 3.2))
    else:
        table(paper, head, rows, (6.8, 3.2, 3.2, 3.2))


def _rates(figures: Figures) -> tuple[str, ...]:
    """Return the names of the rates of the duties that the regime asks for."""
    names = {"reply": ("same day rate", "response rate"), "resolve": ("solution rate", "timely rate")}
    return tuple(name for kind, some in names.items() if kind in figures.asks for name in some)


COUNTS = {
    "received": "received",
    "same day": "same_day",
    "in time": "in_time",
    "resolved": "resolved",
    "signed remedies": "remedied",
    "closed unanswered": "unanswered",
    "bounces": "bounces",
    "extensions": "extensions",
    "reopened": "reopened",
    "overruns": "overruns",
}


MEDIANS = ("median public reply", "median public resolve", "median held")


def _median(name: str, now: StatisticsLine, before: StatisticsLine | None, words: Labels) -> tuple[str, str, str, str]:
    key = name.replace(" ", "_")
    earlier = words.span(getattr(before, key)) if before else ""
    return words.label(name), words.span(getattr(now, key)), earlier, ""


def _total(
    label: str, name: str, now: StatisticsLine, before: StatisticsLine | None, words: Labels
) -> tuple[str, str, str, str]:
    value = getattr(now, COUNTS[name])
    if before is None:
        return label, str(value), "", ""
    earlier = getattr(before, COUNTS[name])
    return label, str(value), str(earlier), words.change(value - earlier)


def _rate(line: StatisticsLine | None, name: str) -> float | None:
    return getattr(line, name.replace("timely rate", "timely_rate").replace(" ", "_")) if line else None


def _routines(paper: Paper, figures: Figures, words: Labels) -> None:
    for owed in figures.routines:
        add_text(paper, f"{words.term('duty', owed.kind)}：{words.label('given')} {owed.given}/{owed.owed}")


def _departments(paper: Paper, figures: Figures, words: Labels) -> None:
    late = Counter(party for one in figures.overdue for party in one.parties)
    ended = "in time" if "resolve" in figures.asks else "resolved"
    rates = _rates(figures)
    total = figures.table.total
    apart = [name for name in ("signed remedies", "closed unanswered") if getattr(total, COUNTS[name])]
    counts = ("overruns", "bounces", "extensions", "reopened")
    names = ("department", "received", "same day", ended, *apart, "open", "overdue", *rates, *counts)

    def row(name: str, line: StatisticsLine, late: int) -> tuple[str, ...]:
        closed = (getattr(line, COUNTS[name]) for name in (ended, *apart))
        first = (line.received, line.same_day, *closed, line.open, late)
        shares = (words.share(_rate(line, rate)) for rate in rates)
        return (name, *map(str, first), *shares, *(str(getattr(line, count)) for count in counts))

    rows = [row(words.party(line.party), line, late[line.party]) for line in figures.table.lines if line.party]
    last = row(words.label("total"), total, len(figures.overdue))
    table(
        paper,
        [words.label(name) for name in names],
        [*rows, last],
        (2.9, *(13.5 / (len(names) - 1),) * (len(names) - 1)),
    )


def _units(paper: Paper, figures: Figures, words: Labels) -> None:
    """Add a line for each unit and for the office itself; they add up to the total."""
    if figures.nothing or not figures.units:
        return
    heading(paper, words.label("by unit"))
    counts = ("received", "answered", "resolved", "open", "overdue", "overruns")
    own, total = words.label("the office itself"), (words.label("total"), figures.table.total)
    lines = [*((name or own, sums.total) for name, sums in figures.units), total]
    rows = [(name, *(str(getattr(line, count)) for count in counts)) for name, line in lines]
    table(paper, [words.label(name) for name in ("unit", *counts)], rows, (3.4, *(13.0 / len(counts),) * len(counts)))


def _late(paper: Paper, rows: Sequence[Late], figures: Figures, words: Labels, none: str) -> None:
    if not rows:
        add_text(paper, words.label(none))
        return
    head = [words.label(name) for name in ("number", "title", "duty", "holder", "due", "late by", "state")]
    shown = [_late_row(one, figures, words) for one in rows[:MOST_ROWS]]
    table(paper, head, shown, (1.3, 4.5, 2.7, 2.6, 2.2, 1.9, 1.4))
    if len(rows) > MOST_ROWS:
        add_text(paper, words.label("more").replace("…", str(len(rows) - MOST_ROWS)))


def _late_row(one: Late, figures: Figures, words: Labels) -> tuple[str, ...]:
    over: timedelta | None = (one.met_at or figures.now) - one.due_at if one.state != "ended" else None
    states = {"open": "still open", "met": "met later", "ended": "never done"}
    number = "" if one.number is None else str(one.number)
    return (
        number,
        words.short(one.title, 40),
        words.owed(one),
        words.party(one.holder) if one.state == "open" else "",
        words.until(one.due_at),
        words.span(over),
        words.label(states[one.state]),
    )


def _matters(paper: Paper, figures: Figures, words: Labels) -> None:
    head = [words.label(name) for name in ("number", "found", "title", "department", "stage", "outcome")]
    rows = [
        (
            str(row["number"]),
            words.clock(row["found_at"])[5:],
            words.short(row["title"], 60),
            words.department(row["department"]),
            words.term("stage", row["stage"]),
            words.short(row["result"] or words.term("outcome", row["outcome"]), 40),
        )
        for row in figures.matters
    ]
    table(paper, head, rows, (1.3, 2.2, 5.6, 3.0, 1.7, 3.0))
    if _hidden(figures):
        add_text(paper, words.label("see ledger").replace("…", str(_hidden(figures))))


def _hidden(figures: Figures) -> int:
    """Return how many matters of the period are not listed."""
    return max(figures.table.total.received - len(figures.matters), 0)
