"""The case library: an inverted index of incidents' texts that works on both SQLite and PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from tortoise.functions import Count

from storage.database import sql
from storage.reports import ReportRow
from storage.tables import Incident, LibraryCase, LibraryTerm

CANDIDATES = 40
"""How many of the cases that share most terms are compared in detail."""
TOO_COMMON = 0.3
"""In a large library, a term that occurs in more than this share of the cases yields no candidates."""
SMALL = 50
"""A library with fewer cases than this is small: every term yields candidates."""
_RESULT = ("number", "title", "stage", "department", "outcome", "found_at", "resolved_at")


async def index(number: int, terms: Collection[str], size: int, *, ended: bool) -> None:
    """Replace an incident's terms, inside a transaction. `size` is the number of its significant terms."""
    old = set(map(str, await LibraryTerm.filter(incident=number).values_list("term", flat=True)))
    wanted = set(terms)
    if removed := old - wanted:
        await LibraryTerm.filter(incident=number, term__in=sorted(removed)).delete()
    if added := wanted - old:
        await sql.insert("library_terms", ("term", "incident"), [(term, number) for term in sorted(added)])
    values: dict[str, Any] = {"size": size, "ended": ended}
    if not await LibraryCase.filter(incident=number).update(**values):
        await LibraryCase.create(incident=number, **values)


async def forget(numbers: Sequence[int]) -> None:
    """Remove incidents from the library, inside a transaction."""
    await LibraryTerm.filter(incident__in=list(numbers)).delete()
    await LibraryCase.filter(incident__in=list(numbers)).delete()


async def containing_all(terms: Collection[str], singles: Collection[str], limit: int) -> list[ReportRow]:
    """Return incidents that contain every term and, for each of `singles`, a term with that prefix; newest first."""
    found: set[int] | None = None
    if terms:
        found = {number for number, n in (await _shared(terms, None)).items() if n == len(set(terms))}
    for single in singles:
        some = await LibraryTerm.filter(term__startswith=single).distinct().values_list("incident", flat=True)
        numbers = {int(str(number)) for number in some}
        found = numbers if found is None else found & numbers
    return await _rows(sorted(found or (), reverse=True)[:limit])


async def containing_half(terms: Collection[str], limit: int) -> list[ReportRow]:
    """Return incidents that contain at least half of the terms, those with the most of them first."""
    shared = await _shared(terms, None)
    enough = [(n, number) for number, n in shared.items() if n * 2 >= len(set(terms))]
    numbers = [number for _, number in sorted(enough, reverse=True)[:limit]]
    rows = {row["number"]: row for row in await _rows(numbers)}
    return [rows[number] for number in numbers if number in rows]


class SimilarCases(NamedTuple):
    """Ended cases that resemble a text: by incident, the shared terms and the size of the case.

    `known` tells in how many of the library's `of` cases each term of the text occurs.
    """

    cases: Mapping[int, tuple[frozenset[str], int]]
    known: Mapping[str, int]
    of: int


async def find_similar(terms: Collection[str]) -> SimilarCases:
    """Return the ended incidents that share the most terms with these."""
    count = int((await sql.values("SELECT COUNT(*) FROM library_cases", ()))[0][0])
    known = await _commonness(terms) if count else {}
    rare = [term for term, n in known.items() if count < SMALL or n <= count * TOO_COMMON]
    shared = await _shared(rare, ended=True) if rare else {}
    closest = sorted(shared, key=lambda number: (-shared[number], -number))[:CANDIDATES]
    if not closest:
        return SimilarCases({}, known, count)
    sizes = dict(await LibraryCase.filter(incident__in=closest).values_list("incident", "size"))
    shared_terms: dict[int, set[str]] = {number: set() for number in closest}
    rows = LibraryTerm.filter(incident__in=closest, term__in=sorted(known))
    for number, term in await rows.values_list("incident", "term"):
        shared_terms[int(str(number))].add(str(term))
    return SimilarCases(
        {number: (frozenset(shared_terms[number]), int(str(sizes[number]))) for number in closest}, known, count
    )


async def results(numbers: Sequence[int]) -> list[ReportRow]:
    """Return the results of incidents, in the order of `numbers`."""
    if not numbers:
        return []
    rows = {row["number"]: row for row in await _rows(numbers)}
    return [rows[number] for number in numbers if number in rows]


async def _rows(numbers: Sequence[int]) -> list[ReportRow]:
    return list(await Incident.filter(number__in=list(numbers)).order_by("-number").values(*_RESULT))


async def _shared(terms: Collection[str], ended: bool | None) -> dict[int, int]:
    """Count, for each incident, how many of the terms it contains."""
    names = sorted(set(terms))
    only = "JOIN library_cases c ON c.incident = t.incident AND c.ended " if ended else ""
    statement = (
        f"SELECT t.incident, COUNT(*) AS n FROM library_terms t {only}"  # noqa: S608 - marks only
        f"WHERE t.term IN ({sql.marks(len(names))}) GROUP BY t.incident"
    )
    return {int(row["incident"]): int(row["n"]) for row in await sql.rows(statement, names)} if names else {}


async def _commonness(terms: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    names = sorted(terms)
    for start in range(0, len(names), 500):
        query = LibraryTerm.filter(term__in=names[start : start + 500]).annotate(n=Count("id")).group_by("term")
        found |= {str(row["term"]): int(row["n"]) for row in await query.values("term", "n")}
    return found
