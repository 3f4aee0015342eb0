"""Topics (主题): which of an institution's own topics the words of a post name."""

from collections.abc import Sequence

from handlers.rules.language.folding import normalize
from handlers.rules.people.institution import Topic


def topics_in(text: str, topics: Sequence[Topic]) -> tuple[str, ...]:
    """Return the names of the topics of which a keyword stands in the text, in the order of the configuration."""
    plain = normalize(text).casefold()
    return tuple(one.name for one in topics if any(normalize(word).casefold() in plain for word in one.keywords))


def topics_named(words: Sequence[str], topics: Sequence[Topic]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the topics that somebody names, and the words that name none of the configuration's.

    Where it has no topics, every name is one.
    """
    known = {normalize(one.name).casefold(): one.name for one in topics}
    found = [known.get(normalize(word).casefold(), word if not topics else None) for word in words]
    unknown = tuple(word for word, name in zip(words, found, strict=True) if name is None)
    return tuple(dict.fromkeys(name for name in found if name)), unknown
