"""What a person is told when they ask for what cannot be."""

from typing import Any


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Asked for what cannot be: `name` is the sentence in `handlers/texts`, `facts` fill it in.

    The sentence says what is the case and what to do instead.
    """

    def __init__(self, name: str, **facts: Any) -> None:
        super().__init__(name)
        self.name = name
        self.facts = facts
