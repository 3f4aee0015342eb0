"""Mask phone, identity and bank-card numbers in every text that a group sees, as the charter asks.

Digits are read in every script and width, with what people write between them. Two rules: `mask` hides every such
number; `mask_public` leaves the institution's own telephone numbers in what the institution itself writes.
"""

import re
import unicodedata
from collections.abc import Callable

from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.text_cache import text_cache

_CHINESE = dict(zip(map(ord, "〇○零一二三四五六七八九幺"), "0001234567891", strict=True))
_ADDRESS = LazyPattern(r"(https?://[\w.~:/?#@&+=%-]+)", re.IGNORECASE | re.ASCII)
"""An address ends at the first character that cannot stand in one, such as a Chinese one."""
_IN_ADDRESS = LazyPattern(r"((?:tel|phone|mobile)\w{0,6}[=:]\+?(?:86)?1[3-9]\d)\d{4}(?=\d{4})", re.IGNORECASE)
_BETWEEN = r"[\s\-_.·•~/—–‐‑−]{0,2}"
"""What may stand between two digits of any number."""
_ALWAYS_BETWEEN = _BETWEEN.replace("{0,2}", "{1,2}")
_WIDE = r"[^\w\n]{0,3}"
"""What may stand between the groups of a number that is written in its usual groups."""
_FEWEST = LazyPattern(rf"\d(?:{_WIDE}\d){{6}}")
"""A quick check: every such number has seven digits, and most texts do not."""
_COUNTRY = rf"(?:(?:\+|00)?86[)）]?{_WIDE}|\(?\+?86\)?{_WIDE})?"
_IDENTITY = LazyPattern(rf"(?<!\d)(?P<number>\d{{3}}(?:{_BETWEEN}\d){{14}}{_BETWEEN}[\dXx])(?![\dXx])")
_OLD_IDENTITY = LazyPattern(r"(?<!\d)(?P<number>\d{8}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})(?!\d)")
_CARD = LazyPattern(
    rf"(?<!\d)(?P<number>\d{{16,19}}|[3-69]\d{{3}}(?:{_BETWEEN}\d{{4}}){{3}}(?:{_BETWEEN}\d{{1,3}})?)(?!\d)"
)
_MOBILE = LazyPattern(
    rf"(?<!\d){_COUNTRY}0?(?P<number>1[3-9]\d(?:{_WIDE}\d{{4}}{_WIDE}\d{{4}}|(?:{_BETWEEN}\d){{8}})"
    rf"|1{_ALWAYS_BETWEEN}[3-9](?:{_ALWAYS_BETWEEN}\d){{9}})(?!\d)"
)
_LANDLINE = LazyPattern(
    rf"(?<!\d)[(（]?(?:0\d{{2,3}}|(?:\+|00)86{_BETWEEN}0?\d{{2,3}})[)）]?{_BETWEEN}"
    rf"(?P<number>\d{{3,4}}{_BETWEEN}\d{{4}})(?!\d)"
)
_LOCAL = LazyPattern(
    r"(?:电话|座机|手机|热线|联系|致电|拨打|tel\b|phone|call)[^\d\n]{0,6}"
    rf"(?P<number>(?!20\d\d[01]\d[0-3]\d)[2-8]\d{{2,3}}{_BETWEEN}\d{{4}})(?!\d)(?!{_BETWEEN}\d)",
    re.IGNORECASE,
)
Hide = Callable[[re.Match[str]], str | None]
"""Return what is shown in place of a number, None if the number stays."""


def mask(text: str) -> str:
    """Replace the middle of every personal number by stars; addresses of posts stay whole."""
    return _outside_addresses(text, lambda part: _masked(part, _hidden_phone))


def mask_public(text: str, post: str) -> str:
    """Mask what the institution wrote, such as a draft: only the public's numbers, by where they come from.

    A telephone number that occurs in `post`, the words of the matter's posts, is the public's; every other one is the
    institution's and stays. Identity numbers and bank cards are always hidden.
    """
    known = _all_digits(post)

    def hide(found: re.Match[str]) -> str | None:
        return _hidden_phone(found) if _digits_of(found["number"]) in known else None

    return _outside_addresses(text, lambda part: _masked(part, hide))


@text_cache(16)  # a message masks many words of one matter
def _all_digits(post: str) -> str:
    """Return the digits of a text as each of the readings has them."""
    return " ".join(_digits_of(read(post)) for read in _READINGS)


def _outside_addresses(text: str, masked: Callable[[str], str]) -> str:
    if "://" not in text:
        return masked(text)
    parts = enumerate(_ADDRESS.split(text))
    return "".join(_IN_ADDRESS.sub(r"\1****", part) if n % 2 else masked(part) for n, part in parts)


def _masked(text: str, phone: Hide) -> str:
    """Mask until nothing changes: what was two numbers side by side may be one when the first is hidden."""
    before = None
    while text != before:
        before = text
        for read in _READINGS[: 1 if _spelt(text) == _plain(text) else None]:
            text = _masked_once(text, read, phone)
    return text


def _masked_once(text: str, read: Callable[[str], str], phone: Hide) -> str:
    plain = read(text)
    if not _FEWEST.search(plain):
        return text
    for pattern, hide in (
        (_IDENTITY, _hidden_identity),
        (_OLD_IDENTITY, _hidden_identity),
        (_CARD, _hidden_card),
        (_MOBILE, phone),
        (_LANDLINE, phone),
        (_LOCAL, phone),
    ):
        if (replaced := _replaced(text, plain, pattern, hide)) != text:
            text, plain = replaced, read(replaced)
    return text


def _replaced(text: str, read: str, pattern: LazyPattern, hide: Hide) -> str:
    """Replace what `pattern` finds in the text as it is read, which has the same length."""
    shown, end = [], 0
    for found in pattern.finditer(read):
        stars = hide(found)
        if stars is not None:
            shown += [text[end : found.start("number")], stars]
            end = found.end("number")
    return "".join((*shown, text[end:]))


def _hidden_identity(found: re.Match[str]) -> str | None:
    """Hide an identity number: 18 digits in a row, or written in groups with a date of birth in its middle."""
    digits = _digits_of(found["number"])
    grouped = len(digits) != len(found["number"])
    return f"{digits[:6]}********{digits[-4:]}" if not grouped or _BORN.match(digits, 6) else None


_BORN = LazyPattern(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


def _hidden_card(found: re.Match[str]) -> str:
    digits = _digits_of(found["number"])
    return f"{digits[:4]}****{digits[-4:]}"


def _hidden_phone(found: re.Match[str]) -> str:
    digits = _digits_of(found["number"])
    return f"{digits[:3] if len(digits) > 8 else ''}****{digits[-4:]}"


_OTHERS = LazyPattern("[^0-9Xx]+")


def _digits_of(text: str) -> str:
    """Return the digits of a text (and the X of an identity number) without all else."""
    return _OTHERS.sub("", text)


class _Digits(dict[int, str]):
    """Each character as a digit of 0 to 9, if it is one: full width, bold, circled; computed at its first use."""

    def __missing__(self, code: int) -> str:
        self[code] = _digit(chr(code))
        return self[code]


def _digit(char: str) -> str:
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    wide = unicodedata.normalize("NFKC", char)
    return wide if len(wide) == 1 else char


class _SpeltDigits(_Digits):
    """The same with 一二三 as digits as well."""

    def __missing__(self, code: int) -> str:
        self[code] = _CHINESE.get(ord(_digit(chr(code))), _digit(chr(code)))
        return self[code]


_DIGITS, _SPELT_DIGITS = _Digits(), _SpeltDigits()


def _plain(text: str) -> str:
    """Return the text, of the same length, with every digit as 0 to 9."""
    return text if text.isascii() else text.translate(_DIGITS)


def _spelt(text: str) -> str:
    """Return the same with 一二三 as digits as well. Read after the other: 张三138… is a name before a number."""
    return text if text.isascii() else text.translate(_SPELT_DIGITS)


_READINGS = (_plain, _spelt)
