"""The ledger's columns, the union of what the rule books ask for; each is text, a date, a number or a link."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from handlers.documents.labels import Labels
from handlers.rules.figures.booking import booked_to
from handlers.rules.figures.digest_figures import counted
from handlers.rules.figures.statistics import answered_by
from handlers.rules.language.masking import mask
from handlers.rules.people.institution import Institution

CountedRow = Mapping[str, Any]
Cell = str | float | int | datetime | None
CellKind = Literal["text", "date", "number", "hours", "link"]
HOUR = 3600.0
PARTIES = ("desk", "department", "approver", "outside")
VERDICTS = ("true", "partly", "untrue", "unknown")


class Column(NamedTuple):
    """`name` is the name of its label; `width` is in characters."""

    name: str
    kind: CellKind
    width: float


COLUMNS = (
    Column("number", "number", 7), Column("title", "text", 34), Column("state", "text", 15),
    Column("department", "text", 12), Column("holder", "text", 12), Column("stage", "text", 10),
    Column("tier", "text", 8), Column("kind", "text", 10), Column("verdict", "text", 10),
    Column("origin", "text", 14), Column("source", "text", 10), Column("url", "link", 30), Column("posts", "number", 6),
    Column("posted", "date", 16), Column("found at", "date", 16), Column("reported at", "date", 16),
    Column("acknowledged at", "date", 16), Column("reply due", "date", 16), Column("replied at", "date", 16),
    Column("first due", "date", 16), Column("resolve due", "date", 16), Column("resolved at", "date", 16),
    Column("hours to reply", "hours", 11),
    Column("hours to resolve", "hours", 11), Column("outcome", "text", 9), Column("result", "text", 26),
    Column("proof", "link", 30), Column("unanswerable", "text", 24), Column("helpers", "text", 12),
    Column("hands", "text", 30),
    *(Column(f"hours {party}", "hours", 11) for party in PARTIES),
    Column("bounces", "number", 6), Column("extensions", "number", 6), Column("reopened", "number", 6),
    Column("reminders", "number", 8), Column("overruns", "number", 8), Column("late with", "text", 30),
    Column("answered by", "text", 12), Column("signed by", "text", 20),
    Column("handed down by", "text", 26), Column("report back due", "date", 16), Column("reported back", "date", 16),
    Column("satisfaction", "text", 10), Column("topics", "text", 14),
    Column("parts given", "text", 10), Column("response", "text", 8), Column("meetings", "number", 8),
    Column("press answered", "text", 10), Column("looks", "number", 8), Column("calm at", "date", 16),
    Column("actions done", "text", 10),
)  # fmt: skip


UNIT = Column("unit", "text", 14)
"""The unit that found the matter, where there are units: behind the other columns, which keep their places."""


def columns_of(institution: Institution) -> tuple[Column, ...]:
    """Return the columns of an institution's ledger."""
    return (*COLUMNS, UNIT) if institution.units else COLUMNS


def cells(row: CountedRow, words: Labels, now: datetime) -> tuple[Cell, ...]:
    """Return a matter's line in the order of its institution's columns; None for an empty cell."""
    row = row if "by_party" in row else counted(row, now)
    found_by = (row["unit"],) if words.institution.units else ()
    return (
        *_matter(row, words, now),
        *_times(row),
        *_ending(row, words),
        *_handed_down(row),
        *_beside(row, words),
        *_handled(row, words),
        *found_by,
    )


def _matter(row: CountedRow, words: Labels, now: datetime) -> tuple[Cell, ...]:
    """Return the columns "number" to "posts": the matter, its state and its source."""
    posts = [post["url"] for post in row["posts"] if post["url"]]
    return (
        row["number"],
        mask(row["title"]),
        words.label(state(row, now)),
        words.department(row["department"]),
        "" if row["resolved_at"] else words.party(row["holder"]),
        words.term("stage", row["stage"]),
        words.term("tier", row["tier"]),
        words.term("kind", row["kind"]),
        words.label(row["verdict"]) if row["verdict"] in VERDICTS else None,
        words.origin(row.get("origin", "found"), row.get("origin_body")),
        words.term("platform", row["platform"]),
        posts[0] if posts else None,
        len(row["posts"]) or None,
    )


def _times(row: CountedRow) -> tuple[Cell, ...]:
    """Return the columns "posted" to "hours to resolve": what happened when, and what was due when."""
    duties: dict[str, CountedRow] = {duty["kind"]: duty for duty in row["duties"]}
    return (
        row["posted_at"],
        row["found_at"],
        _of(duties, "report", "met_at"),
        row["acknowledged_at"],
        _of(duties, "reply", "due_at"),
        row["replied_at"],
        _of(duties, "resolve", "first_due_at"),
        _of(duties, "resolve", "due_at"),
        row["resolved_at"],
        _hours(row["found_at"], row["replied_at"]),
        _hours(row["found_at"], row["resolved_at"]),
    )


def _ending(row: CountedRow, words: Labels) -> tuple[Cell, ...]:
    """Return the columns "outcome" to "signed by": the result, holders, effort, overruns and signatures."""
    held: Mapping[str, float] = row["by_party"]
    return (
        words.term("outcome", row["outcome"]),
        mask(row["result"]) if row["result"] else None,
        _proof(row["proof"], words),
        mask(row["unanswerable"]) if row["unanswerable"] else None,
        "、".join(row["helpers"]) if row["helpers"] else None,
        _holders(held, words),
        *_hours_by_party(held),
        len(row["bounces"]) or None,
        row["extensions"] or None,
        max((duty["cycle"] for duty in row["duties"]), default=1) - 1 or None,
        row["reminders"] or None,
        len(row["overruns"]) or None,
        _late_with(row, words),
        words.party(answered_by(row)) if row["replied_at"] else None,
        _signed_by(row, words),
    )


def _handed_down(row: CountedRow) -> tuple[Cell, ...]:
    """Return the columns "handed down by" to "reported back": the documents, the next limit, and the last report.

    A matter is reported back once nothing is owed to any of its superiors.
    """
    orders = "；".join(" ".join(filter(None, (one["body"], one["document"]))) for one in row.get("orders", ()))
    owed = [duty for duty in row["duties"] if duty["kind"] == "superior" and duty["state"] in ("open", "met")]
    due = min((duty["due_at"] for duty in owed if duty["state"] == "open"), default=None)
    done = max((duty["met_at"] for duty in owed if duty["met_at"]), default=None)
    return mask(orders) if orders else None, due, None if due else done


def _beside(row: CountedRow, words: Labels) -> tuple[str | None, str | None]:
    """Return the columns "satisfaction" and "topics": what people have said about the matter beside its course."""
    answer = row["satisfaction"]["answer"] if row.get("satisfaction") else None
    return words.label(answer) if answer else None, "、".join(row.get("topics", ())) or None


def _handled(row: CountedRow, words: Labels) -> tuple[Cell, ...]:
    """Return the columns "parts given" to "actions done": how a matter was handled as one, and watched afterwards.

    "2/3" is two that are given, of three that were asked for.
    """
    level = row.get("response")
    return (
        _share(row, "part"),
        words.texts.say("response_level.word", level=level) if level else None,
        len(_owed(row, "minutes")) or None,
        _share(row, "inquiry"),
        sum(duty["state"] == "met" for duty in _owed(row, "track")) or None,
        row.get("calm_at"),
        _share(row, "action"),
    )


def _owed(row: CountedRow, kind: str) -> list[CountedRow]:
    return [duty for duty in row["duties"] if duty["kind"] == kind and duty["state"] in ("open", "met")]


def _share(row: CountedRow, kind: str) -> str | None:
    """Return how many duties of a kind are met, of all that are owed."""
    owed = _owed(row, kind)
    return f"{sum(duty['state'] == 'met' for duty in owed)}/{len(owed)}" if owed else None


def _signed_by(row: CountedRow, words: Labels) -> str | None:
    """Return the parties whose signatures the latest approved reply has, in the order in which they were given."""
    last = row.get("signed", ())[-1:]
    given = [id for one in last for id in (*one["signed"], one["decided_by"])]
    parties = [words.party(f"approver:{id}") for id in given if words.institution.person(id)]
    return "、".join(dict.fromkeys(parties)) or None


def _late_with(row: CountedRow, words: Labels) -> str | None:
    """Return each kind of duty that ran over, with the party it is booked to; an old one counts like a new one."""
    late = ((words.term("duty", one["kind"]), booked_to(one, words.institution)) for one in row["overruns"])
    parts = (
        f"{kind}（{words.party(party)}）" if words.chinese else f"{kind} ({words.party(party)})" for kind, party in late
    )
    return "；".join(dict.fromkeys(parts)) or None


def state(row: CountedRow, now: datetime) -> str:
    """Return the name of the label that says whether a matter met, meets or missed its due times."""
    owed = [duty for duty in row["duties"] if duty["state"] != "waived"]
    if not owed:
        return "no limit state"
    if any(duty["state"] == "open" and duty["due_at"] <= now for duty in owed):
        return "overdue state"
    if not row["resolved_at"]:
        return "running state"
    return "late state" if row["overruns"] else "in time state"


def _of(duties: Mapping[str, CountedRow], kind: str, fact: str) -> datetime | None:
    return duties[kind][fact] if kind in duties else None


def _hours(since: datetime, until: datetime | None) -> float | None:
    return round((until - since).total_seconds() / HOUR, 2) if until else None


def _proof(proof: str | None, words: Labels) -> str | None:
    kind, _, number = (proof or "").partition(":")
    return f"{words.label('picture proof')} {number}" if kind == "picture" else proof


def _holders(held: Mapping[str, float], words: Labels) -> str | None:
    """Return each holder with the time for which it held the matter; `held` has seconds by holder."""
    parts = (f"{words.party(holder)} {words.span(timedelta(seconds=seconds))}" for holder, seconds in held.items())
    return "；".join(parts) if held else None


def _hours_by_party(held: Mapping[str, float]) -> tuple[float | None, ...]:
    totals = dict.fromkeys(PARTIES, 0.0)
    for holder, seconds in held.items():
        totals[holder.partition(":")[0]] += seconds
    return tuple(round(seconds / HOUR, 2) if seconds else None for seconds in totals.values())
