"""What somebody said, as handlers read it: commands, questions, pressed buttons."""

import re
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace as changed

from handlers.rules.language.commands import Spoken, asks, clean, courteous, spoken
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import CODE, Message, Quote
from handlers.rules.language.own_words import own_words
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.text_cache import text_cache

_KINDLY = LazyPattern(
    r"^(?:请问?|麻烦(?:您|你)?|劳驾|帮(?:我|忙)|我想|能不能|可以|please|can you|could you|i want to)+[\s,，]*",
    re.IGNORECASE,
)

_NUMBERS = LazyPattern(r"[0-9]{1,9}(?:,[0-9]{1,9})*")


class Utterance(Struct, frozen=True):
    """What a handler parses: the speaker's own words without the bot's name, and the message that they came in.

    `whole` is all that was typed, with what was pasted before or behind the own words. `speaker` is the speaker's name.
    `units` if there are units below the office, without which what is said to and by them means nothing.
    """

    text: str
    message: Message
    speaker: str = ""
    whole: str = ""
    units: bool = True

    @classmethod
    def of(cls, message: Message, names: Iterable[str], speaker: str = "") -> "Utterance":
        """Read a message. What was pasted before or behind the own words is quoted by them, alone it is material."""
        typed = clean(message.text, names)
        own, pasted = own_words(typed)
        if pasted and not own:
            message = changed(message, material="\n".join(filter(None, (pasted, message.material))))
        elif pasted and message.quote is None:
            message = changed(message, quote=Quote(text=pasted, of_person=CODE.search(pasted) is None))
        return cls(own, message, speaker, typed)

    @property
    def pointed(self) -> bool:
        """Return whether the words are said to the bot, or about a message of the bot that they quote."""
        quote = self.message.quote
        return self.message.addressed or (quote is not None and not quote.of_person)

    def command(
        self, verbs: Iterable[str], *, glued: bool = False, many: bool = False, free: bool = False
    ) -> Spoken | None:
        """Return the command that the words begin with. Overheard talk is one only if it names its matter.

        A question is no command (签收了吗), unless `free` text follows the verb.
        """
        return self._command(self.text, verbs, glued=glued, many=many, free=free)

    def inquiry(self, verbs: Iterable[str], *, many: bool = False) -> Spoken | None:
        """Return the command of an inquiry, which may be polite and have a question mark."""
        return self._command(_bare(self.text), verbs, many=many, free=True)

    def _command(
        self, text: str, verbs: Iterable[str], *, glued: bool = False, many: bool, free: bool
    ) -> Spoken | None:
        addressed = self.message.addressed
        found = spoken(text, verbs, glued=glued and addressed, many=many)
        if found is None or (not free and asks(text)):
            return None
        if not (addressed or found.numbers or found.spaced or self.message.quote or not found.rest):
            return None
        return found

    def about(self, verbs: Iterable[str]) -> int | bool | None:
        """Return the number that is asked about, False if only the quote can tell it, None if nothing is asked."""
        found = self.inquiry(verbs)
        if found is None or (found.rest.rstrip("?？ ") and not found.numbers):
            return None
        return found.number or False

    def pressed(self, action: str) -> tuple[str, ...] | None:
        """Return the arguments of a pressed button such as "approve:7", None if it is not this action's.

        The first argument is a number, or several: a key with anything else was not made by the bot.
        """
        if self.message.press is None:
            return None
        name, *arguments = self.message.press.key.split(":")
        if name != action or (arguments and not _NUMBERS.fullmatch(arguments[0])):
            return None
        return tuple(arguments)


@text_cache(64)  # every handler reads the same words
def _bare(text: str) -> str:
    """Return the words of an inquiry without the courtesies and the polite beginning before it."""
    text = courteous(text)
    kindly = _KINDLY.match(normalize(text))
    return text[kindly.end() :] if kindly else text
