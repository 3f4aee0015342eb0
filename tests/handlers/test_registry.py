"""Each handler is registered, appears in the help, and parses its own examples, which no earlier handler takes."""

from pathlib import Path

import pytest

from handlers import commands
from handlers.registry import HANDLERS, PARSE_ORDER
from handlers.texts import LANGUAGES, names
from tests.support.each import for_each
from tests.support.understanding import said, understood

FOLDER = Path(commands.__file__).parent
EXAMPLES = [(name, example) for name, one in HANDLERS.items() for texts in one.EXAMPLES.values() for example in texts]


def test_every_file_of_the_commands_is_registered() -> None:
    files = {file.stem for file in FOLDER.glob("*.py")}
    assert files - {"__init__"} == set(HANDLERS)


def test_all_are_asked_once_and_forward_last() -> None:
    assert sorted(one.__name__ for one in PARSE_ORDER) == sorted(one.__name__ for one in HANDLERS.values())
    assert PARSE_ORDER[-1] is HANDLERS["forward"]


@for_each("name", HANDLERS)
def test_each_has_what_a_handler_has(name: str) -> None:
    handler = HANDLERS[name]
    assert handler.__doc__
    assert handler.__name__ == f"handlers.commands.{name}"
    assert set(handler.EXAMPLES) == set(LANGUAGES)
    assert all(handler.EXAMPLES[language] for language in LANGUAGES)
    assert callable(handler.parse)
    assert callable(handler.handle)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_has_a_line_in_the_help(language: str) -> None:
    assert {f"{name}.help" for name in HANDLERS} <= set(names(language))


@for_each(("name", "example"), EXAMPLES)
def test_an_example_is_its_own_handlers(name: str, example: str) -> None:
    taken = understood(said(example, addressed=True))
    assert taken
    assert taken[0] == name


@for_each(("name", "example"), [(n, e) for n, e in EXAMPLES if " 12" in e])
def test_an_examples_number_is_read(name: str, example: str) -> None:
    taken = understood(said(example))
    assert taken
    assert 12 in flat(taken[1])


def flat(value: object) -> list[object]:
    return [each for part in value for each in flat(part)] if isinstance(value, tuple) else [value]


@for_each(("name", "example"), EXAMPLES)
def test_so_is_it_behind_the_bots_name_and_with_blanks(name: str, example: str) -> None:
    for text in (f"@回音 {example}", f"@Huiyin　{example}", f"  {example}\n"):
        taken = understood(said(text, addressed=True))
        assert taken
        assert taken[0] == name


def test_no_two_handlers_share_a_word() -> None:
    seen: dict[str, str] = {}
    for name, handler in HANDLERS.items():
        for words in ("VERBS", "PHRASES", "YES", "NO"):
            for word in getattr(handler, words, ()):
                assert seen.setdefault(word, name) == name, word
