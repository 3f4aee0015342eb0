"""`docs/regimes.md` names every key of a regime in both languages, and what it shows can be used."""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from handlers.rules.regime import regime_parts as rules
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_file import load
from handlers.rules.time.periods import parse

MANUAL = Path(__file__).parents[2].joinpath("docs", "regimes.md").read_text(encoding="utf-8")
CHINESE, ENGLISH = MANUAL.split("## In English")
(SAMPLE,) = re.findall(r"```toml\n(.*?)```", MANUAL, re.DOTALL)
PARTS = [
    one
    for one in (*vars(rules).values(), Regime)
    if isinstance(one, type) and issubclass(one, rules.RegimePart) and one.__struct_fields__
]
CHANGES: dict[str, dict[str, Any]] = {
    "two days": {"duty": [{"kind": "reply", "period": "2d", "met_by": "published"}]},
    "from the posting": {"duty": [{"kind": "reply", "period": "3d", "starts": "posted", "met_by": "published"}]},
    "complaints are major": {"tier": {"major": {"kinds": ["complaint"]}}},
    "the head first": {"approval": [{"by": ["head"]}, {"by": ["leader", "chief"]}]},
    "both sign": {"approval": [{"by": ["leader", "chief"], "needs": "all"}]},
    "the chief as well": {
        "tier": {"major": {}},
        "approval": [{"by": ["leader"]}, {"by": ["chief"], "tiers": ["major"]}],
    },
    "an office first": {"approval": [{"of": ["保密办"], "words": ["涉密"]}, {"by": ["leader"]}]},
    "a plan": {"plan": {"by": ["leader"]}},
    "at night": {"waking": {"from": "00:00", "to": "23:59"}},
    "the highest at night": {"tier": {"critical": {}}, "waking": {"around_the_clock": ["critical"]}},
    "a date is needed": {"reply": {"without_date": "refuse"}},
    "on the same site": {"publication": {"where": "same site"}},
    "at the month's end": {"routine": [{"kind": "monthly summary", "days": "last", "by": ["17:00"]}]},
}


def keys() -> list[str]:
    return sorted({field.encode_name for part in PARTS for field in msgspec.structs.fields(part)})


@pytest.mark.parametrize("text", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_every_key_is_explained(text: str) -> None:
    assert {"period", "from", "sites", "readers", "stands_after"} <= {*keys()}
    spelt = ("`{}`", "`{} = ", "[{}]", "[{}.")
    assert [key for key in keys() if not any(one.format(key) in text for one in spelt)] == []


def test_the_sample_is_a_regime() -> None:
    regime = load(SAMPLE)
    assert [rule.kind for rule in regime.duty] == ["reply", "resolve"]


@pytest.mark.parametrize("text", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_periods_are_read_as_they_are_written(text: str) -> None:
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith('| `"')]
    written = [period for row in rows for period in re.findall(r'"([^"]+)"', row)]
    assert len(written) >= 10
    for period in written:
        assert period in ("promised", "instructed") or parse(period)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_commonest_changes_can_be_made(change: dict[str, Any]) -> None:
    regime = load(SAMPLE, overrides=change)
    assert isinstance(regime, Regime)
    assert {*change} <= {*tomllib.loads(SAMPLE), "plan", "tier", "waking", "reply", "publication", "routine"}
