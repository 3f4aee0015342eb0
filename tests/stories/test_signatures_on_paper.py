"""The handling form lists every signature, as what and for whom it was given; the ledger the parties that signed."""

from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from redis.asyncio import Redis

from storage.tables import File
from tests.support.chains import BOTH, WITH_SECRECY, under_keys
from tests.support.papers import words
from tests.support.story import Story


async def signed(story: Story) -> None:
    """Bring a matter to a reply that a cosigner, a leader in another's place and the chief have signed."""
    await story.acknowledged()
    await story.say("wang", "拟复 1 已封存留样送检，11月26日前公布结果。")
    await story.say("li", "加签 1 保密办")
    await story.say("mi", "同意 1")
    await story.say("sun", "同意 1")
    await story.say("zhao", "同意 1")


async def test_on_the_form_and_in_the_ledger(tmp_path: Path, redis: Redis) -> None:
    async with under_keys(BOTH, tmp_path, redis, **WITH_SECRECY) as story:
        await signed(story)
        said = await words((await story.say("li", "处置单 1"))[-1])
        assert "米干事（保密办，加签，代白主任签） 2026年11月23日 10:05 同意答复" in said
        assert "孙副校长（分管领导，代钱副校长签） 2026年11月23日 10:05 同意答复" in said
        assert "赵校长（主要领导） 2026年11月23日 10:05 同意答复" in said
        await story.say("li", "台账")
        file = await File.filter(name__endswith=".xlsx").order_by("-id").first()
        assert file
        head, *lines = [*load_workbook(BytesIO(bytes(file.body)))["台账"].iter_rows(values_only=True)]
        assert [line[head.index("签字")] for line in lines] == ["联络员、分管领导、主要领导"]
