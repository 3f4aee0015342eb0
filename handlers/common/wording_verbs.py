"""The words for what may be said of a matter: wording, a statement, a press release; with a text, or asked for."""

from typing import NamedTuple

from handlers.rules.language.utterance import Utterance

BY_KIND = {
    "wording": ("答问口径", "统一口径", "口径", "wording"),
    "statement": ("声明", "statement"),
    "release": ("新闻通稿", "通稿", "press release"),
}
"""The verbs of each kind of request."""


class WordingSaid(NamedTuple):
    """`text` is empty where it is asked what is settled."""

    kind: str
    number: int | None
    text: str


def wording_said(utterance: Utterance) -> WordingSaid | None:
    """Read a sentence that begins with one of the verbs and names its matter; None if it is none."""
    for kind, verbs in BY_KIND.items():
        found = utterance.command(verbs, free=True)
        if found is not None:
            return WordingSaid(kind, found.number, found.rest.strip(" ?？")) if found.numbers else None
    return None
