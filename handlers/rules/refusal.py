"""What a person is told when they ask for something that is not possible."""

from typing import Any


class Refusal(Exception):
    """A request that cannot be fulfilled: `sentence` names its text in `handlers/texts`, `facts` fill it in.

    The sentence tells the reason and what to do instead.
    """

    def __init__(self, sentence: str, /, **facts: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.facts = facts
