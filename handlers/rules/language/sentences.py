"""Whole sentences of a text, and whether two of them are in the same words."""

from handlers.rules.language.folding import visible
from handlers.rules.lazy_pattern import LazyPattern

_MARK = LazyPattern(
    r"""(?P<end>[。！!｡？?]+)|(?P<stop>(?<=[a-z]{4})(?<!ssoc)(?<!prox)(?<!ssrs)\.\s+(?=[A-Z]))"""
    r"""|(?P<quote>[“”‘’「」『』《》（）()＂"])"""
)
"""What may end a sentence. A full stop of English ends one behind a word that is no abbreviation, before a capital."""
_CLOSED_BY = {"“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "（": "）", "(": ")", '"': '"', "＂": "＂"}
_ASKS = frozenset("？?")
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFF61: 0x3002, 0xFF64: 0x3001}
_BLANKS = LazyPattern(r"\s+")
_NEEDLESS = LazyPattern(r"(?<![!-~]) | (?![!-~])")
_ENDINGS = "。.! "


def sentences(text: str) -> list[str]:
    """Return the sentences of a text without the mark that ends each.

    A question, a semicolon, a new line and what stands in quotes or brackets end none: the words behind may deny them.
    """
    shown = visible(text)
    found, begins, open_quotes = [], 0, list[str]()
    for mark in _MARK.finditer(shown):
        if mark["quote"]:
            _quoted(open_quotes, mark["quote"])
        elif not open_quotes and not _ASKS & {*mark[0]}:
            found.append(shown[begins : mark.start()])
            begins = mark.end()
    return [one.strip() for one in (*found, shown[begins:]) if same_words(one)]


def same_words(sentence: str) -> str:
    """Return what two sentences share that differ in their width, their blanks or the ending mark alone.

    A blank between two letters or digits stays one: without it they are another word, or another number.
    """
    half = _BLANKS.sub(" ", visible(sentence).translate(_WIDTH))
    return _NEEDLESS.sub("", half).rstrip(_ENDINGS).strip()


def _quoted(open_quotes: list[str], mark: str) -> None:
    """Open or close a quotation or bracket. A closing mark of another kind, such as an apostrophe, closes none."""
    if open_quotes and open_quotes[-1] == mark:
        open_quotes.pop()
    elif mark in _CLOSED_BY:
        open_quotes.append(_CLOSED_BY[mark])
