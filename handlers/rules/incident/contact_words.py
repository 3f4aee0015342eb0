"""How and when somebody of the public was spoken with: 电话, 私信 … and a day or a time, in the words of a record."""

import re
from datetime import datetime

from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.time.calendar import Calendar
from handlers.rules.time.past_words import PastMoment, past_moment

MEANS = {
    "phone": ("电话", "致电", "去电", "来电", "通话", "phone", "phoned", "called", "call", "telephone"),
    "message": (
        "私信", "微信", "短信", "站内信", "留言", "评论区", "跟帖", "QQ", "钉钉",
        "message", "messaged", "text", "texted", "wechat", "comment",
    ),
    "person": (
        "当面", "面谈", "上门", "走访", "登门", "来访", "现场", "座谈", "见面", "in person", "visit", "visited", "met",
    ),
    "letter": ("邮件", "书面", "信函", "回信", "e-mail", "email", "e-mailed", "letter", "in writing"),
}  # fmt: skip
"""The words for each means."""
_NOT_DONE = LazyPattern(
    r"(?:还没|尚未|未曾|没有|没)(?:来得及|顾上)?(?:打|联系|问|回访|去)(?!通|上|到)|(?<!约[定好])(?<!答应)(?<!同意)(?<!说)(?:明天|明日|稍后|回头|下午再|下周|改天|待会)[^，。]{0,4}(?:打|联系|问|回访|去)"
    r"|(?:应该|估计|可能|大概|想必|应当)[^，。]{0,2}满意|听[^，。]{0,6}说|据(?:部门|承办)"
    r"|\b(?:not|n't|never) (?:called|asked|phoned|spoken)|\bwill (?:call|ask|phone)|\bprobably|\bpresumably",
    re.IGNORECASE,
)
"""Words that tell that nobody was asked, or that somebody guesses: 还没打电话, 明天再打, 应该满意, 听部门说满意."""
_NOBODY_REACHED = LazyPattern(
    r"(?:[没未]|没有)(?:有|能|人|再)?(?:接(?!到|受|收)|应(?!该)|响应|通(?!知|过|告|报)|[回答](?:复|应|电|信|话|音)?(?=$|[\s,，。;；!！了过我])"
    r"|见(?:到|着)?(?:本?人|面|他|她)|[找碰遇]到?(?:本?人|他|她)|联系(?:上|到))"
    r"|(?<!不)拒[接听]|占线|忙音|挂(?:断|掉|了)|无(?:人|法)?(?:应答|接听|回[应复音信]|接通)|不[回接](?=$|[\s,，。;；!！信电我话])|拉黑"
    r"|(?:家[里中]|单位|现场)?(?:没人|无人|没有人)(?:在家?|开门|应门)?(?=$|[\s,，。;；])|不在(?:家|单位)?(?=$|[\s,，。;；])|没空|在忙"
    r"|\b(?:busy|engaged|hung up|voice ?mail|no reply|nobody (?:in|home|there)"
    r"|(?:did|has|have|was|were)(?: not|n't) (?:answer\w*|repl\w+|respond\w*|reached|met))\b",
    re.IGNORECASE,
)
"""A try in vain: 拒接, 占线, 对方未回, 没见到人."""
_REACHED = LazyPattern(
    r"(?<![没未不])(?<!没有)(?:打通|接通|接了|通了|通上|回了|回复了|回电|回拨|联系上|见到|找到)|说|表示"
    r"|\b(?:then|later|got through|said)\b",
    re.IGNORECASE,
)
"""What tells that they were spoken with after all, or that the words are theirs: 第二次打通了, 说没人再来收费."""
_ASSUMED = LazyPattern(
    r"默认|视[为同作]|推定|算作?满意|当作?满意|按[^，。]{0,3}满意|系统自动|\b(?:by default|assumed|taken as|deemed)\b",
    re.IGNORECASE,
)
"""An answer that nobody gave: 默认满意, 视为满意."""
_BETWEEN = " ,，。;；:：、.()（）"
_NEAR = 30
"""Within how many characters of the means its time stands."""
_MEANS = {
    means: LazyPattern(
        "|".join(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in words), re.IGNORECASE
    )
    for means, words in MEANS.items()
}


def means_in(text: str) -> str | None:
    """Return the means that the words name first ("phone", "message", "person", "letter"); None if they name none."""
    found = _first(text)
    return found[1] if found else None


def _first(text: str) -> tuple[int, str, int] | None:
    """Return where the first means is named, which it is, and where its words end."""
    plain = normalize(text)
    found = [(match.start(), means, match.end()) for means, words in _MEANS.items() if (match := words.search(plain))]
    return min(found) if found else None


def tells_of_nothing(text: str) -> bool:
    """Return whether the words tell that nobody was spoken with, or only guess."""
    return _NOT_DONE.search(normalize(text)) is not None


def tells_of_no_answer(text: str) -> bool:
    """Return whether the words beside an answer tell that nobody gave it: 电话拒接, 微信 对方未回, 默认满意."""
    plain = normalize(text)
    if _NOT_DONE.search(plain) or _ASSUMED.search(plain):
        return True
    vain = _NOBODY_REACHED.search(plain)
    return vain is not None and not _REACHED.search(plain)


def spoken_at(text: str, said_at: datetime, calendar: Calendar, since: datetime) -> datetime | None:
    """Return when it was, between `since` and `said_at` (aware): as the words beside the means say, else when said.

    None if they name a time that is not between them. A time in what was said (昨天又坏了) is not meant.
    """
    named = _beside_the_means(text, said_at, calendar)
    if named is None:
        return said_at
    if named.since > said_at or named.until <= since:
        return None
    return max(named.since, since)


def _beside_the_means(text: str, said_at: datetime, calendar: Calendar) -> PastMoment | None:
    """Return the moment that stands right behind the means, or right before it: 电话 昨天下午, 昨天下午电话."""
    means = _first(text)
    if means is None:
        return None
    behind = text[means[2] :].lstrip(_BETWEEN)[:_NEAR]
    before = text[: means[0]].rstrip(_BETWEEN)[-_NEAR:]
    after = past_moment(behind, said_at, calendar)
    if after is not None and after.begins == 0:
        ends = after.ends == len(behind) or behind[after.ends] in _BETWEEN
        return after if ends else None
    ahead = past_moment(before, said_at, calendar)
    return ahead if ahead is not None and ahead.ends == len(before) and ahead.begins == 0 else None
