"""`--language en` shows a school with English names, and English words lead to its departments."""

import re
from argparse import Namespace
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.cli.commands import _installation
from bot.config import parse_installation
from bot.web.group_view import GroupPageView
from bot.web.words import group_words
from tests.support.story import DEMONSTRATION, Story, new_story

CHINESE = re.compile(r"[\u3400-\u9fff]")
ENGLISH = DEMONSTRATION.with_name("config.en.toml")


@pytest.fixture
async def school(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    text = ENGLISH.read_text(encoding="utf-8").replace("sqlite:///var/en/huiyin.db", f"sqlite:///{tmp_path}/huiyin.db")
    async with new_story(tmp_path, redis, config=parse_installation(text, ENGLISH)) as story:
        yield story


def test_the_language_chooses_the_file() -> None:
    english = _installation(Namespace(config=DEMONSTRATION, language="en"))
    assert english.institution.name == "Yucai School"
    for language in (None, "zh"):
        assert _installation(Namespace(config=DEMONSTRATION, language=language)).institution.name == "育才中学"


def test_a_file_without_a_translation_only_changes_its_language(tmp_path: Path) -> None:
    own = tmp_path / "my.toml"
    own.write_text(DEMONSTRATION.read_text(encoding="utf-8"), encoding="utf-8")
    read = _installation(Namespace(config=own, language="en"))
    assert (read.institution.name, read.institution.language) == ("育才中学", "en")


def test_both_demonstrations_have_the_same_people(school: Story) -> None:
    chinese = _installation(Namespace(config=DEMONSTRATION, language=None)).institution
    english = school.bot.office.institution
    assert [(p.id, p.roles) for p in chinese.people] == [(p.id, p.roles) for p in english.people]
    assert [d.leader for d in chinese.departments] == [d.leader for d in english.departments]


async def test_nothing_on_the_page_is_chinese(school: Story) -> None:
    shown = GroupPageView(school.bot.office).institution("work")
    assert not CHINESE.search(str(shown))


@pytest.mark.parametrize(
    ("kind", "department"), [("link", "General Services"), ("text", "General Services"), ("links", "Security")]
)
async def test_the_examples_find_their_department(school: Story, kind: str, department: str) -> None:
    sent = await school.say("zhou", f"@Huiyin {group_words('en')[f'example_{kind}']}")
    assert f"For {department} " in sent[-1].text
    assert not CHINESE.search(sent[-1].text)


@pytest.mark.parametrize(
    ("post", "department"),
    [
        ("Parents say there is far too much homework before the exams, every single evening", "Academic Affairs"),
        ("A pupil was bullied in the dormitory and nobody reacted, writes a mother today", "Student Affairs"),
        ("We asked for a refund of the fee for the cancelled trip and got no answer at all", "Finance"),
        ("When will the admission results be out, ask parents from our catchment area", "Admissions"),
    ],
)
async def test_english_words_find_a_department(school: Story, post: str, department: str) -> None:
    await school.say("zhou", f"@Huiyin report {post}")
    assert (await school.incident()).department == department


async def test_the_whole_loop_with_english_names(school: Story) -> None:
    await school.say("zhou", "@Huiyin wire in the canteen lunch https://weibo.com/1234567890/Ab1cD2eF3")
    school.expect("@Wang Qiang please answer: ack 1", pinged="wang")
    await school.say("wang", "ack 1")
    await school.say("wang", "draft 1 We found a loose sieve and replaced it. The sample is clean.")
    school.expect("@Vice Principal Qian, please decide", pinged="qian")
    await school.say("qian", "approve 1")
    await school.say("wang", "published 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    await school.say("wang", "resolve 1 sieve replaced, lab results published")
    school.expect("Resolved (answered) by Wang Qiang")
    await school.say("zhou", "assign 1 Security")
    assert (await school.incident()).stage == "resolved"


async def test_people_are_found_by_their_english_names(school: Story) -> None:
    await school.say("zhou", "@Huiyin parents ask about the weekend programme https://weibo.com/1234567890/Ab1cD2eF4")
    await school.say("li", "assign 1 Captain Chu")
    assert (await school.incident()).department == "Security"
    await school.say("li", "assign 1 general services")
    assert (await school.incident()).department == "General Services"
