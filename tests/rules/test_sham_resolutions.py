"""No regime closes a matter by a sham phrase, whatever shows it and whatever the public was told before."""

import os
from pathlib import Path
from typing import Any

import pytest

from handlers.rules.incident.resolving import Evidence, resolve
from handlers.rules.incident.results import adopts
from handlers.rules.refusal import Refusal
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_file import load
from tests.support.cases import FOUND, case, person
from tests.support.result_words import COMPOSED, SHAM

FILES = sorted((Path(__file__).parents[2] / "handlers" / "regimes").glob("*.toml"))
SHOWN = {
    "nothing": Evidence(),
    "own page": Evidence(urls=("https://www.ycsyzx.edu.cn/kitchen/7.html",), words=True),
    "other page": Evidence(urls=("https://weibo.com/1234567890/Ab1cD2eF3",)),
    "picture": Evidence(files=(1,)),
    "picture that did not arrive": Evidence(missing=True),
}
BEFORE: dict[str, dict[str, Any]] = {
    "unanswered": {},
    "held off": {"replied_at": FOUND, "stage": "replied", "answer": "您反映的问题已收悉，正在处理。"},
    "answered": {"replied_at": FOUND, "stage": "replied", "answer": "经核实属实，已更换筛网。"},
}
SHORT = "HUIYIN_MACHINE" not in os.environ
"""Whether each regime hears every phrase with a third of the proofs: all regimes together hear all of them."""
OUTCOMES = (None, "answered", "remedied", "clarified")


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def regime(request: pytest.FixtureRequest) -> Regime:
    return load(request.param.read_text(encoding="utf-8"))


@pytest.mark.parametrize("before", BEFORE)
def test_a_sham_neither_closes_nor_asks_for_a_signature(regime: Regime, before: str) -> None:
    one, wang = case(regime=regime, **BEFORE[before]), person("wang")
    for n, words in enumerate(SHAM):
        for k, shown in enumerate(SHOWN.values()):
            if SHORT and (n + k + len(regime.name)) % 3:
                continue
            with pytest.raises(Refusal):
                pytest.fail(f"{words}: {resolve(one, wang, OUTCOMES[n % len(OUTCOMES)], words, shown, FOUND)}")


def test_a_suggestion_is_adopted_only_by_a_place_that_is_named() -> None:
    assert [words for words in SHAM if adopts(words)] == ["已列入明年预算"]


def test_an_honest_one_closes_once_the_public_is_answered(regime: Regime) -> None:
    answered, unanswered = case(regime=regime, **BEFORE["answered"]), case(regime=regime)
    for words in COMPOSED:
        assert resolve(answered, person("wang"), None, words, Evidence(), FOUND).changes["stage"] == "resolved"
        with pytest.raises(Refusal, match=r"resolve\.unanswered"):
            resolve(unanswered, person("wang"), None, words, Evidence(), FOUND)
