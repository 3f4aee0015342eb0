"""No regime closes a matter by words alone, whatever they are and whatever address stands beside them."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Request
from tests.support.regime import MONDAY_MORNING, POST, under
from tests.support.result_words import HONEST, SHAM
from tests.support.thinned import one_in

REGIMES = sorted(file.stem for file in (Path(__file__).parents[2] / "handlers" / "regimes").glob("*.toml"))
BESIDE = ("", POST, "https://www.ycsyzx.edu.cn/", "https://baidu.com", "http://localhost/1")
SIGNING = {"hospital": ("feng", "li"), "liaison-form": ("li",), "bureau": ("feng",), "school": ("qian", "zhao")}
"""Who signs a reply, where it is not the leader in charge alone."""
LABELS = ("", "整改：", "已整改，", "已答复，")


@pytest.mark.parametrize("regime", one_in(2, REGIMES))
async def test_words_close_nothing(tmp_path: Path, redis: Redis, regime: str) -> None:
    """Every regime hears its own part of the sham phrases, some honest ones, and each label and address."""
    part = REGIMES.index(regime)
    async with under(regime, tmp_path, redis, MONDAY_MORNING) as story:
        await story.opened()
        for n, words in enumerate((*SHAM[part :: 6 * len(REGIMES)], *HONEST[part :: 6 * len(REGIMES)])):
            label, address = LABELS[n % len(LABELS)], BESIDE[n % len(BESIDE)]
            await story.say("wang", f"办结 1 {label}{words} {address}")
            assert (await story.incident()).resolved_at is None, words
            assert not await Request.exists(), words
        await story.advance("9d")
        assert (await story.incident()).resolved_at is None


@pytest.mark.parametrize("regime", one_in(3, REGIMES))
async def test_a_signed_remedy_closes_once_the_public_is_answered_or_excused(
    tmp_path: Path, redis: Redis, regime: str
) -> None:
    async with under(regime, tmp_path, redis, MONDAY_MORNING) as story:
        for number, text in enumerate(("食堂饭菜有异物", "食堂地面湿滑"), 1):
            await story.say("zhou", f"@回音 {text} https://weibo.com/1234567890/Ab1cD2eF{number}")
            await story.say("wang", f"办结 {number} 整改：更换筛网 https://www.ycsyzx.edu.cn/kitchen/{number}.html")
            await story.say("qian", f"同意整改 {number}")
            assert (await story.incident(number)).resolved_at is None
        if regime == "liaison-form":
            await story.say("wang", "方案 1 更换筛网，公布检测结果")
            await story.say("qian", "同意方案 1")
        await story.answer(leaders=SIGNING.get(regime, ("qian",)))
        await story.say("wang", "无法公开答复 2 匿名来信，没有公开渠道")
        await story.say("qian", "同意无法公开答复 2")
        assert [(await story.incident(n)).outcome for n in (1, 2)] == ["remedied", "remedied"]
        assert [bool((await story.incident(n)).replied_at) for n in (1, 2)] == [True, False]
