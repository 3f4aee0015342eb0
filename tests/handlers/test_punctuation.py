"""No sentence has two stops in a row, a blank before a comma or an ASCII comma between Chinese."""

import re
from functools import cache
from typing import Any

import pytest

from handlers.texts import LANGUAGES, Texts, names
from tests.support.awkward import awkward
from tools.contact_sheet import ON_PAPER
from tools.text_samples import facts, institution

ENDS = ("。", "？", "…", ".")
HAN = "\u4e00-\u9fff"
SLIPS = {
    "zh": re.compile(
        rf"[。，；、：][。，；、：.]|[！？][。，；、.]|…。|[。，；、]…| [。，；、：]|[{HAN}],[{HAN}]|[{HAN}] [！？]"
    ),
    "en": re.compile(r"[.,;][.,;](?!\.)|[!?][.,]|[。，；、！？][.;]|…[.]|[。，；、][,:]| [.,;](?=\s|$)"),
}


@cache
def _samples(language: str) -> dict[str, dict[str, Any]]:
    wanted = {name: taken for name, taken in sorted(names(language).items()) if not name.startswith(ON_PAPER)}
    return {name: facts(name, taken, language) for name, taken in wanted.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("end", ENDS)
def test_stops_stand_alone(language: str, end: str) -> None:
    texts = Texts(language, institution(language))
    slips = {}
    for name, sample in _samples(language).items():
        text = texts.say(name, **awkward(sample, end))
        if found := SLIPS[language].search(text):
            slips[name] = text[max(found.start() - 12, 0) : found.end() + 6]
    assert not slips, slips


def test_what_people_wrote_inside_stays() -> None:
    case = institution("zh")
    said = Texts("zh", case).say(
        "note.done", **facts("note.done", names("zh")["note.done"], "zh") | {"text": "周五。。公布？，好。"}
    )
    assert "周五。。公布？，好" in said


@pytest.mark.parametrize(("language", "words"), [("zh", "\n回访："), ("en", "\nCall-backs:")])
def test_topics_and_call_backs_stand_on_lines_of_their_own(language: str, words: str) -> None:
    said = Texts(language, institution(language)).say("digest.after", **facts("digest.after", ("a",), language))
    assert words in said
