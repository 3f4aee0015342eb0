"""Read the incident numbers that people type: `12`, `#12`, `12号`, `第12号`, `十二号` and `１２` are the same number.

A number with a unit behind it (2天, 12号楼, 2026年) is none, but for a weekday (12 周五); nor is the first number of a
list (1、… 2、…).
"""

import re

from handlers.rules.language.folding import normalize
from handlers.rules.language.numerals import number as numeral
from handlers.rules.language.unit_words import BEGUN_WORD
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.text_cache import text_cache

# Possessive (*+, ++): thousands of blanks in a row are read only once.
_UNIT = (
    rf"(?!半)(?!\s*(?!{BEGUN_WORD})(?:个|天|日|周(?:(?<=\d周)|(?![一二三四五六日天]))|月|年|点|时|小时|分钟|分(?![\u4e00-\u9fff])|[dhm]\b|wd\b|days?\b|hours?\b|minutes?\b"
    r"|working\b))"
)
_PLACE = r"(?!\s*(?:楼|院|线|门|厅|馆|车|店|窗口|教学楼|宿舍))"
_SIGN = r"(?:第\s*+)?(?:#|[Nn]o\.?\s*+)?\s*+"
_SPELT = rf"(?:第\s*+)?([一二两三四五六七八九十百]{{1,5}})\s*号{_PLACE}"
_END = rf"(?:\s*号{_PLACE}|(?!\s*号){_UNIT}(?=$|[\s,，、;；:：。.!！?？~—-]|[\u4e00-\u9fff]))"
_NUMBER = LazyPattern(rf"[\s:：,，]*+(?:{_SIGN}(\d{{1,7}}){_END}|{_SPELT})", re.IGNORECASE)
_ANOTHER = LazyPattern(
    rf"(?:[\s,，、和与及跟&]++|\s++and\s++)(?:{_SIGN}(\d{{1,7}})(?:\s*号{_PLACE})?{_UNIT}(?=$|[\s,，、;；:：。.!！]|[和与及跟]\s*#?\d)|{_SPELT})",
    re.IGNORECASE,
)
_LIST = LazyPattern(r"[\s:,，。]*+[(（【\[]?1\s?([、.)）:：\]】])(?!\s*\d)(?=.*?(?<!\d)2\s?\1(?!\s*\d))", re.DOTALL)
_CIRCLED_LIST = LazyPattern(r"[\s:：,，。]*+[①➀](?!\s*[②➁])(?=.*?[②➁])", re.DOTALL)
_WORD = LazyPattern(r"\s*([一二两三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=$|[\s,，。.!！~])")


def begins_list(normalized: str) -> bool:
    """Return whether a normalized text begins with a numbered list, whose numbers name no incidents."""
    return _LIST.match(normalized) is not None


def number_follows(normalized: str) -> bool:
    """Return whether a normalized text begins with an incident number."""
    return _NUMBER.match(normalized) is not None or begins_list(normalized)


@text_cache(64)  # every handler reads the same words
def take_numbers(text: str, *, many: bool = False) -> tuple[tuple[int, ...], str]:
    """Split into the incident number at the start of `text` (with `many` all that follow it) and the rest."""
    normalized = normalize(text)
    in_list = begins_list(normalized) or _CIRCLED_LIST.match(text)
    found = None if in_list else _NUMBER.match(normalized)
    numbers: list[int] = []
    end = 0
    while found:
        numbers.append(int(found[1]) if found[1] else numeral(found[2]))
        end = found.end()
        found = _ANOTHER.match(normalized, end) if many else None
    return tuple(dict.fromkeys(numbers)), text[end:]


def take_spelt(text: str) -> tuple[tuple[int, ...], str]:
    """Split off a number in words that a sentence ends with: 签收十二. In longer texts such a word means anything."""
    found = _WORD.match(normalize(text))
    return ((numeral(found[1]),), text[found.end() :]) if found else ((), text)
