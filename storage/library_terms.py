"""How common terms are in the case library, and which incidents share the most of them.

Of a term in very many incidents only the newest are read, so that no question takes longer in a large library.
"""

from collections.abc import Collection

from storage.database import sql

MOST_POSTINGS = 200
"""How many incidents of a term are read: its newest ones. A library with fewer cases is read completely."""
AT_ONCE = 400
"""How many terms one statement asks for: as many as a text has. SQLite takes 500."""

# ruff: noqa: S608 - only our own names and marks are put in


async def size() -> int:
    """Return how many cases the library has; in a large one, how many numbers they span."""
    [(some, first, last)] = await sql.values(_SIZE, ())
    return int(some) if some < MOST_POSTINGS else int(last - first) + 1


_SIZE = f"""
SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM library_cases WHERE incident > 0 LIMIT {MOST_POSTINGS}) AS cases),
       (SELECT MIN(incident) FROM library_cases), (SELECT MAX(incident) FROM library_cases)
"""


async def commonness(terms: Collection[str]) -> dict[str, int]:
    """Return in how many incidents each term occurs that occurs at all.

    Of a term in more than MOST_POSTINGS that is an estimate, by how close together the newest of them are.
    """
    found: dict[str, int] = {}
    names = sorted(set(terms))
    [(_, first, last)] = await sql.values(_SIZE, ())
    for start in range(0, len(names), AT_ONCE):
        part = names[start : start + AT_ONCE]
        counts = (_COUNT.format(n=n, term=sql.mark(n + 1), most=MOST_POSTINGS) for n in range(len(part)))
        for n, count, oldest in await sql.values(" UNION ALL ".join(counts), part):
            if count:
                share = 1 if count < MOST_POSTINGS else (last - oldest + 1) / (last - first + 1)
                found[part[n]] = round(count / share)
    return found


_COUNT = """
SELECT {n}, COUNT(*), MIN(incident) FROM (
    SELECT incident FROM library_terms WHERE term = {term} ORDER BY incident DESC LIMIT {most}
) AS t{n}
"""


async def most_shared(terms: Collection[str], *, ended: bool, most: int) -> list[tuple[int, int]]:
    """Return the incidents that contain the most of these terms, as (incident, how many), the newest first of equals.

    Each term counts for the newest MOST_POSTINGS incidents that contain it.
    """
    names = sorted(set(terms))[:AT_ONCE]
    if not names:
        return []
    newest = (_NEWEST.format(n=n, term=sql.mark(n + 1), most=MOST_POSTINGS) for n in range(len(names)))
    only = _ENDED if ended else ""
    statement = _MOST_SHARED.format(newest=" UNION ALL ".join(newest), only=only, most=sql.mark(len(names) + 1))
    return [(int(number), int(n)) for number, n in await sql.values(statement, [*names, most])]


_NEWEST = """
SELECT incident FROM (
    SELECT incident FROM library_terms WHERE term = {term} ORDER BY incident DESC LIMIT {most}
) AS t{n}
"""
_MOST_SHARED = """
SELECT p.incident, COUNT(*) AS n FROM ({newest}) AS p
GROUP BY p.incident {only} ORDER BY n DESC, p.incident DESC LIMIT {most}
"""
_ENDED = "HAVING (SELECT c.ended FROM library_cases c WHERE c.incident = p.incident)"
"""Looked up for each incident that was found: PostgreSQL would join it by reading all cases."""
