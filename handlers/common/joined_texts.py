"""Load the texts of posts that joined a matter, where the regime looks for words in them."""

from handlers.rules.incident.case import Case
from storage import audit


async def joined_texts(case: Case) -> tuple[str, ...]:
    """Return what posts said that joined the matter; nothing where no step of approval depends on words."""
    if not any(step.words for step in case.regime.approval):
        return ()
    lines = [line["data"] for line in await audit.history(case.number) if line["kind"] == "joined"]
    return tuple(str(data["text"]) for data in lines if data.get("text"))
