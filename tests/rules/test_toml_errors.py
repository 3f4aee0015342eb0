"""An invalid TOML file is refused with the line and the remedy for every kind of error."""

import codecs

import pytest
from msgspec import Struct

from handlers.rules.regime.regime_file import load
from handlers.rules.regime.regime_parts import RegimeError
from handlers.rules.toml_errors import Complaint, TomlError, convert, decode, line_of, parse, refusal
from tests.support.cases import STANDARD

TEXT = """\
name = "育才中学"   # the school

[[person]]
id = "wang"

[[person]]
id = "li"
roles = ["office"]
"""


class Person(Struct, forbid_unknown_fields=True):
    id: str
    roles: list[str] = []


class File(Struct, forbid_unknown_fields=True):
    name: str
    person: list[Person]


def fault(text: str) -> TomlError:
    with pytest.raises(TomlError) as refused:
        convert(parse(text), File, text)
    return refused.value


def test_a_right_one_is_read() -> None:
    assert convert(parse(TEXT), File, TEXT).person[1].roles == ["office"]


@pytest.mark.parametrize(
    ("old", "new", "line", "remedy"),
    [
        ('id = "li"', 'id = "li', 7, "not valid TOML"),
        ('id = "li"', "id li", 7, "not valid TOML"),
        ("[[person]]\nid = ", "[person\nid = ", 3, "not valid TOML"),
        ('roles = ["office"]', 'roles = """', 8, "not valid TOML"),
        ('id = "li"', 'idd = "li"', 7, "check the spelling, or take the key out"),
        ('id = "li"\n', "", 6, "add it"),
        ('roles = ["office"]', "roles = 3", 8, "Expected `array`"),
    ],
)
def test_it_names_the_line_and_the_remedy(old: str, new: str, line: int, remedy: str) -> None:
    assert old in TEXT
    refused = fault(TEXT.replace(old, new, 1))
    assert (refused.line, remedy in str(refused)) == (line, True), refused.at("file")


@pytest.mark.parametrize(
    ("body", "line", "encoding"),
    [
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), 1, "UTF-16"),
        (b"a = 1\nb = '\xff\x81\xff'\n", 2, "neither UTF-8 nor GBK"),
    ],
)
def test_another_encoding_is_to_be_saved_as_utf_8(body: bytes, line: int, encoding: str) -> None:
    with pytest.raises(TomlError, match="save it as UTF-8") as refused:
        decode(body)
    assert refused.value.line == line
    assert encoding in str(refused.value)


@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_gbk_is_read(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT
    assert decode(b"# one line\n\n" + TEXT.encode(encoding)) == "# one line\n\n" + TEXT


@pytest.mark.parametrize(
    ("old", "new", "line", "remedy"),
    [
        ('id = "li"', "id = “li”", 7, 'write " instead of “, " instead of ”'),
        ('id = "li"', 'id ＝ "li"', 7, "write = instead of ＝"),
        ('roles = ["office"]', 'roles = ["office"，"head"]', 8, "write , instead of ，"),
        ('roles = ["office"]', 'roles = 【"office"】', 8, "write [ instead of 【, ] instead of 】"),
        ('id = "li"', "id = ‘li’ # “quoted”", 7, "write ' instead of ‘, ' instead of ’"),
    ],
)
def test_typographic_characters_are_named(old: str, new: str, line: int, remedy: str) -> None:
    refused = fault(TEXT.replace(old, new, 1))
    assert (refused.line, remedy in str(refused)) == (line, True), refused.at("file")


def test_typographic_characters_in_texts_and_comments_are_no_fault() -> None:
    assert parse("name = '“引号”，【括号】' # ，“”")["name"] == "“引号”，【括号】"


def test_a_byte_order_mark_is_no_fault() -> None:
    assert decode(codecs.BOM_UTF8 + TEXT.encode()) == TEXT


def test_a_complaint_names_its_line() -> None:
    refused = refusal(Complaint(".person[1].roles", "nobody"), TEXT)
    assert refused.at("config.toml") == "config.toml, line 8: nobody"
    assert line_of(TEXT, ".person[1]") == 6


def test_a_regime_is_read_in_gbk_and_refused_in_another_encoding() -> None:
    text = STANDARD.read_text(encoding="utf-8")
    assert load(text.encode("gbk"), "rules.toml") == load(text.encode(), "rules.toml")
    with pytest.raises(RegimeError, match=r"rules\.toml, line 1: the file is not UTF-8, but UTF-16: save it as UTF-8"):
        load(codecs.BOM_UTF16_LE + text.encode("utf-16-le"), "rules.toml")
