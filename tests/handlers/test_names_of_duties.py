"""The name of what is owed, said with a number, is that act or none, in every regime, with units and without.

A rule book that says 上报 means that report; who says 上报 12 must not have handed the matter to somebody else.
"""

import pytest
from msgspec.structs import replace

from handlers.registry import HANDLERS, PARSE_ORDER
from handlers.texts.terms import WORDS
from tests.support.understanding import said, understood

MEETS = {
    "acknowledge": "acknowledge", "assign": "assign", "opinion": "propose", "instruct": "instruct",
    "report": "progress", "verify": "verify", "reply": "reply", "resolve": "resolve", "follow-up": "follow_up",
    "track": "track", "situation": "progress", "summary": "progress", "calm": "calm", "closing": "resolve",
    "part": "part", "call-back": "call_back", "action": "action", "confirm": "action", "issue": "issue",
    "minutes": "minutes", "unit report": "unit_report",
}  # fmt: skip
"""The command that meets a kind of duty, or begins it."""
NAMES = [(kind, name) for kind, name in WORDS["zh"]["duty"].items()]


@pytest.mark.parametrize(("kind", "name"), NAMES)
@pytest.mark.parametrize("behind", ["", " 已办好并向社会公布"])
def test_the_name_of_a_duty_is_its_own_act(kind: str, name: str, behind: str) -> None:
    for units in (True, False):
        taken = understood(replace(said(f"{name} 12{behind}", addressed=True), units=units))
        assert taken is None or taken[0] in ("forward", MEETS.get(kind))


def test_a_word_with_a_number_is_no_two_commands() -> None:
    clashes = set()
    for word in _words():
        for text in (f"{word} 12", f"{word} 12 已查明原因并整改"):
            parsed = [one.__name__ for one in PARSE_ORDER[:-1] if one.parse(said(text, addressed=True)) is not None]
            if len(parsed) > 1:
                clashes.add(word)
    assert clashes == {"summary report", "situation report"}  # forms, asked before the summary and the situation


def _words() -> set[str]:
    found: set[str] = set()
    for handler in HANDLERS.values():
        for name, value in vars(handler).items():
            if name.isupper() and isinstance(value, tuple) and all(isinstance(each, str) for each in value):
                found.update(value)
    return found
