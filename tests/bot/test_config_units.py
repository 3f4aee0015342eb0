"""A unit that cannot work is refused at start, with the line and the remedy."""

import pytest

from bot.config import ConfigError, parse_installation
from tests.support.story import DEMONSTRATION
from tests.support.units import FIRST, ROSTER, tables

TEXT = DEMONSTRATION.read_text(encoding="utf-8").replace(ROSTER, tables() + ROSTER)
HEAD = 'roles = ["head"]\ndepartment = "实验小学"'
GROUP = 'conversation = "s1"\nunit = "实验小学"'


def test_a_unit_is_a_department_with_people_and_groups_of_its_own() -> None:
    institution = parse_installation(TEXT, DEMONSTRATION).institution
    assert [one.name for one in institution.units] == ["实验小学", "第二小学", "第三小学"]
    assert [one.id for one in institution.liaisons(FIRST)] == ["l1"]
    assert [one.id for one in institution.groups_of(FIRST)] == ["s1"]
    assert [one.id for one in institution.groups_of(None)] == ["work"]
    assert institution.unit_at("local", "s1") == FIRST


@pytest.mark.parametrize(
    ("old", "new", "at", "remedy"),
    [
        (HEAD, HEAD.replace("head", "liaison"), 'name = "实验小学"', 'roles = ["head"]'),
        (GROUP, 'conversation = "s1"', 'name = "实验小学"', 'unit = "实验小学"'),
        (GROUP, GROUP.replace("实验小学", "实验中学"), 'unit = "实验中学"', "add it as [[unit]]"),
        ('conversation = "s2"', 'conversation = "s1"', 'conversation = "s1"', "a conversation is one group"),
        ('id = "l2"\nname = "张平"', 'id = "l1"\nname = "张平"', "[[person]]", "is there twice"),
        (HEAD, HEAD.replace('"head"', '"head", "officer"'), '"head", "officer"', "would see every unit"),
        ('department = "第二小学"', 'department = ["实验小学", "第二小学"]', "department = [", "str"),
        ('name = "第二小学"\nleader', 'name = "第二小学"\naliases = ["总务处"]\nleader', 'name = "第二小学"', "总务处"),
        ('name = "第二小学"\nleader = "sun"', 'name = "第二小学"\nleader = "h1"', 'leader = "h1"', "of the office"),
        ('id = "l1"', 'id = "l1"\ndeputy = "l2"', 'deputy = "l2"', "another unit"),
        ('deputy = "sun"', 'deputy = "h1"', 'deputy = "h1"', "of the office"),
        ('conversation = "work"', 'conversation = "work"\nunit = "实验小学"', 'unit = "实验小学"', "of its own"),
        ("[digest]", '[digest]\ngroups = ["s1"]', 'groups = ["s1"]', "its own unit"),
        (ROSTER, '[[roster]]\npeople = ["h1"]\nsince = "2026-11-02"\n' + ROSTER, 'people = ["h1"]', "take them out"),
    ],
)
def test_it_is_refused_with_its_line_and_the_remedy(old: str, new: str, at: str, remedy: str) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    with pytest.raises(ConfigError) as refused:
        parse_installation(text, DEMONSTRATION)
    assert remedy in str(refused.value)
    assert refused.value.line in range(1, text.count("\n") + 2)
    assert any(words in text.splitlines()[(refused.value.line or 1) - 1] for words in at.splitlines())
