"""Numbers as people type them: "3", "３", "三", "两", "十五", "二十", "七十二", "二〇一九"."""

import unicodedata

NUMBER = r"(?:[0-9]{1,5}|[一二两三四五六七八九十百]{1,5})"
_DIGITS = {
    "〇": 0,
    "○": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_SCALES = {"十": 10, "百": 100}


def number(text: str) -> int:
    """Return the value of a text that `NUMBER` matches, or of a year written digit by digit."""
    text = unicodedata.normalize("NFKC", text)
    if text.isdecimal():
        return int(text)
    return _chinese(text) if _SCALES.keys() & set(text) else int("".join(str(_DIGITS[char]) for char in text))


def _chinese(text: str) -> int:
    total = digit = 0
    for char in text:
        if char in _SCALES:
            total += (digit or 1) * _SCALES[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit
