"""A rehearsal with dishonest staff: nothing of theirs is certified, and the recount sees it if anything were."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.config import install
from bot.config.tables import DigestTable
from bot.rehearsal import play
from bot.rehearsal.certified import sham_approvals, sham_closings, sham_publications
from bot.rehearsal.witness import Witness
from handlers.commands import publish, resolve
from handlers.rules.incident.case import NewPublication
from handlers.rules.incident.closing import close
from storage.tables import Draft, Duty, Inbox, Overrun, Publication, Request
from tests.rehearsal.test_rehearsal import file, line, options, silent
from tests.support.story import Story, demonstration

__all__ = ["silent"]
FEW = {"days": 1, "limit": 5, "dishonest": 0.8, "prompt": 1.0, "absent": 0.0}
Played = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def played(silent: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Played:
    async def play_days(language: str = "zh", **changed: object) -> tuple[int, str]:
        messages = file(tmp_path, map(line, range(5)))
        quick = replace(demonstration(tmp_path, language).config, digest=DigestTable())  # digests take longest
        status = await play(install(quick), options(messages, **FEW | changed))
        return status, capsys.readouterr().out

    return play_days


def sums(printed: str, total: str) -> list[int]:
    """Return how often shams were tried, refused, obeyed and counted, and got through."""
    found = re.search(rf"^{total}\s+(\d+) +(\d+) +(\d+) +(\d+)$", printed, re.MULTILINE)
    assert found, printed
    return [int(number) for number in found.groups()]


async def test_they_try_much_and_nothing_of_it_is_certified(played: Played) -> None:
    status, printed = await played()
    tries, refused, obeyed, through = sums(printed, "合计")
    assert (status, through) == (0, 0)
    assert tries == refused + obeyed > 10
    assert "谁动了指标" in printed
    assert re.search(r"被拒之后：[1-9]\d* 次改为照实办，[1-9]\d* 次搁下不管", printed)
    assert "≠" not in printed


@pytest.mark.long
async def test_a_seed_tries_the_same_in_english(played: Played) -> None:
    first, again = [(await played("en", seed=2, limit=3))[1].splitlines()[:-1] for _ in range(2)]
    assert first == again
    assert sums("\n".join(first), "Total")[3] == 0
    assert "who moved the figures" in "\n".join(first)


async def test_a_bot_that_takes_words_for_results_is_found_out(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    def lax(case: Any, actor: Any, outcome: Any, result: str, evidence: Any, now: Any) -> Any:
        return close(case, "answered", result, now, ())

    monkeypatch.setattr(resolve, "resolve", lax)
    status, printed = await played()
    assert status == 1
    assert sums(printed, "合计")[3] > 0
    assert re.search(r"没有答复也没有签字整改的办结 +[1-9]\d* +≠ +0 +不符", printed)


async def test_a_bot_that_takes_any_address_is_found_out(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    real = publish.publish

    def lax(case: Any, actor: Any, proof: Any, known: Any, dates: Any, now: Any) -> Any:
        decision = real(
            case, actor, type(proof)(("https://www.rehearsal.gov.cn/reply/1.html",), again=True), known, dates, now
        )
        edition = decision.published[0].edition
        return type(decision)(**{
            **{name: getattr(decision, name) for name in decision.__slots__},
            "published": tuple(NewPublication(edition, url) for url in proof.urls or ("http://localhost/",)),
        })  # fmt: skip

    monkeypatch.setattr(publish, "publish", lax)
    status, printed = await played()
    assert status == 1
    assert re.search(r"不是页面也没有图片的发布 +[1-9]\d* +≠ +0 +不符", printed)


async def test_the_recount_sees_a_closing_that_lost_its_ground(story: Story) -> None:
    await story.answered()
    await story.closed()
    assert (await sham_closings(), await sham_publications(), await sham_approvals()) == ([], [], [])
    place = await Publication.all().order_by("-id").first()
    assert place
    await Publication.filter(id=place.id).update(url="https://baidu.com")
    assert await sham_publications() == [place.id]
    await Publication.all().update(edition=7)
    assert await sham_closings() == [1]
    await Publication.all().update(edition=place.edition)
    await Duty.create(incident_id=1, cycle=1, kind="promise", owner="department", state="open", started_at=place.at,
                      due_at=place.at, first_due_at=place.at, provisional=False, reckoning=[])  # fmt: skip
    assert await sham_closings() == [1]
    await Duty.filter(kind="promise").update(state="met")
    await Draft.all().update(text="正在核实，将尽快答复。")
    assert await sham_closings() == [1]


async def test_the_recount_sees_a_yes_that_nobody_said(story: Story) -> None:
    await story.answered()
    request = await Request.get()
    assert await sham_approvals() == []
    await Request.all().update(decided_by="zhao")
    assert await sham_approvals() == [request.id]
    await Request.all().update(decided_by="qian")
    for row in await Inbox.filter(body__contains="同意"):
        await Inbox.filter(id=row.id).update(body=row.body.replace('"text":"同意', '"text":"","material":"同意'))
    assert await sham_approvals() == [request.id]


async def test_the_recount_sees_a_text_that_lacks_a_signature(story: Story) -> None:
    await story.answered()
    request = await Request.get()
    steps = request.subject["chain"]
    for chain in (
        [*steps, {"id": "1", "by": ["chief"]}],
        [{"id": "0", "by": ["leader", "chief"], "needs": "all", "given": [{"by": "qian"}]}],
        [*steps, {"id": "1", "by": ["chief"], "given": [{"by": "qian"}]}],
        [{"id": "0", "by": ["leader"], "given": [{"by": "wang"}]}],
    ):
        await Request.all().update(subject={**request.subject, "chain": chain})
        assert await sham_approvals() == [request.id], chain


async def test_an_overrun_that_is_struck_is_missed(story: Story) -> None:
    witness = Witness()
    await story.opened()
    await story.advance("2d")
    await witness.look(story.clock.now())
    found, expected = await witness.kept()
    assert found == expected > 0
    await Overrun.filter(kind="reply").delete()
    found, expected = await witness.kept()
    assert found < expected
