"""The READMEs' examples are played on the bot; its answers are those that the READMEs quote."""

import re
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.config import ConfigError, read_installation
from tests.support.prose import READMES, ROOT, TUTORIAL, Block, blocks, columns, read, sections, spans, steps
from tests.support.story import SHANGHAI, Story, new_story

PART = {
    "en": ("One matter, from the post to the result", "How due times are counted", "the bot"),
    "zh": ("一件事从转发到办结", "时限怎么算", "回答"),
}
AT = re.compile(r"2026-\d\d-\d\d(?: \d\d:\d\d)?")
SPOKEN = re.compile(r"^\*\*(\w+)\*\*[:：] ?`([^`]+)`$", re.MULTILINE)
SIDE_ROADS = {
    "zh": (
        ("zhou", "天气 https://weibo.com/1234567890/Ab1cD2eF5"),
        ("zhou", "https://m.weibo.cn/status/Ab1cD2eF5?luicode=1"),
        ("wang", "延期 1 2天 等检测报告"),
        ("wang", "拟复 1 已留样送检。"),
        ("qian", "同意"),
        ("wang", "同意 1"),
        ("chen", "同意 1"),
        ("li", "改派 1 教务处"),
        ("wu", "办结 1 完事"),
        ("wu", "办结 1 还要两天"),
        ("wu", "办结 1 整改：更换供货商"),
        ("wu", "千收 1"),
    ),
    "en": (
        ("zhou", "weather https://weibo.com/1234567890/Ab1cD2eF5"),
        ("zhou", "https://m.weibo.cn/status/Ab1cD2eF5?luicode=1"),
        ("wang", "extend 1 2d waiting for the lab report"),
        ("wang", "draft 1 We have sealed a sample."),
        ("qian", "approve"),
        ("wang", "approve 1"),
        ("chen", "approve 1"),
        ("li", "assign 1 Academic Affairs"),
        ("wu", "resolve 1 done"),
        ("wu", "resolve 1 two more days"),
        ("wu", "resolve 1 remedied: supplier replaced"),
        ("wu", "akcnowledge 1"),
    ),
}
LUNCH = "@Huiyin 食堂 canteen https://weibo.com/1234567890/Ab1cD2eF3"


@asynccontextmanager
async def school(directory: Path, redis: Redis, language: str, moment: str):
    at = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    async with new_story(directory, redis, at=at, language=language) as story:
        yield story


async def hears(story: Story, name: str, text: str) -> list[str]:
    """Return the bot's messages line by line, with a card's buttons as [label] [label]."""
    person = next(one.id for one in story.bot.office.institution.people if name in (one.id, one.name))
    lines: list[str] = []
    for one in await story.say(person, text):
        lines += [*one.text.splitlines(), " ".join(f"[{label}]" for label in one.labels)]
    return lines


@pytest.mark.parametrize("language", READMES)
async def test_one_matter_goes_as_the_readme_tells(language: str, tmp_path: Path, redis: Redis) -> None:
    section = sections(read(READMES[language]))[PART[language][0]]
    async with school(tmp_path, redis, language, f"{AT.search(section)[0]} 08:30") as story:
        for block in blocks(section):
            heard = []
            for name, sentence in SPOKEN.findall(block.before):
                heard = await hears(story, name, sentence)
            assert not set(block.text.splitlines()) - set(heard), block.before
        assert (await story.incident()).outcome == "answered"


@pytest.mark.parametrize("language", READMES)
async def test_the_five_steps_lead_to_the_result(language: str, tmp_path: Path, redis: Redis) -> None:
    """Type what the tutorial says; draft again after a rejection."""
    typed = steps(sections(read(READMES[language]))[TUTORIAL[language]])
    speakers = iter(("zhou", "wang", "wang", "qian", "qian", "zhou", "wang", "qian", "zhou", "wang"))
    async with school(tmp_path, redis, language, "2027-02-24 10:05") as story:
        for sentence in typed:
            person = next(speakers)
            if not sentence.startswith(("不同意", "reject")):
                await story.say(person, sentence)
        assert (await story.incident()).outcome == "answered"
        assert (await story.duty("promise")).state == "met"


def due_times() -> list[tuple[str, Block]]:
    return [
        (language, block)
        for language in READMES
        for block in blocks(sections(read(READMES[language]))[PART[language][1]])
    ]


@pytest.mark.parametrize(("language", "block"), due_times())
async def test_due_times_are_as_shown(language: str, block: Block, tmp_path: Path, redis: Redis) -> None:
    async with school(tmp_path, redis, language, AT.search(block.before)[0]) as story:
        assert block.text.strip() in await hears(story, "zhou", LUNCH)


@pytest.mark.parametrize("language", READMES)
async def test_the_side_roads_answer_as_quoted(language: str, tmp_path: Path, redis: Redis) -> None:
    section = sections(read(READMES[language]))[PART[language][0]]
    quoted = [span for cell in columns(section, PART[language][2:]) for span in spans(cell)]
    async with school(tmp_path, redis, language, "2026-11-23 08:30") as story:
        lines = await hears(story, "zhou", LUNCH)
        for person, text in SIDE_ROADS[language]:
            lines += await hears(story, person, f"@Huiyin {text}")
    answers = "\n".join(lines)
    assert quoted
    assert not [part for quote in quoted for part in quote.split("…") if part not in answers], answers


@pytest.mark.parametrize("language", READMES)
def test_a_wrong_configuration_is_refused_in_these_words(language: str, tmp_path: Path) -> None:
    section = sections(read(READMES[language]))[{"en": "Configure your institution", "zh": "配置自己的单位"}[language]]
    shown = [block.text.strip() for block in blocks(section) if block.text.startswith("huiyin:")]
    school = read(ROOT / "config.toml")
    wrong = (school.replace('leader = "qian"', 'leader = "qien"', 1), school.replace("127.0.0.1", "0.0.0.0"))
    for text, words in zip(wrong, shown, strict=True):
        (tmp_path / "my.toml").write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError) as refused:
            read_installation(tmp_path / "my.toml")
        assert f"huiyin: {refused.value}" == words.replace("my.toml", f"{tmp_path}/my.toml")
