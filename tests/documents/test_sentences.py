"""Every sentence that a document shows as typed in the chat is understood, and every command is shown somewhere."""

import re
from pathlib import Path

import pytest

from handlers.registry import HANDLERS
from tests.support.each import for_each
from tests.support.prose import READMES, ROOT, TUTORIAL, blocks, columns, read, sections, spans, steps
from tests.support.understanding import said, understood

QUESTIONS = {"en": "Questions", "zh": "常见问题"}
NAMES = ("@回音", "@Huiyin", "@教务处")
FORMS = re.compile(r"`([^`]+)`")
MANUALS = [ROOT / "docs" / name for name in ("desk.md", "desk.zh-CN.md", "forms.md", "forms.zh-CN.md")]
PLATFORMS = [ROOT / "docs/wecom.md", ROOT / "docs/dingtalk.md"]


def addressed(text: str) -> list[str]:
    """Return the code spans that begin with the bot's name."""
    return [span for span in spans(text) if span.startswith(NAMES) and span not in NAMES]


def answers(section: str) -> list[str]:
    return [
        span for span in spans(section) if re.match(r"[\u4e00-\u9fff]|(?:undo|reopen|merge|withdraw|return)\b", span)
    ]


def shown(language: str) -> list[str]:
    """Return the sentences of a README that people are to type."""
    text = read(READMES[language])
    parts = sections(text)
    found = [span for cell in columns(text) for span in FORMS.findall(cell)]
    found += [*steps(parts[TUTORIAL[language]]), *answers(parts[QUESTIONS[language]]), *addressed(text)]
    return [sentence for sentence in dict.fromkeys(found) if sentence not in NAMES]


def meaning(sentence: str) -> str | None:
    """Return the handler that takes a sentence addressed to the bot."""
    found = understood(said(sentence, addressed=True))
    return found[0] if found else None


SHOWN = {language: shown(language) for language in READMES}


@for_each("sentence", [*SHOWN["en"], *SHOWN["zh"]])
def test_a_sentence_of_the_readmes_is_understood(sentence: str) -> None:
    if sentence in ("千收 1", "akcnowledge 1"):
        assert meaning(sentence) is None
    else:
        assert meaning(sentence)


@pytest.mark.parametrize("language", READMES)
def test_everything_that_can_be_said_is_in_the_readme(language: str) -> None:
    assert {meaning(sentence) for sentence in SHOWN[language]} >= set(HANDLERS)


@pytest.mark.parametrize("path", MANUALS, ids=lambda path: path.name)
def test_a_sentence_of_a_manual_is_understood(path: Path) -> None:
    text = read(path)
    sentences = [*(span for cell in columns(text) for span in FORMS.findall(cell)), *addressed(text)]
    assert sentences
    assert not [sentence for sentence in sentences if not meaning(sentence)]


@pytest.mark.parametrize("path", PLATFORMS, ids=lambda path: path.name)
def test_what_is_said_to_the_bot_on_a_platform_is_understood(path: Path) -> None:
    sentences = addressed(read(path))
    assert sentences
    assert not [one for one in sentences if not meaning(one) and not understood(said(one, quote="x", addressed=True))]


@pytest.mark.parametrize("language", READMES)
def test_no_date_that_will_pass_is_to_be_typed(language: str) -> None:
    """A date without a year passes one day; then the tutorial's promise would be a year away."""
    parts = sections(read(READMES[language]))
    typed = [*SHOWN[language], *spans(parts[TUTORIAL[language]])]
    typed += [block.text for block in blocks(parts[TUTORIAL[language]])]
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    day = re.compile(
        rf"\d{{1,2}}月\d{{1,2}}[日号]|(?<!\d)(?:{months}) \d|\d (?:{months})|(?<![\d-])\d{{1,2}}-\d{{1,2}}(?!\d)"
    )
    assert not [sentence for sentence in typed if day.search(sentence)]
