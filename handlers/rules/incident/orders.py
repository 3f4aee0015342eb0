"""Read what a superior hands down (交办): the issuing body, the document number, the limit, and what is wanted.

`教育局 教办函〔2026〕31号 11-30前 家长反映…`; the body is one of the configuration's.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from handlers.rules.language.folding import normalize
from handlers.rules.language.unit_words import NO_WORD
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Body, Institution
from handlers.rules.time.periods import Period, PeriodError
from handlers.rules.time.periods import parse as read_period
from handlers.rules.time.promises import Promise, limit_named

OrderLimit = Period | Promise

LIMIT_WITHIN = 40
"""The limit stands in this many characters behind the body and the document's number."""
_DOCUMENT = LazyPattern(
    r"[\u4e00-\u9fffA-Za-z]{0,20}\s?[〔\[（(【]\s?(?:19|20)\d\d\s?[〕\]）)】]\s?(?:第\s?)?\d{1,6}\s?号"
    r"|第\s?\d{1,8}\s?号(?![楼线门院室路店车栋厅馆机库窗])"
    r"|(?:工单|文号|编号|[Nn]o\.|[Rr]ef\.?)\s?[:：]?\s?(?=[A-Za-z/_-]*\d)[A-Za-z0-9][A-Za-z0-9/_-]{3,30}"
)
_BARE = LazyPattern(r"第\s?\d{1,8}\s?号(?![楼线门院室路店车栋厅馆机库窗])")
_NAMED = LazyPattern(r"[\u4e00-\u9fff]{0,19}[函字发文件令报告知复示批单执书]\s?$")
"""What stands before a bare number if it is that of a document: 二小函第3号."""
_RECEIPT = LazyPattern(
    r"(?:(?:回执|收据|回单|\breceipt\b)(?:编号|单号|号码?|\s?(?:[Nn]o\.|number))?"
    r"|(?:受理|流水|查询|登记)(?:编号|单号|流水号|号码?|\s?[:：]))\s?[:：]?\s?"
    r"(?!\d{1,2}[-/]\d{1,2}(?![\w-]))(?P<what>(?=[A-Za-z/_-]*\d)[A-Za-z0-9][A-Za-z0-9/_-]{1,39}+)"
    r"(?!\s?(?:号?[楼线门院室路店车]|[件天日月人起个次]|小时))"
)
_UNFINISHED = LazyPattern(
    r"正在|[还尚仍]没|[还尚仍]未|[没未](?:有|能)?(?:整改|处理|完成|办[理完结]|解决|落实|看(?![到见出]))|仍在|进行中"
    r"|(?<![接招等对款善虐期看])待(?:查|办|处|整|核|定|报|回|批|研|修|更|进一步|后|解)|等待(?![区室厅])"
    r"|马上|(?<!已)尽快|抓紧"
    r"|\b(?:pending|in progress|not yet|under way|still (?:being|to)|will be)\b|\b(?:is|are) (?:being )?investigat\w+",
    re.IGNORECASE,
)
_PERIOD = LazyPattern(
    r"(?:请|限|要求|务必|须|在|于|[Ww]ithin)?\s?(?P<length>(?:\d{1,4}|[一二两三四五六七八九十]{1,3})\s?"
    rf"(?:个?工作日|个?小时|天|[日周]{NO_WORD}|working days?\b|wd\b|days?\b|hours?\b|d\b|h\b))"
    r"(?:以?之?内|前)?[\s,，。:：]*+"
)
_BEFORE_A_DAY = LazyPattern(r"[\s,，:：]*+(?:请|限|要求|务必|须)?[于在]?\s?")
_PUT_OFF = LazyPattern(
    r"[\s,，:：]*+(?:同意)?(?:延期|延长|延|宽限|顺延|改)(?:至|到|为)|[\s,:]*+(?:put off|extended) (?:to|until)"
)
_BETWEEN = " \n:：,，。"
_SPARE = LazyPattern(r"[\s第〔\[（(【〕\]）)】|]+")
_NUMERIC_DAY = LazyPattern(
    r"(?<![\d-])(?:(?P<year>20\d\d)-)?(?P<month>1[0-2]|0?[1-9])-(?P<day>[12]\d|3[01]|0?[1-9])(?![\d-])"
    r"(?:\s?(?P<clock>[01]?\d:[0-5]\d|2[0-3]:[0-5]\d))?(?P<until>\s?[之以]?前|止)?"
)


class SuperiorOrder(NamedTuple):
    """What is handed down. `limit` is None where none is named; `put_off` if an earlier limit is put off to it.

    `said` is the limit in its own words, `text` what is wanted, without all of this, and `words` is everything.
    """

    body: Body
    document: str | None
    limit: OrderLimit | None
    said: str
    text: str
    words: str = ""
    put_off: bool = False

    @property
    def fingerprint(self) -> str | None:
        """What makes two documents the same one; None without a number."""
        return fingerprint(self.body.name, self.document) if self.document else None


def fingerprint(body: str, document: str) -> str:
    """Return what two spellings of one document's number have in common."""
    bare = _SPARE.sub("|", normalize(document).casefold().replace("号", "")).strip("|")
    return f"{body}|{bare}"[:160]


def body_before(words: str, bodies: Iterable[Body]) -> tuple[Body, str] | None:
    """Return the body with whose name the words begin, and the rest; None if no known one is named."""
    plain = normalize(words).casefold()
    named = [(name, body) for body in bodies for name in (body.name, *body.aliases)]
    for name, body in sorted(named, key=lambda one: -len(one[0])):
        if plain.startswith(normalize(name).casefold()):
            return body, words[len(name) :].lstrip(_BETWEEN)
    return None


def document_in(words: str) -> str | None:
    """Return the first document number in the words, None without one."""
    found = _DOCUMENT.search(words)
    return " ".join(found[0].split())[:80] if found else None


def proof_in(words: str) -> str | None:
    """Return what in the words proves a report: the number of a document or of a receipt; None without one."""
    receipt = _RECEIPT.search(words)
    return _full_document(words) or (receipt["what"] if receipt else None)


def _full_document(words: str) -> str | None:
    """Return the first document number that says more than 第1号: a year, or the name of a document before it."""
    for found in _DOCUMENT.finditer(words):
        bare = _BARE.fullmatch(found[0])
        name = _NAMED.search(words[max(0, found.start() - 21) : found.start()]) if bare else None
        if name or not bare:
            return " ".join(f"{name[0] if name else ''}{found[0]}".split())[:80]
    return None


def is_unfinished(words: str) -> bool:
    """Return whether a report says itself that something is still to be done: 正在调查, 还没有看."""
    return _UNFINISHED.search(normalize(words)) is not None


def without_proof(words: str) -> str:
    """Return the words of a report without the numbers that prove it."""
    return _RECEIPT.sub(" ", _DOCUMENT.sub(" ", words))


def read_order(words: str, institution: Institution, now: datetime) -> SuperiorOrder | None:
    """Return what the words hand down at `now` (aware); None if they begin with no known body."""
    found = body_before(words, institution.bodies)
    if found is None:
        return None
    body, rest = found
    document = _DOCUMENT.match(rest)
    behind = rest[document.end() :].lstrip(_BETWEEN) if document else rest
    number = " ".join(document[0].split())[:80] if document else None
    put_off = _PUT_OFF.match(behind) is not None
    limit, said, text = _limit(behind, institution, now)
    return SuperiorOrder(body, number, limit, said, text, words, put_off)


def _limit(words: str, institution: Institution, now: datetime) -> tuple[OrderLimit | None, str, str]:
    """Return the limit near the beginning of the words, as it is said, and the words without it."""
    found = _PERIOD.match(words)
    if found:
        try:
            return read_period(found["length"]), found["length"], words[found.end() :]
        except PeriodError:
            return None, "", words
    named = _named(words[: 2 * LIMIT_WITHIN], institution, now)
    if named is None or named.span[0] > LIMIT_WITHIN:
        return None, "", words
    before = _PUT_OFF.sub("", _BEFORE_A_DAY.sub("", words[: named.span[0]]))
    return named, named.text, words if before.strip(_BETWEEN) else words[named.span[1] :].lstrip(_BETWEEN)


def _named(head: str, institution: Institution, now: datetime) -> Promise | None:
    """Return the day that the words name as a limit: 11月30日前, 11-30前, by Friday; behind 延至 a day alone is one."""
    until = _PUT_OFF.match(head)
    if until:
        return _day(head, until.end(), f"至{head[until.end() :].lstrip()}", institution, now)
    numeric = _NUMERIC_DAY.search(head)
    if numeric and (numeric["until"] or not head[: numeric.start()].strip(_BETWEEN)):
        return _day(head, numeric.start(), "", institution, now)
    return limit_named(head, now, institution.calendar)


def _day(head: str, start: int, until: str, institution: Institution, now: datetime) -> Promise | None:
    """Return the day that stands at `start`, perhaps in numbers; `until` are the words with what makes it a limit."""
    found = _NUMERIC_DAY.search(head, start)
    if found is None:
        words = until or head[start:]
        named = limit_named(words, now, institution.calendar) or limit_named(
            f"by {words[1:]}", now, institution.calendar
        )
        return replace(named, span=(start, len(head))) if named else None
    year = f"{found['year']}年" if found["year"] else ""
    spelt = f"{year}{found['month']}月{found['day']}日{found['clock'] or ''}前"
    named = limit_named(spelt, now, institution.calendar)
    return replace(named, text=" ".join(found[0].split()), span=found.span()) if named else None
