"""An instruction's limit is at most the regime's, and moves nothing that has run over."""

import pytest
from msgspec.structs import replace

from handlers.rules.incident.case import Case
from handlers.rules.incident.instructing import instruct, ran_over
from handlers.rules.refusal import Refusal
from handlers.rules.regime.regime import freeze, thaw
from handlers.rules.regime.regime_file import load
from handlers.rules.time.periods import parse
from handlers.rules.time.promises import limit_named
from tests.support.cases import FOUND, INSTITUTION, STANDARD, Row, case, later, person, standard

TOWNSHIP = load((STANDARD.parent / "township.toml").read_text(encoding="utf-8"))


def limited(days: int) -> Case:
    """Return a township's matter whose result is due `days` after the find."""
    due = later(days=days)
    row = Row(
        {"id": 9, "kind": "resolve", "state": "open", "cycle": 1, "owner": "department", "due_at": due, "rung": None}
    )
    return replace(case(regime=TOWNSHIP), duties=[row])


@pytest.mark.parametrize("period", ["31d", "365d", "800h", "23wd"])
def test_a_longer_one_is_asked_back(period: str) -> None:
    with pytest.raises(Refusal) as refused:
        instruct(case(), person("qian"), None, parse(period), "请查明", later(hours=1))
    assert (refused.value.sentence, str(refused.value.facts["longest"])) == ("instruct.too_long", "30d")


@pytest.mark.parametrize("period", ["30d", "700h", "2h"])
def test_the_longest_is_not(period: str) -> None:
    decision = instruct(case(), person("qian"), None, parse(period), "请查明", later(hours=1))
    assert decision.events[0].data["period"] == period


def test_a_regime_may_allow_less() -> None:
    strict = standard(**{"roll_over = true": 'instructed_at_most = "2d"\nroll_over = true'})
    with pytest.raises(Refusal):
        instruct(case(regime=strict), person("qian"), None, parse("3d"), "请查明", later(hours=1))


def test_a_limit_is_moved_before_it_runs_out() -> None:
    decision = instruct(limited(3), person("zhao"), None, parse("5d"), "请查明", later(days=1))
    assert [moved.id for moved in decision.moved] == [9]
    assert ran_over(limited(3), "请查明", later(days=1)) == ()


@pytest.mark.parametrize("days", [3, 4, 30])
def test_what_has_run_over_keeps_its_due_time(days: int) -> None:
    decision = instruct(limited(3), person("zhao"), None, parse("5d"), "请查明", later(days=days))
    assert (decision.moved, decision.opened) == ((), ())
    assert [duty.kind for duty in ran_over(limited(3), "请查明", later(days=days))] == ["resolve"]


def test_an_old_frozen_regime_has_the_default() -> None:
    known = freeze(standard())
    body = known.replace('"instructed_at_most":"30d",', "")
    assert body != known
    assert thaw(body).instructed_at_most == "30d"


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("今晚20:00前 核实并答复", "23 20:00"), ("20:00前", "23 20:00"), ("下班前报结果", "23 17:30"),
        ("下午5点前", "23 17:00"), ("明早九点前", "24 09:00"), ("当日办结", "24 00:00"), ("今日内", "24 00:00"),
        ("十点半前", "23 10:30"), ("今晚前答复", "24 00:00"), ("今晚12点前", "24 00:00"), ("今晚零点前", "24 00:00"),
        ("明晚十二点前", "25 00:00"), ("中午1点前", "23 13:00"), ("二十点前", "23 20:00"), ("明天凌晨2点前",
        "24 02:00"),
        ("5点前答复", "23 17:00"), ("11点前", "23 11:00"), ("05:00前", "23 05:00"), ("今天办结", "24 00:00"),
        ("最迟17点", "23 17:00"),
        ("12-20前", "21 00:00"), ("明天17点30前", "24 17:30"), ("下午五点一刻前", "23 17:15"), ("by 5 pm",
        "23 17:00"),
        ("by noon", "23 12:00"), ("by midnight", "24 00:00"),
    ],
)  # fmt: skip
def test_an_order_may_name_an_hour(words: str, at: str) -> None:
    named = limit_named(words, FOUND, INSTITUTION.calendar)
    assert named
    assert f"{named.at.astimezone(INSTITUTION.zone):%d %H:%M}" == at


@pytest.mark.parametrize(
    "words",
    [
        "比分2:1",
        "当日发现的问题请核实",
        "每晚8点开会",
        "今天的帖子",
        "3.5时",
        "5点前后",
        "今日上报的信访件",
        "今天处理不当的投诉",
        "9点前的值班表",
        "8点前到校",
    ],
)
def test_what_is_no_limit(words: str) -> None:
    assert limit_named(words, FOUND, INSTITUTION.calendar) is None


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("今晚8点前公开答复", "reply"), ("核实后尽快回复网友", "reply"), ("说明涨价原因，今晚8点前公开答复", "reply"),
        ("总务处 今天公开答复家长", "reply"), ("publish a statement", "reply"), ("check it and answer", "reply"),
        ("请恢复供水并答复", "resolve reply"), ("请处理好并公开答复", "resolve reply"), ("退款并答复家长",
        "resolve reply"),
        ("处置完毕，对外公布", "resolve reply"), ("清理占道并回复", "resolve reply"), ("replace it and answer",
        "resolve reply"),
        ("今晚8点前处置好，先不答复公众", "resolve"), ("请查明", "resolve"), ("停用该批次", "resolve"),
        ("请抓紧", "resolve"), ("核实", "resolve"), ("报进展", ""), ("公开答复教务处反映的问题", "reply"),
        ("",
        "resolve"),
        ("fix it, do not answer yet", "resolve"),
    ],
)  # fmt: skip
def test_a_limit_for_the_answer_is_not_the_results(words: str, kinds: str) -> None:
    asked = instruct(case(), person("qian"), None, parse("1h"), words, later(minutes=1))
    duties = {duty.id: duty.kind for duty in case().duties}
    assert {duties[moved.id] for moved in asked.moved} == set(kinds.split())


@pytest.mark.parametrize(
    ("before", "actor", "allowed"),
    [
        (["zhao"], "qian", False), (["zhao"], "li", False), (["qian"], "li", False), (["qian"], "zhao", True),
        (["qian"], "qian", True), (["li"], "li", True), ([], "li", True), (["li"], "qian", True),
        (["zhao"], "zhao", True),
    ],
)  # fmt: skip
def test_nobody_below_puts_off_what_was_limited_above(before: list[str], actor: str, allowed: bool) -> None:
    given_by = [person(one) for one in before]
    asked = lambda: instruct(limited(3), person(actor), None, parse("5d"), "请查明", later(days=1), given_by)  # noqa: E731
    if allowed:
        assert [moved.id for moved in asked().moved] == [9]
    else:
        with pytest.raises(Refusal) as refused:
            asked()
        assert refused.value.sentence == "instruct.above"
    shorter = instruct(limited(3), person(actor), None, parse("1h"), "请查明", later(days=1), given_by)
    assert [moved.id for moved in shorter.moved] == [9]


def test_news_that_is_wanted_soon_sets_no_limit_that_is_left_to_the_leader() -> None:
    asked = instruct(case(regime=TOWNSHIP), person("zhao"), None, parse("1h"), "报进展", later(minutes=1))
    assert (asked.opened, asked.moved, asked.met) == ((), (), ())
    assert asked.events[0].data["period"] is None
