"""`regime show` prints a regime as a rule book, in which every key that changes what is owed can be read."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest

from bot.cli.regime import diff, show
from bot.config import named_regime
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_file import load
from handlers.texts import LANGUAGES
from handlers.texts.articles import chinese
from tests.documents.test_regimes_manual import PARTS, SAMPLE
from tools.text_samples import institution

EVERYTHING: dict[str, Any] = {
    "same_day_at_least": "2h",
    "promise_at_most": "15d",
    "past_department": ["违纪"],
    "plan": {
        "by": ["leader"],
        "of": ["secrecy"],
        "needs": "all",
        "tiers": ["major"],
        "kinds": ["complaint"],
        "words": ["食堂"],
    },
    "wording": [{"by": ["leader", "chief"]}],
    "office": {
        "secrecy": {"names": ["保密办"], "otherwise": ["office"], "title": {"zh": "保密办", "en": "the secrecy office"}}
    },
    "extension": {"up_to": "5d", "by": ["leader"]},
    "repeat": {"every": "4h", "tell": ["owner"], "up_to": "1d"},
    "waking": {"around_the_clock": ["critical"]},
    "tier": {
        "major": {
            "views": 1000,
            "comments": 100,
            "reposts": 1,
            "keywords": ["伤亡"],
            "kinds": ["complaint"],
            "tell": ["leader"],
        },
        "critical": {"superior": True, "unless_calm": "3d"},
    },
    "opening": {"tell": ["leader"]},
    "reply": {"checklist": {"request": ["写明怎么办"]}},
    "publication": {"stands_after": ["1d"]},
    "calm": {"by": ["office"]},
    "helping": {"period": "3d", "tiers": ["major"]},
    "routine": [
        {"kind": "check-in", "by": ["09:00"], "sites": [{"name": "留言板", "readers": ["officer"]}]},
        {"kind": "daily report", "times": 3},
    ],
    "key_period": {"shifts": ["08:00-20:00"], "routine": [{"kind": "check-in", "by": ["21:00"]}]},
    "form": [{"kind": "liaison", "tiers": ["major"]}],
    "report": {
        "superior": {"tiers": ["major"], "material": "2h", "updates": ["4h"], "final": "3d", "approves": ["major"]}
    },
}
DUTIES = [
    {"kind": "reply", "period": "same day", "met_by": "published", "to": ["office"], "tiers": ["general"]},
    {"kind": "resolve", "period": "promised", "otherwise": "3d", "met_by": "resolved", "starts": "published"},
    {"kind": "track", "period": "1d", "met_by": "tracked", "starts": "published", "owner": "desk"},
    {"kind": "call-back", "period": "5wd", "met_by": "called back", "starts": "resolved", "owner": "desk"},
]
UNSEEN = {
    "form[0].on": "there is one way",
    "routine[1].by": "times stand in place of hours",
    **{f"duty[{n}].otherwise": "a counted period has no other" for n in (0, 2, 3)},
}
"""Keys that have one value, or that another key rules out here."""
OTHER_TEXTS = {
    "period": "7d", "otherwise": "7d", "up_to": "9d", "every": "9h", "at": "-7h", "from": "05:00", "to": "23:00",
    "keeps": "7 years", "days": "fri", "unless_calm": "9d",
}  # fmt: skip
LENGTHS = ("within", "at_most", "at_least", "again", "before", "material", "final")


def full() -> Regime:
    return load(SAMPLE, overrides={**EVERYTHING, "duty": DUTIES})


def page(regime: Regime, language: str = "zh") -> str:
    return show(regime, institution(language))


def changes(value: Any, kind: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield each change of one key below a value, as its path and the value with that key changed."""
    if isinstance(value, msgspec.Struct):
        hints = get_type_hints(type(value))
        for field in msgspec.structs.fields(type(value)):
            for name, other in changes(getattr(value, field.name), hints[field.name], f"{path}.{field.encode_name}"):
                yield name, msgspec.structs.replace(value, **{field.name: other})
    elif isinstance(value, Mapping) and value:
        for key, one in value.items():
            inner = get_args(kind)[1] if get_args(kind) else Any
            yield from ((name, {**value, key: other}) for name, other in changes(one, inner, f"{path}.{key}"))
    elif isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
        for n, one in enumerate(value):
            yield from (
                (name, (*value[:n], other, *value[n + 1 :])) for name, other in changes(one, Any, f"{path}[{n}]")
            )
    elif not (value == () and holds_parts(kind)):
        yield path, another(value, kind, path.rpartition(".")[2])


def holds_parts(kind: Any) -> bool:
    return any(isinstance(one, type) and issubclass(one, msgspec.Struct) for one in get_args(kind))


def another(value: Any, kind: Any, key: str) -> Any:
    """Return another value of a key."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 3
    options = literals(kind)
    if isinstance(value, tuple):
        if key in ("by", "times") and not options and value:
            return (*value, "23:00")
        return (
            *value,
            next(
                (one for one in options if one not in value),
                "7d" if key in ("updates", "within", "stands_after") else "别的",
            ),
        )
    if options:
        return next((one for one in options if one != value), value)
    if value is None or isinstance(value, str):
        return next(
            (text for name, text in OTHER_TEXTS.items() if name == key), "7d" if key.endswith(LENGTHS) else "别的"
        )
    return value


def literals(kind: Any) -> list[Any]:
    if get_origin(kind) is Literal:
        return [*get_args(kind)]
    return [one for inner in get_args(kind) for one in literals(inner)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_changes_something_changes_the_page(language: str) -> None:
    regime = full()
    before = page(regime, language)
    tried = dict(changes(regime, Regime, ""))
    same = [path.lstrip(".") for path, other in tried.items() if page(other, language) == before]
    other_language = [path for path in same if f"title.{'en' if language == 'zh' else 'zh'}" in path]
    assert sorted({*same} - {*other_language} - {*UNSEEN}) == []
    names = {path.rpartition(".")[2] for path in tried}
    assert {field.encode_name for part in PARTS for field in msgspec.structs.fields(part)} - names <= {
        "duty", "approval", "ladder", "plan", "wording", "office", "extension", "repeat", "waking", "tier", "opening",
        "reply", "publication", "calm", "call_back", "recurrence", "after", "conference", "press", "helping", "routine",
        "key_period", "form", "report", "sites", "checklist", "title",
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["bureau", "park", "township", "hospital", "campus", "university", "watch"])
def test_a_shipped_regime_is_a_page_of_numbered_articles(name: str, language: str) -> None:
    said = page(named_regime(name), language)
    articles = [line for line in said.splitlines() if line.startswith(("Article ", "第")) and "章" not in line[:4]]
    opening = [f"第{chinese(n)}条（" if language == "zh" else f"Article {n} (" for n in range(1, len(articles) + 1)]
    assert [line for line, begin in zip(articles, opening, strict=True) if not line.startswith(begin)] == []
    assert len(said) < (3000 if language == "zh" else 9000)
    wrong = ("None", "§", "¶", "{", "。。", "，。", "；。", "..", " .", "前前", "、、")
    assert [one for one in wrong if one in said] == []
    assert re.findall(r"\b1 (?:working days|looks)\b|\.[A-Z]", said) == []


def test_who_what_by_when_and_what_then() -> None:
    said = page(named_regime("township"))
    for words in (
        "一登记就告知办公室、主要领导",
        "承办部门自发现起3小时内公开答复",
        "主要领导自发现起3小时内作出批示",
        "承办部门批办后，按领导批示的时限办结",
        "信息员每人每天09:00、15:00、21:00前各巡查一次",
        "没有问到的隔1个工作日再问，共问3天",
        "超时1天告知责任人、主要领导，并列入通报",
    ):
        assert words in said, words


def test_two_regimes_differ_by_article_without_numbers() -> None:
    said = diff(named_regime("park"), named_regime("school"), institution("zh"))
    assert "-延期: 答复、办结的时限" in said
    assert "+延期: 时限不能申请延长。" in said
    assert "通报和统计" in said
    assert "保存" not in said


def test_chinese_numbers() -> None:
    assert [chinese(n) for n in (1, 9, 10, 11, 20, 23, 99)] == ["一", "九", "十", "十一", "二十", "二十三", "九十九"]
