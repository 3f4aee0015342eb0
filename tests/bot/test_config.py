"""An invalid configuration is refused at start, with the line and the remedy."""

from pathlib import Path

import pytest

from bot.config import ConfigError, parse_installation, read_installation
from tests.support.story import DEMONSTRATION

TEXT = DEMONSTRATION.read_text(encoding="utf-8")
LINES = TEXT.splitlines()


def line(words: str) -> int:
    return next(number for number, text in enumerate(LINES, 1) if words in text)


def test_the_demonstration_is_a_school_with_every_role() -> None:
    institution = read_installation(DEMONSTRATION).institution
    assert (len(institution.departments), len(institution.people)) == (6, 13)
    assert {role for person in institution.people for role in person.roles} == {
        "officer", "liaison", "head", "leader", "chief", "office",
    }  # fmt: skip
    assert [person.id for person in institution.liaisons("总务处")] == ["wang"]


def test_on_the_local_channel_everybody_is_who_they_say() -> None:
    institution = parse_installation(TEXT, DEMONSTRATION).institution
    assert institution.by_account("local", "qian") is institution.person("qian")
    assert institution.by_account("dingtalk", "qian") is None


@pytest.mark.parametrize(
    ("old", "new", "at", "remedy"),
    [
        ('language = "zh" ', 'langage = "zh" ', 'language = "zh"', "langage"),
        ('language = "zh" ', 'language = "fr" ', 'language = "zh"', "fr"),
        ('zone = "Asia/Shanghai"', 'zone = "Asia/Nowhere"', "zone = ", "Asia/Shanghai"),
        ('"08:30-12:00"', '"8-12"', "business_hours", "08:30-12:00"),
        ('regime = "standard"', 'regime = "nonsense"', "regime = ", "standard"),
        ('"2026-11-06" = ', '"11-06" = ', "days_off", "2026-12-24"),
        ('leader = "sun"', 'leader = "moon"', 'leader = "sun"', "moon"),
        ('id = "feng"', 'id = "wang"', 'id = "feng"', "wang"),
        ('name = "财务处"', 'name = "总务处"', 'name = "财务处"', "总务处"),
        ('roles = ["office"]', 'roles = ["king"]', 'roles = ["office"]', "king"),
        ('roles = ["office"]', "roles = []", 'roles = ["office"]', "role"),
        (
            'roles = ["office"]',
            'roles = ["office"]\naccounts = { dingtalk = "outsider:x" }',
            "[[person]]",
            "nobody of this",
        ),
        ('aliases = ["教务"', 'aliases = ["德育"', "德育", "already means"),
        ('address = "舆情报送系统"', 'address = ""', 'name = "区网信办"', "where reports to it go"),
        ('name = "区网信办"', 'name = "教务处"', 'name = "区网信办"', "is our department 教务处"),
        ('aliases = ["网信办"', 'aliases = ["教育局"', 'name = "区网信办"', "means 区教育局"),
        ('keywords = ["作业"', 'keywords = [""', "作业", "is empty"),
        ('name = "王强"', 'name = " "', 'name = "王强"', "is empty"),
        ('id = "wang"', 'id = ""', 'id = "wang"', "is empty"),
        ('name = "冯处长"', 'name = "王强"', 'name = "冯处长"', "also the name of wang"),
        (
            'roles = ["office"]',
            'roles = ["office"]\naccounts = { dingtak = "x" }',
            'roles = ["office"]',
            'no channel "dingtak"',
        ),
        (
            'roles = ["office"]',
            'roles = ["office"]\naccounts = { local = "qian" }',
            'roles = ["office"]',
            "the id of another",
        ),
        ('roles = ["office"]', 'roles = ["office"]\naccounts = { wecom = "" }', 'roles = ["office"]', "is empty"),
        ('host = "127.0.0.1"', 'host = "0.0.0.0"', "host = ", "anyone_may_speak_as_anyone"),
        ("port = 8080", 'port = "x"', "port = ", "int"),
        ('weekly = "fri 16:00"', 'weekly = "someday"', "weekly = ", "fri 16:00"),
        ('weekly = "fri 16:00"', 'groups = ["nobody"]', "weekly = ", "nobody"),
    ],
)
def test_it_names_the_line_and_what_is_wrong(old: str, new: str, at: str, remedy: str) -> None:
    assert old in TEXT
    with pytest.raises(ConfigError) as refused:
        parse_installation(TEXT.replace(old, new, 1), Path("config.toml"))
    assert remedy in str(refused.value)
    assert refused.value.line is not None
    assert abs(refused.value.line - line(at)) <= 3, str(refused.value)


def test_no_toml_at_all_and_no_file() -> None:
    with pytest.raises(ConfigError):
        parse_installation("[institution", Path("config.toml"))
    with pytest.raises(ConfigError, match="--config"):
        read_installation(Path("nowhere.toml"))


def test_nobody_who_approves_and_nobody_at_the_desk() -> None:
    text = TEXT.replace('["leader"]', '["officer"]').replace('["chief"]', '["officer"]')
    with pytest.raises(ConfigError, match="approve"):
        parse_installation(text, Path("config.toml"))
    text = TEXT.replace('["office"]', '["chief"]').replace('["officer"]', '["chief"]')
    with pytest.raises(ConfigError, match="desk"):
        parse_installation(text, Path("config.toml"))


def test_a_file_in_gbk_is_read_and_one_of_another_encoding_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(TEXT.encode("gbk"))
    assert read_installation(file).institution == parse_installation(TEXT, file).institution
    file.write_bytes(TEXT.encode("utf-16"))
    with pytest.raises(ConfigError, match=r"config\.toml, line \d+: the file is not UTF-8, .*: save it as UTF-8"):
        read_installation(file)


def test_a_regime_file_of_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    standard = DEMONSTRATION.parent / "handlers" / "regimes" / "standard.toml"
    rules.write_bytes(standard.read_text(encoding="utf-8").encode("utf-16"))
    text = TEXT.replace('regime = "standard"', f'regime = "{rules}"')
    with pytest.raises(ConfigError, match=r"config\.toml, line \d+: .*rules\.toml, line 1: .*save it as UTF-8"):
        parse_installation(text, Path("config.toml"))


@pytest.mark.parametrize("key", ["database", "redis"])
def test_a_password_in_the_file_is_refused_and_not_repeated(key: str) -> None:
    scheme = "postgres" if key == "database" else "redis"
    before = next(line for line in TEXT.splitlines() if line.startswith(f"{key} = "))
    text = TEXT.replace(before, f'{key} = "{scheme}://huiyin:geheim@one/0"')
    with pytest.raises(ConfigError, match=f'write {key} = "env:HUIYIN_{key.upper()}"') as refused:
        parse_installation(text, Path("config.toml"))
    assert "geheim" not in str(refused.value)


def test_a_table_that_is_no_table_is_refused() -> None:
    with pytest.raises(ConfigError, match="Expected `object`"):
        parse_installation("institution = 1", Path("config.toml"), language="zh")
