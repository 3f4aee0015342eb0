"""Read the same words only so often: what stands a thousand times in one text is not looked at a thousand times."""

MOST = 50
"""At how many places the same words are read; what stands so often in a text is its subject."""


class Often:
    """How often each words were found in one text."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def enough(self, words: str) -> bool:
        """Return whether the words were found as often as they are read."""
        return self._counts.get(words, 0) >= MOST

    def found(self, words: str) -> bool:
        """Count the words once more; return whether that is enough now."""
        count = self._counts[words] = self._counts.get(words, 0) + 1
        return count >= MOST
