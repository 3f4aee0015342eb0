"""Put characters that XML forbids, or that people never intend, into every text of a record."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, structs
from msgspec.structs import replace
from tortoise import Model

from handlers.common.office import Office
from handlers.rules.people.institution import Institution
from handlers.rules.regime.regime import Regime
from handlers.rules.time.spans import Span
from handlers.texts import Texts

BAD = [chr(code) for code in range(0xA0) if not chr(code).isprintable() and chr(code) not in "\t\n"]
BAD += ["\ufffe", "\uffff", "\ud800", "\udbff", "\udc00", "\udfff"]
SOME = ["".join(BAD[n : n + 12]) for n in range(0, len(BAD), 12)]
"""The characters in groups that fit into a short title."""
FREE = {"title", "text", "answer", "result", "proof", "reason", "remark", "words", "name", "url", "to", "outside",
        "department", "holder", "helpers", "data", "aliases", "keywords", "owner", "party", "place", "holds",
        "booked"}  # fmt: skip
PARTIES = ("holder", "owner", "party", "holds", "booked")
"""Fields with texts that people wrote, and with names from the configuration."""


def dirty(text: str, some: str) -> str:
    """Return the text with bad characters before its last one."""
    return f"{text[:-1]}{some}{text[-1:]}" if text else ""


def dirtied(value: Any, some: str, name: str = "") -> Any:
    """Return a value of the rules or the storage with bad characters in every field of free text."""

    def inner(one: Any, field: str) -> Any:
        return dirtied(one, some, field)

    if isinstance(value, str):
        named = ":" in value or name not in PARTIES  # "desk" is a party without a name
        return dirty(value, some) if name in FREE and named else value
    if isinstance(value, Model):
        for field in value._meta.fields_map.keys() & FREE:
            setattr(value, field, inner(getattr(value, field), field))
        return value
    if isinstance(value, Mapping):
        kinds = {key: "text" if name == "data" and key not in ("kind", "verdict") else key for key in value}
        return {key: inner(one, kinds[key]) for key, one in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return value._replace(**{field: inner(getattr(value, field), field) for field in value._fields})
    if isinstance(value, list | tuple):
        return type(value)(inner(one, name) for one in value)
    if isinstance(value, Struct) and not isinstance(value, Regime | Institution | Span):
        changed = {field: inner(getattr(value, field), field) for field in value.__struct_fields__}
        return structs.replace(value, **changed)
    return value


def with_names(office: Office, some: str) -> Office:
    """Return the office of an institution whose names all contain bad characters."""
    of = office.institution
    people = tuple(replace(one, name=dirty(one.name, some)) for one in of.people)
    departments = tuple(replace(one, name=dirty(one.name, some)) for one in of.departments)
    made = replace(of, name=dirty(of.name, some), people=people, departments=departments)
    return Office(made, office.regime, Texts(of.language, made), forms=office.forms)


def rest(text: str) -> str:
    """Return a text for comparison, without blanks: some bad characters count as blanks where lines are wrapped."""
    return "".join(char for char in text if char not in BAD and not char.isspace())
