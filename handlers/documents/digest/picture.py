"""A digest as a picture for the chat: totals, rates, departments, days, overdue duties.

It shows no titles and no names of people: a holder is shown as a department, a role or an external body.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from handlers.documents.digest.drawing import (
    BLUE,
    GREEN,
    INK,
    INNER,
    MARGIN,
    MUTED,
    PANEL,
    RULE,
    SKY,
    SMALLEST,
    VERMILION,
    WIDTH,
    Drawing,
    breadth,
    fitted,
    wrapped,
    wrapped_parts,
)
from handlers.documents.labels import Labels
from handlers.rules.figures.digest_figures import DayFigures, Figures
from handlers.rules.figures.late import Late
from handlers.rules.figures.statistics import StatisticsLine

MOST_DEPARTMENTS, MOST_LATE, MOST_DAYS = 10, 8, 31
TILE, GAP = 196, 24


def drawing(figures: Figures, words: Labels, title: str, period: str) -> str:
    """Return the digest as SVG."""
    page = Drawing()
    _head(page, words.institution.name, title, period)
    if figures.nothing:
        _zero(page, words, len(figures.overdue))
    _tiles(page, figures, words)
    _routines(page, figures, words)
    if not figures.nothing:
        _rates(page, figures, words)
        _departments(page, figures, words)
    _by_party(page, "overruns by party", figures.table.total.overruns, figures.table.overruns_by_party, words)
    _by_party(page, "bulletin", len([one for one in figures.named if one.number]), figures.named_by_party, words)
    if sum(day.received + day.resolved for day in figures.days):
        _days(page, figures.days, words)
    _late(page, figures, words)
    return page.svg()


def _head(page: Drawing, institution: str, title: str, period: str) -> None:
    page.box(0, 0, WIDTH, 18, BLUE)
    page.text(MARGIN, page.y + 44, fitted(institution, 38, INNER), 38, fill=MUTED)
    page.text(MARGIN, page.y + 124, fitted(title, 68, INNER), 68, bold=True)
    page.y += 152
    for line in wrapped(period, SMALLEST, INNER):
        page.text(MARGIN, page.y + 34, line, fill=MUTED)
        page.y += 46
    page.y += 24


def _zero(page: Drawing, words: Labels, overdue: int) -> None:
    page.box(MARGIN, page.y, INNER, 176, "#E4F2EE", 18)
    page.text(MARGIN + 36, page.y + 78, words.label("zero"), 56, fill=GREEN, bold=True)
    page.text(MARGIN + 36, page.y + 138, fitted(words.nothing_found(overdue), 38, INNER - 72), 38)
    page.y += 176 + GAP


def _tiles(page: Drawing, figures: Figures, words: Labels) -> None:
    total = figures.table.total
    late = len(figures.overdue)
    ended = ("in time", "in_time") if "resolve" in figures.asks else ("resolved", "resolved")
    answered = ("same day", "same_day") if "reply" in figures.asks else ("open", "open")
    tiles = (
        ("received", total.received, words.change(figures.change("received")), INK),
        (answered[0], getattr(total, answered[1]), words.change(figures.change(answered[1])), INK),
        (ended[0], getattr(total, ended[1]), words.change(figures.change(ended[1])), INK),
        ("overdue", late, "", VERMILION if late else INK),
    )
    width = (INNER - GAP) / 2
    for n, (name, value, change, fill) in enumerate(tiles):
        x, y = MARGIN + n % 2 * (width + GAP), page.y + n // 2 * (TILE + GAP)
        page.box(x, y, width, TILE, PANEL, 18)
        page.text(x + 32, y + 58, fitted(words.label(name), 38, width - 64), 38, fill=MUTED)
        page.text(x + 32, y + 162, str(value), 100, fill=fill, bold=True)
        if change:
            page.text(x + width - 32, y + 118, words.label("against before"), SMALLEST, fill=MUTED, end="end")
            page.text(x + width - 32, y + 164, change, 40, end="end")
    page.y += 2 * (TILE + GAP) + GAP
    _apart(page, total, words)


def _apart(page: Drawing, total: StatisticsLine, words: Labels) -> None:
    """Say how many matters were closed by a signed remedy, and how many without an answer in public."""
    counts = (("signed remedies", total.remedied), ("closed unanswered", total.unanswered))
    shown = [f"{words.label(name)} {count}" for name, count in counts if count]
    if shown:
        page.text(MARGIN, page.y + 8, fitted("　".join(shown), 38, INNER), 38, fill=MUTED)
        page.y += 52


def _heading(page: Drawing, text: str) -> None:
    page.text(MARGIN, page.y + 44, text, 46, bold=True)
    page.y += 76


def _routines(page: Drawing, figures: Figures, words: Labels) -> None:
    if not figures.routines:
        return
    _heading(page, words.label("routines"))
    for owed in figures.routines:
        missing = owed.owed - owed.given
        page.text(MARGIN, page.y + 38, words.term("duty", owed.kind), 38)
        state = f"{words.label('given')} {owed.given}/{owed.owed}"
        page.text(WIDTH - MARGIN, page.y + 38, state, 38, fill=VERMILION if missing else INK, end="end")
        page.y += 60
    page.y += GAP


def _shares(total: StatisticsLine, asks: Collection[str]) -> list[tuple[str, float | None, str]]:
    """Return the rates of the duties that the regime asks for: name, share, and "count/of how many"."""
    rates = {
        "reply": [
            ("same day", total.same_day_rate, f"{total.same_day}/{total.replies_due}"),
            ("response", total.response_rate, f"{total.answered_of_those}/{total.to_answer}"),
        ],
        "resolve": [
            ("solution", total.solution_rate, f"{total.resolved_of_those}/{total.to_resolve}"),
            ("timely", total.timely_rate, f"{total.in_time}/{total.to_resolve}"),
        ],
    }
    return [rate for kind, some in rates.items() if kind in asks for rate in some]


def _rates(page: Drawing, figures: Figures, words: Labels) -> None:
    shares = _shares(figures.table.total, figures.asks)
    if not shares:
        return
    rates = [(f"{name} rate", share, of) for name, share, of in shares]
    _heading(page, words.label("rates"))
    left = max(breadth(words.label(name), 38) for name, _, _ in rates) + 24
    bar = INNER - left - 330
    for name, share, of in rates:
        page.text(MARGIN, page.y + 38, words.label(name), 38)
        page.box(MARGIN + left, page.y + 8, bar, 38, RULE, 8)
        page.box(MARGIN + left, page.y + 8, bar * (share or 0), 38, BLUE, 8)
        page.text(WIDTH - MARGIN - 160, page.y + 40, words.share(share), 42, bold=True, end="end")
        page.text(WIDTH - MARGIN, page.y + 38, of if share is not None else "", SMALLEST, fill=MUTED, end="end")
        page.y += 64
    for name, _, _ in shares:
        for line in wrapped(words.label(f"{name} formula"), SMALLEST, INNER):
            page.text(MARGIN, page.y + 34, line, fill=MUTED)
            page.y += 46
    page.y += 2 * GAP


def _departments(page: Drawing, figures: Figures, words: Labels) -> None:
    lines = [line for line in figures.table.lines if line.received]
    shown, rest = lines[:MOST_DEPARTMENTS], lines[MOST_DEPARTMENTS:]
    _heading(page, words.label("by department"))
    _legend(page, [(BLUE, "resolved"), (SKY, "in hand"), (VERMILION, "of these overdue")], words)
    names = [words.party(line.party or "") for line in shown]
    left = min(max((breadth(name, 38) for name in names), default=0), 350) + 24
    bar, most = INNER - left - 200, max(line.received for line in shown)
    for name, line in zip(names, shown, strict=True):
        _name(page, name, left - 20)
        _bar(page, line, MARGIN + left, (bar, most), words)
        page.text(WIDTH - MARGIN, page.y + 48, str(line.received), 42, bold=True, end="end")
        page.y += 76
    if rest:
        others = f"{words.label('other departments')} {len(rest)}"
        page.text(MARGIN, page.y + 38, others, SMALLEST, fill=MUTED)
        page.text(WIDTH - MARGIN, page.y + 38, str(sum(line.received for line in rest)), 42, bold=True, end="end")
        page.y += 60
    page.y += GAP


def _bar(page: Drawing, line: StatisticsLine, x: float, scale: tuple[float, int], words: Labels) -> None:
    """Draw the resolved, open and overdue matters side by side from `x` on; `scale` is the full width and its count."""
    full_width, most = scale
    parts = ((line.resolved, BLUE), (line.open - line.late_open, SKY), (line.late_open, VERMILION))
    for count, fill in parts:
        width = full_width * count / most
        page.box(x, page.y + 8, width, 50, fill)
        if fill != VERMILION and width > breadth(str(count), SMALLEST) + 12:
            ink = INK if fill == SKY else "#FFFFFF"
            page.text(x + width / 2, page.y + 45, str(count), SMALLEST, fill=ink, end="middle")
        x += width
    if line.late_open:
        over = f"{words.label('over by')} {line.late_open}"
        page.text(x + 12, page.y + 45, over, SMALLEST, fill=VERMILION)


def _name(page: Drawing, name: str, width: float) -> None:
    """Draw a department's name, on two lines if it is wider than `width`."""
    if breadth(name, 38) <= width:
        page.text(MARGIN, page.y + 46, name, 38)
        return
    first = wrapped(name, SMALLEST, width)[0]
    page.text(MARGIN, page.y + 28, first, SMALLEST)
    page.text(MARGIN, page.y + 64, fitted(name.removeprefix(first).strip(), SMALLEST, width), SMALLEST)


def _legend(page: Drawing, entries: Sequence[tuple[str, str]], words: Labels) -> None:
    x: float = MARGIN
    for fill, name in entries:
        page.box(x, page.y + 6, 34, 34, fill, 6)
        page.text(x + 46, page.y + 36, words.label(name), SMALLEST, fill=MUTED)
        x += 46 + breadth(words.label(name), SMALLEST) + 40
    page.y += 64


def _days(page: Drawing, days: Sequence[DayFigures], words: Labels) -> None:
    """Draw the matters received (a line with dots) and resolved (a dashed line) on each day."""
    shown = days[-MOST_DAYS:]
    _heading(page, words.label("by day"))
    _legend(page, [(BLUE, "received"), (VERMILION, "resolved dashed")], words)
    top = _ceiling(max(max(day.received, day.resolved) for day in shown))
    left, height = breadth(str(top), SMALLEST) + 20, 300
    x0, width, base = MARGIN + left, INNER - left, page.y + height
    for share in (0, 0.5, 1):
        y = base - height * share
        page.line([(x0, y), (WIDTH - MARGIN, y)], RULE)
        page.text(x0 - 14, y + 12, _tick(top * share), SMALLEST, fill=MUTED, end="end")
    step = width / max(len(shown), 1)
    xs = [x0 + step * (n + 0.5) for n in range(len(shown))]
    received = [(x, base - height * day.received / top) for x, day in zip(xs, shown, strict=True)]
    resolved = [(x, base - height * day.resolved / top) for x, day in zip(xs, shown, strict=True)]
    page.line(resolved, VERMILION, 5, "14 10")
    page.line(received, BLUE, 6)
    for x, y in received:
        page.dot(x, y, 9, BLUE)
    every = -(-len(shown) // 7)
    for n in range(len(shown) - 1, -1, -every):
        day = shown[n].day
        page.text(
            min(max(xs[n], x0 + 44), WIDTH - MARGIN - 44), base + 50, f"{day:%m-%d}", SMALLEST, fill=MUTED, end="middle"
        )
    page.y += height + 84


def _ceiling(most: int) -> int:
    """Return the top of the scale: a round even number that is not below `most`."""
    for step in (2, 4, 6, 8, 10, 20, 30, 40, 50, 60, 80, 100):
        if most <= step:
            return step
    size = 10 ** (len(str(most)) - 1)
    return int(next(size * n for n in (1.2, 1.6, 2, 3, 4, 5, 6, 8, 10) if most <= size * n))


def _tick(value: float) -> str:
    return f"{value:g}"


def _by_party(page: Drawing, heading: str, count: int, parties: Mapping[str, int], words: Labels) -> None:
    """Draw a heading with a count, and how many of it each party has."""
    if not parties:
        return
    _heading(page, f"{words.label(heading)} {count}")
    parts = [f"{fitted(words.party(party), 38, INNER - 120)} {n}" for party, n in parties.items()]
    for line in wrapped_parts(parts, "、" if words.chinese else ", ", 38, INNER):
        page.text(MARGIN, page.y + 38, line, 38)
        page.y += 54
    page.y += GAP


def _late(page: Drawing, figures: Figures, words: Labels) -> None:
    """Draw the overdue matters with number and holder, the most overdue first."""
    _heading(page, words.label("overdue now"))
    if not figures.overdue:
        page.text(MARGIN, page.y + 38, words.label("none overdue"), 38, fill=GREEN)
        page.y += 60
        return
    shown = figures.overdue[:MOST_LATE]
    for one in shown:
        _late_line(page, one, figures.now - one.due_at, words)
    if len(figures.overdue) > len(shown):
        more = words.label("more").replace("…", str(len(figures.overdue) - len(shown)))
        page.text(MARGIN, page.y + 38, more, SMALLEST, fill=MUTED)
        page.y += 56


def _late_line(page: Drawing, late: Late, over: timedelta, words: Labels) -> None:
    holder, lasts = words.party(late.holder), f"{words.label('over by')} {words.span(over)}"
    owed = words.owed(late)
    page.text(MARGIN, page.y + 38, f"#{late.number}", 38, bold=True)
    left = max(breadth(f"#{late.number}", 38), 80) + 28
    room = INNER - left - breadth(lasts, 38) - 24
    whole = f"{holder} · {owed}"
    fits = breadth(whole, 38) <= room
    page.text(MARGIN + left, page.y + 38, fitted(whole if fits else holder, 38, room), 38)
    page.text(WIDTH - MARGIN, page.y + 38, lasts, 38, fill=VERMILION, end="end")
    if not fits:
        page.y += 48
        page.text(MARGIN + left, page.y + 34, fitted(owed, SMALLEST, INNER - left), SMALLEST, fill=MUTED)
    page.line([(MARGIN, page.y + 56), (WIDTH - MARGIN, page.y + 56)], RULE)
    page.y += 66
