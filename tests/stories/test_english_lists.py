"""A colleague's list in English is as many matters as it has lines; its heading is no title."""

import pytest

from storage.tables import Incident
from tests.support.story import Story


@pytest.mark.parametrize(
    "heading", ["Seen today:", "Today's posts:", "Found this morning:", "New complaints", "Three new posts today"]
)
async def test_each_line_is_a_matter(english: Story, heading: str) -> None:
    await english.say(
        "zhou",
        f"@Huiyin {heading}\n1. My son found a worm in the soup of the canteen, and nobody there listened to him\n"
        "2. Cars block the school gate every morning\n3. We have no hot water in dormitory 4",
    )
    titles = [one.title for one in await Incident.all().order_by("number")]
    assert len(titles) == 3
    assert titles[1:] == ["Cars block the school gate every morning", "We have no hot water in dormitory 4"]


async def test_lines_with_addresses(english: Story) -> None:
    await english.say(
        "zhou",
        "@Huiyin Seen today:\nworm in the soup https://weibo.com/1234567890/Ab1cD2eF3\n"
        "cars at the gate https://weibo.com/1234567890/Ab1cD2eF4",
    )
    titles = [one.title for one in await Incident.all().order_by("number")]
    assert titles == ["worm in the soup", "cars at the gate"]


async def test_the_same_in_chinese(story: Story) -> None:
    await story.say("zhou", "@回音 今天看到：\n1、我家孩子在食堂吃出了虫子\n2、校门口每天早上堵车\n3、四号宿舍没有热水")
    assert await Incident.all().count() == 3


@pytest.mark.parametrize(
    "letter",
    [
        "Dear school, my questions:\n1. My son was bitten by a dog at the gate\n2. The heating in his class is off",
        "I am a parent of grade 7.\n1. The food in the canteen is cold\n2. The heating is off",
    ],
)
async def test_the_points_of_a_letter_are_one(english: Story, letter: str) -> None:
    await english.say("zhou", f"@Huiyin {letter}")
    assert await Incident.all().count() == 1
