"""What a person is told when they ask for what cannot be."""

from typing import Any


class Refusal(Exception):
    """Asked for what cannot be: `sentence` names its text in `handlers/texts`, `facts` fill it in.

    The sentence says what is the case and what to do instead.
    """

    def __init__(self, sentence: str, /, **facts: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.facts = facts
