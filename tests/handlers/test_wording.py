"""Sentences that were wrong once: a rate that was rounded up, an incident held by "closed", joined lines."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from handlers.texts import Texts
from handlers.texts.filters import filters
from tests.support.cases import FOUND, INSTITUTION

ZH = Texts("zh", INSTITUTION)


@pytest.mark.parametrize(
    ("share", "said"), [(1.0, "100%"), (0.9999, "99.9%"), (697 / 699, "99.7%"), (0.29, "29%"), (0.0, "0%"), (None, "–")]
)
def test_a_rate_is_cut_off_and_not_rounded(share: float | None, said: str) -> None:
    assert filters("zh", INSTITUTION, {})["share"](share) == said


def test_regimes_of_one_process_keep_their_own_terms() -> None:
    met = [SimpleNamespace(kind="reply", due_at=FOUND)]
    facts = {
        "case": SimpleNamespace(number=1), "by": "zhou", "proof": "https://example.gov.cn/1", "at": FOUND,
        "promises": [], "met": met,
    }  # fmt: skip
    for same_day, reply in ((False, "答复"), (True, "当日回复"), (False, "答复")):
        said = Texts("zh", INSTITUTION, same_day=same_day).say("publish.done", **facts)
        assert said.splitlines()[1].startswith(f"{reply}按时完成。")


def test_what_is_owed_after_the_result_is_in_nobodys_hands() -> None:
    facts = {
        "number": 1, "title": "食堂", "department": "总务处", "holder": "closed", "lines": ["【总结】"],
        "actions": [((), "summarised", None, None)], "approved": False, "bulletin": False, "requests": (),
        "several": False, "signs": (),
    }  # fmt: skip
    assert "已办结，还欠上列事项，请回复：总结 1 内容" in ZH.say("overdue.remind", **facts)


def test_the_bulletin_stands_on_a_line_of_its_own() -> None:
    facts = {"kind": "check-in", "due": FOUND, "now": FOUND + timedelta(days=1), "people": (), "sites": ()}
    assert ZH.say("check_in.remind", bulletin=True, **facts).endswith("内容或网址\n列入通报。")
    assert ZH.say("check_in.remind", bulletin=False, **facts).endswith("内容或网址")


def test_no_line_begins_with_a_full_stop_where_no_reply_is_owed() -> None:
    promise = SimpleNamespace(due=SimpleNamespace(at=FOUND))
    facts = {
        "case": SimpleNamespace(number=1), "by": "zhou", "proof": "https://example.gov.cn/1", "at": FOUND, "met": [],
    }  # fmt: skip
    said = ZH.say("publish.done", promises=[promise], **facts).splitlines()
    assert said[1].startswith("回复里承诺了 ")
    assert len(ZH.say("publish.done", promises=[], **facts).splitlines()) == 1
