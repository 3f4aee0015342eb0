"""The case library: an inverted index of incidents' texts that works on both SQLite and PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from storage import library_terms
from storage.database import sql
from storage.reports import ReportRow
from storage.tables import Incident, LibraryCase, LibraryTerm

CANDIDATES = 40
"""How many of the cases that share most terms are compared in detail."""
TOO_COMMON = 0.3
"""In a large library, a term that occurs in more than this share of the cases yields no candidates."""
MOST_ASKED = 100
"""A search for more terms than this finds what contains half of them."""
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
    """Return incidents that contain every term and, for each of `singles`, a term with that prefix; newest first.

    `singles` are single characters.
    """
    names = [*dict.fromkeys((*terms, *singles))]
    if not names or len(names) > MOST_ASKED:
        return []
    if not terms:
        numbers = await _beginning_with(names, limit)
    else:
        known = await library_terms.commonness(terms)
        rarest = min(terms, key=lambda term: known.get(term, 0))
        numbers = await _also_containing(rarest, [name for name in names if name != rarest], singles, limit)
    return await _rows(numbers)


async def _also_containing(term: str, others: Sequence[str], singles: Collection[str], limit: int) -> list[int]:
    """Return the newest incidents that contain a term and, each as a term or as the prefix of one, all the others."""
    conditions = [
        (_HAS_PREFIX if other in singles else _HAS_TERM).format(term=sql.mark(n)) for n, other in enumerate(others, 2)
    ]
    statement = _CONTAINING.format(term=sql.mark(1), others=" ".join(conditions), limit=sql.mark(len(others) + 2))
    return [int(number) for (number,) in await sql.values(statement, [term, *others, limit])]


# ruff: noqa: S608 - only our own names and marks are put in
_CONTAINING = """
SELECT t.incident FROM library_terms t WHERE t.term = {term} {others} ORDER BY t.incident DESC LIMIT {limit}
"""
_HAS_TERM = "AND EXISTS (SELECT 1 FROM library_terms o WHERE o.term = {term} AND o.incident = t.incident)"
_HAS_PREFIX = (
    "AND EXISTS (SELECT 1 FROM library_terms o WHERE o.incident = t.incident AND SUBSTR(o.term, 1, 1) = {term})"
)


async def _beginning_with(characters: Sequence[str], limit: int) -> list[int]:
    """Return the newest incidents that contain a term with each of these first characters.

    The terms with a first character are few, and the newest incidents of each are found by the index.
    """
    first, *others = characters
    conditions = [_HAS_PREFIX.format(term=sql.mark(n)) for n in range(3, len(others) + 3)]
    if not others:
        statement = _PREFIX.format(character=sql.mark(1), limit=sql.mark(2))
        return [int(number) for (number,) in await sql.values(statement, [first, limit])]
    statement = _PREFIXES.format(character=sql.mark(1), limit=sql.mark(2), others=" ".join(conditions))
    return [int(number) for (number,) in await sql.values(statement, [first, limit, *others])]


_WITH_CHARACTER = """
WITH RECURSIVE found(term) AS (
    SELECT MIN(term) FROM library_terms WHERE term >= {character}
    UNION ALL
    SELECT (SELECT MIN(l.term) FROM library_terms l WHERE l.term > found.term) FROM found
    WHERE SUBSTR(found.term, 1, 1) = {character}
)
"""
_PREFIX = f"""{_WITH_CHARACTER}
SELECT DISTINCT t.incident FROM found JOIN library_terms t ON t.term = found.term AND t.incident >= COALESCE((
    SELECT x.incident FROM library_terms x WHERE x.term = found.term ORDER BY x.incident DESC LIMIT 1 OFFSET {{limit}}
), 0)
WHERE SUBSTR(found.term, 1, 1) = {{character}} ORDER BY t.incident DESC LIMIT {{limit}}
"""
_PREFIXES = f"""{_WITH_CHARACTER}
SELECT DISTINCT t.incident FROM found JOIN library_terms t ON t.term = found.term
WHERE SUBSTR(found.term, 1, 1) = {{character}} {{others}} ORDER BY t.incident DESC LIMIT {{limit}}
"""


async def containing_half(terms: Collection[str], limit: int) -> list[ReportRow]:
    """Return incidents that contain at least half of the terms, those with the most of them first.

    Of a term in very many incidents only the newest of these count.
    """
    shared = await library_terms.most_shared(terms, ended=False, most=limit)
    numbers = [number for number, n in shared if n * 2 >= min(len(set(terms)), library_terms.AT_ONCE)]
    rows = {row["number"]: row for row in await _rows(numbers)}
    return [rows[number] for number in numbers if number in rows]


class SimilarCases(NamedTuple):
    """Ended cases that resemble a text: by incident, the shared terms and the size of the case.

    `known` tells in how many of the library's `of` cases each term of the text occurs: in a large library about.
    """

    cases: Mapping[int, tuple[frozenset[str], int]]
    known: Mapping[str, int]
    of: int


async def find_similar(terms: Collection[str], *, ended: bool = True) -> SimilarCases:
    """Return the ended incidents that share the most terms with these, or without `ended` all of them.

    Of a term in very many incidents only the newest of these count. Rare terms, which decide about similarity, are
    always followed to the first incident.
    """
    count = await library_terms.size()
    known = await library_terms.commonness(terms) if count else {}
    rare = [term for term, n in known.items() if count < SMALL or n <= count * TOO_COMMON]
    closest = (
        [number for number, _ in await library_terms.most_shared(rare, ended=ended, most=CANDIDATES)] if rare else []
    )
    if not closest:
        return SimilarCases({}, known, count)
    sizes = dict(await LibraryCase.filter(incident__in=closest).values_list("incident", "size"))
    shared_terms: dict[int, set[str]] = {number: set() for number in closest}
    of_closest = f"SELECT incident, term FROM library_terms WHERE incident IN ({sql.marks(len(closest))})"
    for number, term in await sql.values(of_closest, closest):
        if term in known:
            shared_terms[number].add(term)
    return SimilarCases(
        {number: (frozenset(shared_terms[number]), int(str(sizes[number]))) for number in closest}, known, count
    )


async def results(numbers: Sequence[int]) -> list[ReportRow]:
    """Return the results of incidents, in the order of `numbers`."""
    rows = {row["number"]: row for row in await _rows(numbers)}
    return [rows[number] for number in numbers if number in rows]


async def _rows(numbers: Sequence[int]) -> list[ReportRow]:
    if not numbers:
        return []
    return list(await Incident.filter(number__in=list(numbers)).order_by("-number").values(*_RESULT))
