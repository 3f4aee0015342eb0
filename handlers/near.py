"""A slip of the finger: which command a sentence that nobody understood may have been meant as."""

from difflib import SequenceMatcher

from handlers.rules.commands import half_width

ENOUGH = 0.5


def near(text: str, language: str) -> str | None:
    """The first example of the command whose verb the sentence begins most like, or None."""
    from handlers import HANDLERS

    folded = half_width(text).casefold()
    scored = [
        (SequenceMatcher(None, folded[: len(verb)], verb).ratio(), len(verb), handler.EXAMPLES[language][0])
        for handler in HANDLERS.values()
        for verb in (*getattr(handler, "VERBS", ()), *getattr(handler, "WORDS", ()), *getattr(handler, "YES", ()))
        if len(verb) > 1
    ]
    score, _, example = max(scored)
    return example if score >= ENOUGH else None
