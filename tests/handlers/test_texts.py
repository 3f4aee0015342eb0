"""Both languages have the same sentences with the same arguments, and every sentence named in the source exists."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from handlers.rules.incident.permissions import PERMISSIONS
from handlers.texts import LANGUAGES, Texts, names

ROOT = Path(__file__).parents[2]
CALLS = {"Refusal", "NotReached", "Overtaken", "text", "say"}


def test_both_languages_have_the_same_sentences() -> None:
    assert set(names("zh")) == set(names("en"))


def test_a_sentence_takes_the_same_facts_in_both() -> None:
    chinese, english = names("zh"), names("en")
    assert chinese
    assert [name for name in chinese if chinese[name] != english.get(name)] == []


@cache
def named() -> tuple[tuple[str, int, str, frozenset[str], bool], ...]:
    """Yield (file, line, sentence, keyword arguments, whether there may be more) of each call that names a sentence."""
    return tuple(_named())


def _named() -> Iterator[tuple[str, int, str, frozenset[str], bool]]:
    for folder in ("handlers", "bot"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and (sentence := _sentence(node)):
                    facts = frozenset(word.arg for word in node.keywords if word.arg)
                    more = any(word.arg is None for word in node.keywords)
                    yield str(file.relative_to(ROOT)), node.lineno, sentence, facts, more


def _sentence(call: ast.Call) -> str | None:
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    first = call.args[0] if call.args else None
    if function in CALLS and isinstance(first, ast.Constant) and isinstance(first.value, str) and "." in first.value:
        return first.value if " " not in first.value else None
    return None


def test_the_source_names_many() -> None:
    assert len(named()) > 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_that_the_source_names_exists(language: str) -> None:
    missing = [(file, line, name) for file, line, name, _, _ in named() if name not in names(language)]
    assert not missing


def test_each_is_given_the_facts_that_it_takes() -> None:
    wrong = []
    for file, line, name, facts, more in named():
        wanted = names("zh")[name]
        if facts - wanted or (wanted - facts and not more):
            wrong.append((file, line, name, sorted(facts ^ wanted)))
    assert not wrong


def test_every_sentence_is_named_somewhere() -> None:
    used = {name for _, _, name, _, _ in named()} | {may.refusal for may in PERMISSIONS.values()}
    inner = {
        "failures.line",
        "ledger.line",
        "ledger.span_name",
        "overdue.next",
        "overdue.yes",
        "overdue.no",
        "resolve.proof",
        "resolve.kept",
        "approve.what",
        "forward.ran_out",
        "forward.unclear_words",
        "forward.came",
        "origin.name",
        "positive.count",
        "origin.counts",
        "hand_down.order_name",
        "hand_down.back",
        "report_back.form",
        "resolve.lacking",
        "signing.place",
        "signing.chain",
        "signing.given",
        "signing.rule",
        "signing.in_a_unit",
        "beside.lines",
        "call_back.line",
        "contact.line",
        "heat.counts",
        "action.owner_name",
        "acted.item_name",
        "response_level.word",
        "link.recurs",
        "link.shown",
        "lapse.word",
        "unit.sums",
        "lapse.unit",
        "call_back.word",
        "call_back.means_word",
    }  # called by other sentences
    inner |= {
        f"digest.{part}"
        for part in ("line", "late", "rates", "change", "more", "parties", "acts", "apart", "after", "satisfied")
    }
    chosen = ("form.", "group_page.", "explain.", "progress.", "regime.", "lapse.")  # the name is composed at run time
    spare = {name for name in names("zh") if not name.endswith(".help") and not name.startswith(chosen)}
    assert not spare - used - inner


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_sentence_is_an_error(language: str) -> None:
    with pytest.raises(KeyError):
        Texts(language, None).say("common.nonsense")  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_quoted_cannot_end_its_quote(language: str) -> None:
    """Words that somebody wrote stand between our marks: their own marks are changed, else the rest reads as ours."""
    first, last = {"zh": "“”", "en": '""'}[language]
    quoted = re.compile(rf"{first}\{{\{{ ((?:(?!}}}}).)*?(?:\| mask|short\(\d+\))) }}}}{last}")
    found = {
        file.name: quoted.findall(file.read_text(encoding="utf-8"))
        for file in sorted((ROOT / "handlers" / "texts" / language).glob("*.j2"))
    }
    assert {name: found for name, found in found.items() if found} == {}
