"""Which characters of a text are read already, so that nothing is read of them again."""


class Taken:
    """The characters of a text of `length` that are taken; none at first."""

    def __init__(self, length: int) -> None:
        self._marks = bytearray(length)

    def is_free(self, start: int, end: int) -> bool:
        return self._marks.find(1, start, end) < 0

    def take(self, start: int, end: int) -> None:
        self._marks[start:end] = b"\1" * (end - start)

    def take_free(self, start: int, end: int) -> bool:
        """Take `text[start:end]` if nothing of it is taken; return whether that was so."""
        free = self._marks.find(1, start, end) < 0
        if free:
            self._marks[start:end] = b"\1" * (end - start)
        return free
