"""A slip of the finger: which command a sentence that nobody understood may have been meant as."""

import re
from difflib import SequenceMatcher

from handlers.rules.commands import half_width

ENOUGH = {True: 0.75, False: 0.5}
"""How alike is alike enough: of five Latin letters four, of two Chinese characters one."""
_NUMBER = re.compile(r"\d{1,7}")


def near(text: str, language: str) -> str | None:
    """The first example of the command whose verb the sentence begins most like, with the number that was typed."""
    from handlers import HANDLERS

    folded = half_width(text).casefold()
    latin = folded[:1].isascii()
    scored = [
        (SequenceMatcher(None, folded[: len(verb)], verb).ratio(), len(verb), str(handler.EXAMPLES[language][0]))
        for handler in HANDLERS.values()
        for verb in (*getattr(handler, "VERBS", ()), *getattr(handler, "WORDS", ()), *getattr(handler, "YES", ()))
        if len(verb) > 1 and verb[0].isascii() == latin
    ]
    score, _, example = max(scored)
    if score < ENOUGH[latin]:
        return None
    typed = _NUMBER.search(folded)
    return example.replace("12", typed[0], 1) if typed else example
