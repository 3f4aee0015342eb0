"""An incident from a forwarded post: title, tier, kind, owner and why, whom it concerns, and the duties."""

from collections.abc import Sequence

import pytest
from msgspec import structs

from handlers.rules.incident.opening import NewMatter, open_matter, wording
from handlers.rules.posts.forwarded_post import Forwarded
from handlers.rules.regime.regime import Regime
from tests.support.cases import FOUND, INSTITUTION, standard

REGIME = standard()


def opened(text: str, *, title: str | None = None, mentioned: Sequence[str] = (), regime: Regime = REGIME) -> NewMatter:
    post = Forwarded(title, text, (), None)
    return open_matter(post, mentioned, "微博的帖子", INSTITUTION, regime, FOUND)


def ids(people: Sequence[object]) -> list[str]:
    return [person.id for person in people]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "mentioned", "department", "because"),
    [
        ("食堂饭菜有异物", (), "总务处", "keyword"),
        ("食堂饭菜有异物 @德育处", (), "德育处", "mention"),
        ("食堂饭菜有异物", ("chen",), "德育处", "mention"),
        ("今天天气不错", (), None, "unknown"),
        ("食堂 课表", (), None, "unknown"),
        ("投诉总务处推诿，食堂异物没人管", (), None, "past"),
        ("投诉总务处推诿，大家都知道", (), None, "past"),
        ("投诉总务处推诿，食堂异物没人管 @总务处", (), None, "past"),
        ("投诉总务处推诿，食堂异物没人管", ("wang",), None, "past"),
        ("投诉总务处推诿，食堂异物没人管 @总务处 @德育处", (), "德育处", "mention"),
        ("举报冯处长在食堂吃回扣", (), None, "past"),
        ("食堂承包是钱副校长的亲戚", (), "总务处", "keyword"),
    ],
)
def test_whose_it_is_and_why(text: str, mentioned: Sequence[str], department: str | None, because: str) -> None:
    matter = opened(text, mentioned=mentioned)
    assert (matter.department, matter.route.because) == (department, because)
    assert matter.stage == ("assigned" if department else "unassigned")
    assert matter.holder == (f"department:{department}" if department else "desk")


def test_the_department_is_asked_to_act_and_else_the_desk() -> None:
    assert ids(opened("食堂饭菜有异物").people) == ["wang"]
    assert opened("今天天气不错").people == INSTITUTION.desk()


def test_of_several_that_were_mentioned_the_first_leads_and_the_others_help() -> None:
    matter = opened("校门口积水 @总务处 @德育处")
    assert matter.department == "总务处"
    assert [helper.name for helper in matter.route.helpers] == ["德育处"]
    assert ids(matter.helpers) == ["chen"]


def test_a_tie_is_left_to_the_desk_with_its_candidates() -> None:
    assert [one.name for one in opened("食堂 课表").route.candidates] == ["教务处", "总务处"]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("@王强 收了承包商的钱", ("person:wang", "department:总务处")),
        ("举报@冯处长", ("person:feng", "department:总务处")),
        ("@总务处 态度恶劣", ("department:总务处",)),
        ("食堂没人管，态度恶劣 @王强", ()),
        ("投诉食堂 @王强", ()),
        ("@王强 请处理家长投诉", ()),
    ],
)
def test_an_at_names_who_is_complained_of_and_calls_who_is_not(text: str, about: tuple[str, ...]) -> None:
    assert opened(text).about == about


def test_the_title_of_a_link_is_read_as_well() -> None:
    matter = opened("https://weibo.com/1234567890/Ab1cD2eF3", title="举报冯处长在食堂吃回扣")
    assert matter.about == ("person:feng", "department:总务处")


def test_a_complaint_about_a_department_goes_past_it_to_any_other() -> None:
    matter = opened("投诉总务处推诿，食堂异物没人管")
    assert matter.about == ("department:总务处",)
    assert "总务处" not in [one.name for one in matter.route.candidates]
    assert len(matter.route.candidates) == len(INSTITUTION.departments) - 1


def test_a_leader_whom_it_names_is_not_told_of_it() -> None:
    regime = replaced(REGIME, tell=("leader", "chief"))
    assert "qian" in ids(opened("食堂饭菜有异物", regime=regime).told)
    matter = opened("食堂承包是钱副校长的亲戚", regime=regime)
    assert matter.about == ("person:qian",)
    assert ids(matter.told) == ["zhao"]


def test_who_acts_is_not_told_a_second_time() -> None:
    regime = replaced(REGIME, tell=("owner", "head"))
    assert ids(opened("食堂饭菜有异物", regime=regime).told) == ["feng"]


def test_words_of_the_regime_route_past_the_department() -> None:
    regime = replaced(REGIME, past_department=("受贿",))
    matter = opened("食堂采购受贿", regime=regime)
    assert (matter.department, matter.route.because, matter.route.candidates) == (None, "past", ())


def test_the_title_is_masked_and_the_text_kept_as_it_came() -> None:
    matter = opened("食堂饭菜有异物，电话 13812345678", title="食堂饭菜有异物 13812345678")
    assert matter.title == "食堂饭菜有异物 138****5678"
    assert matter.text == "食堂饭菜有异物，电话 13812345678"


def test_without_a_title_it_is_called_after_its_site() -> None:
    assert opened("食堂").title == "微博的帖子"


def test_mentions_of_colleagues_are_no_part_of_the_text() -> None:
    assert opened("食堂饭菜有异物 @德育处").text == "食堂饭菜有异物"


@pytest.mark.parametrize(
    ("text", "tier", "kind"),
    [
        ("食堂饭菜有异物", "general", "request"),
        ("建议食堂延长营业时间", "general", "suggestion"),
        ("网传食堂用过期肉", "general", "disputed"),
        ("家长投诉食堂乱收费", "general", "complaint"),
        ("Parents complain about the canteen", "general", "complaint"),
        ("请问投诉电话是多少", "general", "request"),
        ("食堂食物中毒", "critical", "surge"),
    ],
)
def test_tier_and_kind_follow_from_the_words(text: str, tier: str, kind: str) -> None:
    matter = opened(text, regime=standard(**{"[tier.critical]\n": '[tier.critical]\nkeywords = ["中毒"]\n'}))
    assert (matter.tier, matter.kind) == (tier, kind)


def test_what_is_owed_begins_with_the_find() -> None:
    kinds = {duty.kind for duty in opened("食堂饭菜有异物").duties}
    assert kinds == {"acknowledge", "reply", "resolve"}
    assert {duty.kind for duty in opened("今天天气不错").duties} == {"reply", "resolve"}
    assert all(duty.started_at == FOUND for duty in opened("食堂饭菜有异物").duties)


def test_an_assignment_is_owed_only_by_a_matter_that_has_no_department() -> None:
    rule = '\n[[duty]]\nkind = "assign"\nperiod = "1h"\nowner = "desk"\nmet_by = "assigned"\n'
    regime = standard(**{"[tier.critical]\n": f"{rule}\n[tier.critical]\n"})
    assert "assign" in {duty.kind for duty in opened("今天天气不错", regime=regime).duties}
    assert "assign" not in {duty.kind for duty in opened("食堂饭菜有异物", regime=regime).duties}


def test_who_may_be_meant_is_asked_for_at_the_desk() -> None:
    matter = opened("有个副校长打人")
    assert matter.unclear == ("副校长",)
    assert ids(matter.asked) == ["li"]
    plain = opened("食堂饭菜有异物")
    assert (plain.unclear, plain.asked) == ((), ())


def test_no_department_has_a_post_that_may_mean_one_of_its_people() -> None:
    maybe = opened("Mr Wang took money from the canteen caterer")
    assert maybe.about == ("maybe:wang",)
    assert (maybe.department, maybe.route.because) == (None, "past")
    assert [one.name for one in maybe.route.candidates] == ["教务处", "德育处", "保卫处", "财务处", "招生办"]


def test_only_a_post_with_a_title_is_named() -> None:
    assert opened("https://weibo.com/1/2").unnamed
    assert not opened("https://weibo.com/1/2", title="食堂饭菜有异物").unnamed


def test_a_title_that_was_cut_off_is_part_of_its_text() -> None:
    assert wording(Forwarded("食堂饭菜…", "食堂饭菜有异物", (), None), INSTITUTION) == "食堂饭菜有异物"
    assert wording(Forwarded("食堂饭菜?", "食堂饭菜有异物", (), None), INSTITUTION) == "食堂饭菜?\n食堂饭菜有异物"


def test_the_record_says_how_it_was_opened() -> None:
    matter = opened("食堂饭菜有异物", title="食堂")
    (event,) = matter.decision.events
    assert event.kind == "opened"
    assert event.data == {"title": "食堂", "text": "食堂饭菜有异物", "because": "keyword"}
    assert matter.decision.opened == matter.duties


def replaced(regime: Regime, *, tell: tuple[str, ...] = (), past_department: tuple[str, ...] = ()) -> Regime:
    opening = structs.replace(regime.opening, tell=tell)
    return structs.replace(regime, opening=opening, past_department=past_department)
