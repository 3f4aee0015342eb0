"""The case library: search past matters by words, and find the precedents of a new one."""

from handlers.rules.incident.case import OPEN_STAGES
from handlers.rules.posts.similarity import Past, most_similar, significant, terms
from storage import audit, case_library, incidents
from storage.reports import ReportRow

PRECEDENT_STAGES = ("resolved",)
MOST_PRECEDENTS = 3


async def search(words: str, limit: int) -> list[ReportRow]:
    """Find incidents that contain every word; if there are none, those that contain most pairs of characters."""
    found: set[str] = set()
    singles: set[str] = set()
    for word in words.split():
        its = terms(word)
        pairs = {term for term in its if len(term) > 1}
        found |= pairs
        singles |= its if not pairs else set()
    rows = await case_library.containing_all(found, singles, limit)
    return rows or (await case_library.containing_half(significant(frozenset(found)), limit) if len(found) > 1 else [])


async def precedents(text: str) -> list[ReportRow]:
    """Return at most three resolved matters that are similar to a new one, the most similar first."""
    asked = significant(terms(text))
    similar = await case_library.find_similar(asked)
    cases = {number: Past(*past) for number, past in similar.cases.items()}
    return await case_library.results(most_similar(asked, cases, similar.known, similar.of, MOST_PRECEDENTS))


async def open_alike(text: str) -> list[ReportRow]:
    """Return at most three open matters that are similar to a new one, the most similar first."""
    asked = significant(terms(text))
    similar = await case_library.find_similar(asked, ended=False)
    cases = {number: Past(*past) for number, past in similar.cases.items()}
    closest = most_similar(asked, cases, similar.known, similar.of, len(cases))
    rows = await case_library.results(closest)
    return [row for row in rows if row["stage"] in OPEN_STAGES][:MOST_PRECEDENTS]


async def learn(number: int) -> None:
    """Index a matter as it is now: its text, what was done, and the lessons of its summary."""
    record = await incidents.load(number)
    incident = record.incident if record else None
    if incident is None or incident.erased_at or incident.stage in ("withdrawn", "merged", "positive"):
        await case_library.forget([number])
        return
    lessons = [line["data"].get("text", "") for line in await audit.history(number) if line["kind"] == "summarised"]
    text = "\n".join((incident.title, incident.text, incident.result or "", *lessons))
    found = terms(text)
    await case_library.index(number, found, len(significant(found)), ended=incident.stage in PRECEDENT_STAGES)
