"""Which proofs show that an answer is public, when it is checked again, and what follows when it is gone."""

from datetime import datetime, timedelta

import pytest

from handlers.rules.incident.lifecycle import publish
from handlers.rules.incident.publication import OnRecord, Proof, ProofPicture, unpublished
from handlers.rules.incident.publication_checks import asks_at, checks, is_due
from handlers.rules.incident.standing import confirm, gone
from handlers.rules.posts.links import fingerprint
from handlers.rules.refusal import Refusal
from handlers.rules.regime.regime import freeze, thaw
from handlers.rules.regime.regime_parts import PublicationRule, RegimeError
from tests.support.cases import FOUND, INSTITUTION, Row, case, draft, later, person, request, standard
from tests.support.each import for_each
from tests.support.story import SHANGHAI, monday

ZHOU, WANG = person("zhou"), person("wang")
POST, PAGE, OTHER = (
    "https://weibo.com/1234567890/Ab1cD2eF3",
    "https://weibo.com/1234567890/Xy9zK8wQ1",
    "https://a.cn/12",
)
APPROVED = {"requests": (request(state="approved"),), "drafts": (draft(),)}
PICTURE = ProofPicture(7, "d1")
SAME_SITE = standard(**{'where = "anywhere"': 'where = "same site"'})


def earlier(url: str, edition: int = 1) -> dict[str, object]:
    return {"cycle": 1, "edition": edition, "fingerprint": fingerprint(url), "digest": None}


def check(due: datetime, id: int = 9, **changes: object) -> Row:
    return Row({"id": id, "kind": "stand", "owner": "person:zhou", "state": "open", "due_at": due} | changes)


def sentence(call: object, *values: object, **named: object) -> str:
    with pytest.raises(Refusal) as refused:
        call(*values, **named)  # type: ignore[operator]
    return refused.value.sentence


@for_each(
    ("proof", "known", "refused"),
    [
        (Proof(), OnRecord(), "publish.no_proof"),
        (Proof(missing=True), OnRecord(), "publish.picture_missing"),
        (Proof(("https://baidu.com",), missing=True), OnRecord(), "publish.picture_missing"),
        (Proof(("https://baidu.com",)), OnRecord(), "publish.address"),
        (Proof(("https://baidu.com",), (PICTURE,)), OnRecord(), None),
        (Proof(("https://baidu.com", PAGE)), OnRecord(), None),
        (Proof((PAGE,)), OnRecord((POST,)), None),
        (Proof((PAGE,), missing=True), OnRecord((POST,)), None),
        (Proof((POST,)), OnRecord((POST,)), "publish.own_page"),
        (Proof((f"{POST}?from=weixin",)), OnRecord((POST,)), "publish.own_page"),
        (Proof((POST,), again=True), OnRecord((POST,)), "publish.own_page"),
        (Proof((POST,), missing=True), OnRecord((POST,)), "publish.picture_missing"),
        (Proof((POST,), in_thread=True), OnRecord((POST,)), None),
        (Proof((POST,), (PICTURE,)), OnRecord((POST,)), None),
        (Proof((PAGE,)), OnRecord(earlier=[earlier(PAGE)]), "publish.repeated"),
        (Proof((PAGE,), again=True), OnRecord(earlier=[earlier(PAGE)]), None),
        (Proof((PAGE,), (PICTURE,)), OnRecord(earlier=[earlier(PAGE)]), None),
        (Proof((PAGE,)), OnRecord(elsewhere={fingerprint(PAGE): 5}), "publish.used"),
        (Proof((PAGE,), (PICTURE,)), OnRecord(elsewhere={fingerprint(PAGE): 5}), "publish.used"),
        (Proof((PAGE,), in_thread=True), OnRecord(elsewhere={fingerprint(PAGE): 5}), "publish.used"),
        (Proof((PAGE,), again=True), OnRecord(elsewhere={fingerprint(PAGE): 5}), None),
        (Proof(pictures=(PICTURE,)), OnRecord(seen={"d1": 5}), "publish.same_picture"),
        (Proof(pictures=(PICTURE,), again=True), OnRecord(seen={"d1": 5}), None),
        (Proof((OTHER,)), OnRecord((POST,)), None),
    ],
)
def test_what_proves_it(proof: Proof, known: OnRecord, refused: str | None) -> None:
    arguments = (case(**APPROVED), WANG, proof, known, (), FOUND)
    if refused:
        assert sentence(publish, *arguments) == refused
    else:
        assert publish(*arguments).published


@pytest.mark.parametrize(
    ("url", "posts", "refused"),
    [
        (OTHER, (POST,), True),
        (PAGE, (POST,), False),
        ("https://m.weibo.cn/status/4885639100630954", (POST,), False),
        (OTHER, (POST, "https://www.a.cn/9"), False),
        (OTHER, (), False),
    ],
)
def test_some_regimes_want_the_site_of_the_question(url: str, posts: tuple[str, ...], refused: bool) -> None:
    arguments = (case(**APPROVED, regime=SAME_SITE), WANG, Proof((url,)), OnRecord(posts), (), FOUND)
    if refused:
        assert sentence(publish, *arguments) == "publish.other_site"
    else:
        assert publish(*arguments).published


def test_a_picture_there_is_enough_and_a_link_elsewhere_beside_it_is_not() -> None:
    one, known = case(**APPROVED, regime=SAME_SITE), OnRecord((POST,))
    assert publish(one, WANG, Proof(pictures=(PICTURE,)), known, (), FOUND).published[0].file == 7
    assert sentence(publish, one, WANG, Proof((OTHER,), (PICTURE,)), known, (), FOUND) == "publish.other_site"


def test_an_old_policy_asks_for_no_site_and_no_check() -> None:
    assert standard().publication == PublicationRule(where="anywhere", stands_after=("1d", "7d"))
    body = freeze(standard()).replace('"publication":{"where":"anywhere","stands_after":["1d","7d"]},', "")
    old = thaw(body)
    assert old.publication == PublicationRule(where="anywhere", stands_after=())
    decision = publish(case(**APPROVED, regime=old), WANG, Proof((OTHER,)), OnRecord((POST,)), (), FOUND)
    assert not [duty for duty in decision.opened if duty.kind == "stand"]


@pytest.mark.parametrize("text", ["36h", "same day", "soon", "half day"])
def test_a_check_is_counted_in_days(text: str) -> None:
    with pytest.raises(RegimeError, match=r"days|period|soon"):
        standard(**{'stands_after = ["1d"': f'stands_after = ["{text}"'})


def test_each_publication_opens_its_checks_and_replaces_those_to_come() -> None:
    one = case(**APPROVED)
    one.duties.append(check(FOUND + timedelta(days=3)))  # type: ignore[attr-defined]
    one.duties.append(check(FOUND + timedelta(hours=5), 10))  # type: ignore[attr-defined]
    decision = publish(one, WANG, Proof((PAGE,)), OnRecord(), (), FOUND)
    assert decision.waived == (9,)
    stand = [duty for duty in decision.opened if duty.kind == "stand"]
    assert [(duty.owner, f"{duty.due.at.astimezone(SHANGHAI):%a %H:%M}") for duty in stand] == [
        ("person:wang", "Wed 00:00"),
        ("person:wang", "Tue 00:00"),
    ]


@pytest.mark.parametrize(
    ("published", "asked"),
    [("10:05", "Tue 10:05"), ("07:20", "Tue 09:00"), ("23:40", "Tue 16:00"), ("16:30", "Tue 16:00")],
)
def test_it_is_asked_in_the_daytime(published: str, asked: str) -> None:
    now = monday(published)
    first = checks(case(**APPROVED), WANG, now)[0]
    assert first.next_at == asks_at(INSTITUTION, now, first.due.at)
    assert f"{first.next_at.astimezone(SHANGHAI):%a %H:%M}" == asked


def test_two_checks_on_one_day_are_one() -> None:
    regime = standard(**{'["1d", "7d"]': '["1d", "2d", "3d"]'})
    friday = monday("10:05", 4)  # Saturday, Sunday and Monday: all end on Monday
    assert len(checks(case(**APPROVED, regime=regime), WANG, friday)) == 1


@pytest.mark.parametrize(("hours", "due"), [(25, False), (24, True), (1, True), (-30, True)])
def test_a_check_is_due_on_its_last_day(hours: int, due: bool) -> None:
    assert is_due("stand", FOUND + timedelta(hours=hours), FOUND) is due
    assert is_due("resolve", FOUND + timedelta(hours=hours), FOUND)


def standing(*duties: Row, **changes: object) -> object:
    one = case(**APPROVED, **{"replied_at": FOUND, "stage": "replied", **changes})
    one.duties.extend(duties)  # type: ignore[attr-defined]
    return one


def test_confirming() -> None:
    now = later(days=1)
    one = standing(check(later(days=1, hours=5)), check(later(days=7), 10))
    assert confirm(one, ZHOU, Proof(), (), now, doubted=False).met == (9,)  # type: ignore[arg-type]
    assert confirm(one, WANG, Proof(), (), now, doubted=False).met == (9,)  # type: ignore[arg-type]
    assert sentence(confirm, one, person("wu"), Proof(), (), now, doubted=False) == "common.not_yours"
    assert sentence(confirm, one, ZHOU, Proof(), (), FOUND, doubted=False) == "stand.early"
    assert sentence(confirm, one, ZHOU, Proof(missing=True), (), now, doubted=False) == "stand.show"
    assert sentence(confirm, one, ZHOU, Proof(), (), now, doubted=True) == "stand.show"
    assert sentence(confirm, one, ZHOU, Proof(pictures=(PICTURE,)), {"d1"}, now, doubted=True) == "stand.same_picture"
    assert confirm(one, ZHOU, Proof(pictures=(PICTURE,)), (), now, doubted=True).met == (9,)  # type: ignore[arg-type]
    assert sentence(confirm, standing(), ZHOU, Proof(), (), now, doubted=False) == "common.not_owed"


def test_whom_it_is_about_confirms_nothing() -> None:
    one = standing(check(later(hours=5), owner="person:wang"), about=["person:wang"])
    assert sentence(confirm, one, WANG, Proof(), (), FOUND, doubted=False) == "concern.yourself"


def test_gone_the_answer_is_owed_again() -> None:
    one = standing(check(later(hours=5)), check(later(days=7), 10), acknowledged_at=FOUND)
    for duty in one.duties:  # type: ignore[attr-defined]
        duty.values["state"] = "met" if duty.kind in ("acknowledge", "reply") else duty.state
    decision = gone(one, WANG, "撤下了", later(hours=1))  # type: ignore[arg-type]
    assert (decision.met, decision.waived) == ((9,), (10,))
    assert [duty.kind for duty in decision.opened] == ["reply"]
    assert (decision.changes["stage"], decision.changes["replied_at"]) == ("acknowledged", None)
    assert [event.kind for event in decision.events] == ["gone"]


def test_gone_from_a_closed_one_it_is_reopened_by_who_may_not_reopen() -> None:
    one = standing(check(later(hours=5)), stage="resolved", resolved_at=FOUND)
    decision = gone(one, WANG, "撤下了", later(hours=1))  # type: ignore[arg-type]
    assert (decision.changes["cycle"], decision.changes["stage"]) == (2, "assigned")
    assert decision.met == (9,)
    assert 9 not in decision.waived
    assert [event.kind for event in decision.events] == ["gone", "reopened"]


def test_what_is_not_public_is_not_gone() -> None:
    assert sentence(gone, case(**APPROVED), WANG, "x", FOUND) == "gone.not_public"
    assert sentence(gone, standing(stage="merged"), WANG, "x", FOUND) == "common.closed"
    assert sentence(gone, standing(), person("wu"), "x", FOUND) == "common.not_yours"


def test_what_waits_to_be_published() -> None:
    assert unpublished(case(**APPROVED), [])
    assert not unpublished(case(), [])
    assert not unpublished(case(**APPROVED, replied_at=FOUND), [earlier(PAGE)])
    assert unpublished(case(**APPROVED, replied_at=None), [earlier(PAGE)])  # gone since
    assert unpublished(case(**APPROVED, replied_at=FOUND), [earlier(PAGE, edition=2)])
