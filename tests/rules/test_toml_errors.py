"""An invalid TOML file is refused with the line and the remedy for every kind of error."""

import codecs

import pytest
from msgspec import Struct

from handlers.rules.regime.regime import RegimeError
from handlers.rules.regime.regime_file import load
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
        (TEXT.encode("gbk"), 1, "GBK"),
        (b"# one line\n\n" + TEXT.encode("gbk"), 3, "GBK"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), 1, "UTF-16"),
        (b"a = 1\nb = '\xff\x81\xff'\n", 2, "some other encoding"),
    ],
)
def test_what_is_not_utf_8_is_to_be_saved_so(body: bytes, line: int, encoding: str) -> None:
    with pytest.raises(TomlError, match="save it as UTF-8") as refused:
        decode(body)
    assert refused.value.line == line
    assert encoding in str(refused.value)


def test_a_byte_order_mark_is_no_fault() -> None:
    assert decode(codecs.BOM_UTF8 + TEXT.encode()) == TEXT


def test_a_complaint_names_its_line() -> None:
    refused = refusal(Complaint(".person[1].roles", "nobody"), TEXT)
    assert refused.at("config.toml") == "config.toml, line 8: nobody"
    assert line_of(TEXT, ".person[1]") == 6


def test_a_regime_of_another_encoding_is_refused_with_its_line() -> None:
    body = STANDARD.read_text(encoding="utf-8").encode("gbk")
    with pytest.raises(RegimeError, match=r"rules\.toml, line 3: the file is not UTF-8, .*: save it as UTF-8"):
        load(body, "rules.toml")
