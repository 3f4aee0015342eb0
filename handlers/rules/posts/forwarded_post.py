"""Read a forwarded message: the post's title, its addresses, and when it was published.

`【食堂涨价了】https://weibo.com/1/Nabc 发布时间：2026-11-20 10:00` → title 食堂涨价了, the address, 02:00 UTC.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from msgspec import Struct

from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.posts.chat_record import without_speakers
from handlers.rules.posts.labels import without_labels
from handlers.rules.posts.links import find, half_width
from handlers.rules.time.time_words import day_of

LONGEST_TITLE = 40
_A_LINE = 200  # a title is searched only up to here in a line
_A_TITLE_WITHIN = 8000  # and in this much of the text
_LINE_END = "_x000D_"  # in text pasted from Excel


class Forwarded(Struct, frozen=True):
    """A title of at most 40 characters, the text as it came, its addresses, and the publication time (UTC) if known."""

    title: str | None
    text: str
    urls: tuple[str, ...]
    posted_at: datetime | None


def read(text: str, link_titles: Sequence[str], now: datetime, zone: tzinfo) -> Forwarded:
    """Read a forwarded message. `now` is aware; times in the text are on the clock of `zone`."""
    text = text.replace(_LINE_END, "\n").strip()
    plain = half_width(text)
    return Forwarded(_title(plain[:_A_TITLE_WITHIN], link_titles), text, find(text), _posted_at(plain, now, zone))


# Titles

_URL = LazyPattern(
    r"(?:https?://|www\.)[!-;=?-~]+|(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,}/[!-;=?-~]+", re.IGNORECASE
)
_AUTHOR = LazyPattern(
    r"【[^】]{1,40}的(?:作品|图文作品|视频|直播间?|主页)】|(?<![A-Za-z0-9._-])@[^\s:：@]{1,30}(?:[:：\s]+|$)"
)
_SHARING = LazyPattern(
    r"复制(?:打开|本条|此链接|这条|后打开|该信息)?[^\n。！]{0,14}?(?:抖音|小红书|快手|App|淘宝)?(?:搜索，直接观看视频|查看精彩内容|看看|直接观看)[！!，,]?"
    r"|(?:，|,)?(?:长按)?复制(?:打开抖音|本条信息|此链接|这段文字)[，,]?|(?:点击链接，?)?打开【[^】]{1,8}】\S*|直接观看[！!]|打开抖音搜索"
    r"|^\s*[0-9.]+\s+(?=复制|[A-Za-z0-9]{1,4}[:@])|\b[a-zA-Z]{1,4}:/\s|\b[A-Za-z]@[A-Za-z.]{3,5}\s|\b[01][0-9]/[0-3][0-9]\s"
    r"|^.{1,20}发布了一篇小红书笔记，快来看吧！|[😆🍉]\s*[0-9A-Za-z]{8,20}\s*[😆🍉]|该作品在快手被播放过[^\n]*",
)  # fmt: skip
_MARKED = LazyPattern(r"【([^】\n]{4,80})】|《([^》\n]{4,80})》")
_A_SENTENCE = 5
_A_TITLE = 8  # a shorter 【…】 before more words is a label: 【紧急呼吁】我省…
_LABEL = LazyPattern(r"[\s#:：,，。!！?？、|·\-—_~…\"“”'‘’()（）\[\]【】《》]*")
_SITE_TAIL = LazyPattern(
    r"\s*[-—–_|｜]+\s*(?:[^-—–_|｜]{1,20}[-—–_|｜]\s*)?"
    r"(?:知乎|哔哩哔哩|bilibili|小红书|微博|抖音|快手|百度贴吧|豆瓣|今日头条|腾讯新闻|网易(?:新闻|订阅|号)?|搜狐(?:网|新闻)?|新浪(?:新闻|网)?"
    r"|人民网|领导留言板|微信公众平台|凤凰网|澎湃新闻|YouTube|Facebook|X)(?:\s*[-—–_|｜].*)?$",
    re.IGNORECASE,
)
_OFFICE = r"(?:书记|[省市区县州镇乡局厅部院校处科站所]长|主任|主席|老师|领导|政府|委员会?|办公室|[市区县]委|[^，。]局)"
_GREETING = LazyPattern(
    rf"(?:尊敬|敬爱|亲爱)[^。！!，,：:\n]{{0,24}}[。！!，,：:\n]|[^\s，,。！!？?：:；]{{0,14}}{_OFFICE}(?:大人|同志|们)*(?:[您你]?好)?[，,：:！!]"
    r"|(?:各位|书记|市长|局长|校长|领导|老师|您|你|大家)+(?:们|同志)?(?:早上|上午|中午|下午|晚上)?好+(?:[啊呀]|$|(?=\W|我))"
    r"|转发(?:微博|消息)?[:：]?\s|(?:我要)?(?:求助|咨询|投诉|反映|举报|建议)[:：]\s*|[\s,，。:：!！、;；.~～]+"
)
_SENTENCE = LazyPattern(r"[^。！？!?\n]*(?:[。！？!?]|\n|$)")
_CLAUSE = LazyPattern(r"[，,；;：:、（(\s]")


def _title(text: str, link_titles: Sequence[str]) -> str | None:
    candidates = dict.fromkeys((*map(_cleaned, link_titles), *_from_text(text)))
    return next((shortened(title) for title in candidates if without_labels(title)), None)


def _from_text(text: str) -> Iterator[str]:
    body = _URL.sub("\n", _SHARING.sub("\n", _AUTHOR.sub("", _undated(without_speakers(text)))))
    yield from _marked(body)
    kept = _without_greeting(body)
    sentences = [_cleaned(sentence.strip("。\n")) for sentence in _SENTENCE.findall(kept)]
    yield from (sentence for sentence in sentences if len(sentence) >= _A_SENTENCE)
    yield from sentences
    yield _cleaned(body)


def _undated(text: str) -> str:
    """Return the text without times of publication, which are no title."""
    for pattern in (*_SAID, _FIRST):
        text = pattern.sub("\n", text)
    return "\n".join(line for line in text.splitlines() if not any(pattern.fullmatch(line) for pattern in _LINE))


def _marked(body: str) -> Iterator[str]:
    """Yield titles in 【】 that start a line, or in 《》 that fill it; within a sentence they are none."""
    for line in body.splitlines():
        found = _MARKED.match(line.strip())
        rest = line.strip()[found.end() :] if found else ""
        if found and (_LABEL.fullmatch(rest) or len(found[1] or "") >= _A_TITLE):
            yield _cleaned(found[1] or found[2])


def _without_greeting(body: str) -> str:
    """Return the text without its greeting: 尊敬的领导：您好！."""
    start = 0
    while found := _GREETING.match(body, start):
        start = found.end()
    return body[start:] or body


def _cleaned(title: str) -> str:
    line = " ".join(title.split())[:_A_LINE]
    return _SITE_TAIL.sub("", line).strip(" ，,；;：:、|-") or line


def shortened(line: str, length: int = LONGEST_TITLE) -> str:
    """Cut to at most `length` characters, at a clause's end if one is near, never inside a number or English word."""
    if len(line) <= length:
        return line
    clauses = [
        found.start() for found in _CLAUSE.finditer(line, length // 2, length) if not _joined(line, found.start())
    ]
    cut = clauses[-1] if clauses else length - 1
    while cut and not clauses and _joined(line, cut):
        cut -= 1
    return line[: cut or length - 1].rstrip(" ，,；;：:、") + "…"


def _joined(line: str, cut: int) -> bool:
    """Return whether a cut would split a word, or a number from its rest or its unit."""
    before, after = line[cut - 1], line[cut]
    if before.isdigit() or (before in ".,:-/" and after.isdigit()):
        return True
    return before.isascii() and after.isascii() and before.isalnum() and after.isalnum()


# Publication times

_DATE = r"(?:(?P<year>(?:20)?[0-9]{2})[-/.年])?(?P<month>[01]?[0-9])[-/.月](?P<day>[0-3]?[0-9])(?![0-9])日?"
_NEAR = r"(?P<near>今天|昨天|前天|today|yesterday)"
_CLOCK = (
    r"(?P<half>凌晨|早上|上午|中午|下午|晚上)?\s*(?P<hour>[0-2]?[0-9])[:：](?P<minute>[0-5][0-9])(?![0-9])"
    r"(?::[0-5][0-9](?:\.[0-9]+)?)?\s*(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_CLOCK_SOON = r"(?:凌晨|早上|上午|中午|下午|晚上)?[^\S\n]*[0-9]{1,2}[:：]"
_ON = rf"(?:{_DATE}|{_NEAR})"
_AT = rf"{_ON}[\sT]*{_CLOCK}"
_UNIT = r"(?P<unit>分钟|小时|天|minutes?|mins?|hours?|hrs?|days?)"
_AGO = rf"(?P<count>[0-9]{{1,3}})\s*{_UNIT}\s*(?:之?前|ago)|(?P<just>刚刚|just now)"

_BEFORE = (
    r"(?:^|(?<=[\s|·。【\[（(]))(?:(?:发布|发表|发帖|发文|发稿|留言|提问|上传)(?:的?时间|日期)\s*[:：]?|时间\s*[:：]|(?:发布|发表|编辑|更新|上传)于|(?:发布|发表)\s*[:：]"
    r"|(?:posted|published)\s*(?:at|on|:)?)\s*"
)
_AFTER = (
    r"\s*(?:发布于\s*[\u4e00-\u9fff]{2,4}|发布|发表|发帖|发文|上传|更新|来自\s*\S+|posted|published)"
    r"(?=$|[\s|·，。；;,】\]）)])"
)
_OPEN = r"(?:^|(?<=[\s|·，。；;,!！?？【\[（(]))"
_TAIL = r"(?:\s+(?:发布于|来自|IP属地[:：]?)\s*[^\s，。]{2,10}|\s+(?!我|本人|在)[\u4e00-\u9fff]{2,3}){0,8}\s*"
_FULL = LazyPattern(rf"(?P<lone>{_AT})".replace("(?:20)?", "20", 1).replace("[-/.年])?", "[-/.年])", 1))

_SAID = tuple(
    LazyPattern(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        rf"{_BEFORE}{_AT}", rf"{_BEFORE}{_ON}(?![0-9:：日])(?![^\S\n]*T?{_CLOCK_SOON})", rf"{_BEFORE}(?:{_AGO})",
        rf"{_OPEN}{_AT}{_AFTER}", rf"{_OPEN}(?:{_AGO}){_AFTER}",
    )
)  # fmt: skip
_LINE = tuple(LazyPattern(rf"\s*(?:{pattern}){_TAIL}", re.IGNORECASE) for pattern in (_AT, _AGO))
_FIRST = LazyPattern(rf"{_FULL.pattern}(?=\s+(?!我|本人|在|左右|许))", re.IGNORECASE)
_LAST = LazyPattern(rf"{_OPEN}{_FULL.pattern}\s*$", re.IGNORECASE)
_HEAD = 3
_EDGE = 200


def _posted_at(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    moments = (_moment(match, now, zone) for match in _stamps(text))
    return next((moment for moment in moments if moment is not None), None)


def _stamps(text: str) -> Iterator[re.Match[str]]:
    """Yield times of publication: with words of publication, then those that stand alone; not times in the story."""
    for pattern in _SAID:
        yield from (match for match in pattern.finditer(text) if _at_the_edge(match, text))
    lines = [line for line in text.splitlines() if line.strip()]
    for line in dict.fromkeys((*lines[:_HEAD], *lines[-1:])):
        yield from filter(None, (pattern.fullmatch(line) for pattern in _LINE))
    yield from filter(None, (_FIRST.match(text), _LAST.search(text)))


def _at_the_edge(match: re.Match[str], text: str) -> bool:
    """Return whether the time is at the beginning or the end of a post; elsewhere it dates an event in the story."""
    return match.start() <= _EDGE or len(text) - match.end() <= _EDGE


def _moment(match: re.Match[str], now: datetime, zone: tzinfo) -> datetime | None:
    """Return the moment in UTC; None if there is no such time, or it is in the future."""
    parts = match.groupdict()
    try:
        moment = _ago(parts, now) or _stamped(parts, now.astimezone(zone))
    except (ValueError, OverflowError):
        return None
    return moment.astimezone(UTC) if moment and moment <= now else None


def _ago(parts: dict[str, str | None], now: datetime) -> datetime | None:
    if parts.get("just"):
        return now
    unit = (parts.get("unit") or "").lower()
    if not unit:
        return None
    length = {"分": "minutes", "m": "minutes", "小": "hours", "h": "hours"}.get(unit[0], "days")
    return now - timedelta(**{length: int(parts["count"] or 0)})


def _stamped(parts: dict[str, str | None], local: datetime) -> datetime | None:
    clock = time(_hour(parts), int(parts.get("minute") or 0), tzinfo=local.tzinfo)
    near = (parts.get("near") or "").lower()
    if near:
        back = {"今天": 0, "today": 0, "前天": 2}.get(near, 1)
        return datetime.combine(local.date() - timedelta(days=back), clock)
    month, day, year = int(parts["month"] or 0), int(parts["day"] or 0), parts.get("year")
    if year:
        moment = datetime.combine(date(int(year) % 100 + 2000, month, day), clock)
        return _shifted(moment, parts.get("offset"))
    return _latest(local, month, day, clock)


def _latest(local: datetime, month: int, day: int, clock: time) -> datetime | None:
    """Return the latest such day that is not in the future; 29 February may be years back."""
    days = (day_of(year, month, day) for year in range(local.year, local.year - 9, -1))
    moments = (datetime.combine(day, clock) for day in days if day)
    return next((moment for moment in moments if moment <= local), None)


def _hour(parts: dict[str, str | None]) -> int:
    hour, half = int(parts.get("hour") or 0), parts.get("half")
    return hour + 12 if half in ("下午", "晚上") and hour < 12 else hour


def _shifted(moment: datetime, offset: str | None) -> datetime:
    return moment if not offset else datetime.fromisoformat(f"{moment:%Y-%m-%dT%H:%M}{offset.replace('Z', '+00:00')}")
