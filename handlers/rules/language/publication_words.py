"""Read the words with which people say that an answer is public, or not yet: 已发布 12, 12 已经发出去了, 还没审核通过.

The words come without their addresses. What negates, defers or asks is no publication.
"""

import re
from typing import Literal, NamedTuple

from handlers.rules.language.commands import ITS_END, Spoken, asks, courteous, spoken, thanked
from handlers.rules.language.folding import normalize
from handlers.rules.language.incident_numbers import take_numbers
from handlers.rules.language.publication_doubts import NOT_YET, is_doubtful
from handlers.rules.lazy_pattern import LazyPattern

Publicity = Literal["public", "not yet"]

VERBS = ("已发布", "已公开回复", "发布", "published", "publish")
"""Verbs of the command, behind which anything may stand."""
NATURAL = (
    "已回复", "已答复", "已公开", "已公开答复", "已公开发布", "已发出", "已发", "已发帖", "已挂网", "已上网", "已公布",
    "已经发布", "已经回复", "已经公开", "已经公开回复", "已经发出", "发布了", "回复了", "公开回复", "公开链接",
    "回复链接", "回复网址", "回复地址", "回复截图", "答复链接", "答复网址", "答复地址", "答复截图", "发布链接",
    "发布网址", "发布地址", "发布截图", "reply link", "answer link", "reply is at", "replied at", "replied",
    "answered at", "answered", "posted at", "posted", "live at", "it is live", "our reply", "our answer",
    "here is our reply", "here is our answer", "here is the reply", "here is the answer",
)  # fmt: skip
"""Words that say the same beside a proof, with little else."""
_WHO = (
    r"(?:我们?|这边|本处|已经?|都|刚刚?|现在|今天|回复|答复|公告|稿子?|内容|平台|网站|公开|正式|目前|还|仍|的|"
    r"在.{0,4}[上下里处]|在[^\s,，。不没未]{1,8}?(?=回答|回复|答复|跟帖|回帖|公开|发布|发[了出]|贴出)|在|提交|上传|[,，:：\s]++){0,9}"
)
"""Who published it, and where, in a few words: they can be read in many ways, which are tried one after the other."""
_SAID = LazyPattern(
    rf"{_WHO}(?:发布|发(?:出去?|上去|上网|帖|完|好)|发(?=了)|回复|答复|公布|公开|回答|跟帖|回帖|挂网|挂|上网|上线|贴出去?|贴上|"
    r"published|posted|answered|replied|live|online)(?:出去|出来|上去|好|完|成功|过|完毕)*了?"
    r"|(?:(?:i|we)(?: have|['’]ve)? )?(?:just )?(?:posted|published|put up|put) (?:the|our|an?|my) "
    r"(?:answer|reply|response)(?: up)?(?: to| for)?"
    r"|(?:it(?:['’]?s| is| was| has been)?|the (?:reply|answer)(?: is| was| has been)?|is|was|now|we(?: have)?|has been"
    r"|[\s,])*(?:published|posted|answered|replied|live|online|up)(?: now)?",
    re.IGNORECASE,
)
_REST = LazyPattern(
    r"(?:[\s,，。.!！~、;；:：()（）]|了|在|见|是|为|如下|如图|附[图后上]?|图片?\s*[0-9]{1,2}(?![0-9])|请(?:查收|看|核对|知悉|审阅|领导[看查]?收?)|麻烦|谢谢|您|领导|"
    r"网址|链接|地址|截图|回复|答复|全文|here|see|at|below|attached|please|thanks|now|it is|link|screenshot)*",
    re.IGNORECASE,
)
_IN_THREAD = LazyPattern(
    r"跟帖|回帖|楼中楼|(?<![0-9一二三四五六七八九十])[0-9一二三四五六七八九十]+\s*楼|楼层|评论区?|留言区|回复区|帖子?(?:里|下|内|后)|原帖|同一?页|"
    r"in (?:the |that )?(?:thread|comments?)|as a comment|comment below|same page|(?:on|under) the post|floor [0-9]+",
    re.IGNORECASE,
)
_AGAIN = LazyPattern(r"仍是|还是(?:这|那|同|原)|同一|也是(?:这|用|那)|一并|共用|\b(?:same|again|both)\b", re.IGNORECASE)
_NUMBER = LazyPattern(r"(?<![0-9.])#?([0-9]{1,7})(?![0-9.楼个条天日周月年点时小分半%])\s*号?")
_ASKING = LazyPattern(r"(?:了?吗|没有?|[?？]){1,4}[\s?？。.!！]{0,20}$")
_ONLY_NOT_YET = LazyPattern(
    rf"{_WHO}(?:{NOT_YET.pattern})(?:通过|成功|完成|出来|[核批中过员去]|管理员|版主|下来|公布|发布|的|了|呢|再|会|给您|报来|"
    r"链接|网址|审核|审批|审|[\s,，。.!！~、]|published|live|public|approved|reviewed|review|online|be|by|us|it|is|the|"
    r"reply|answer|publish|posted|post|moderation|yet|still)*+",
    re.IGNORECASE,
)
_THING = LazyPattern(
    r"\s*(?:食堂|公寓|楼|线|门|厅|馆|桌|床|机|教|宿舍|窗|柜|站|路|街|院|车|井|场|泵|灯|考|通道|店|铺|地|仓|库|坑|池|球|篮|操|[的]?(?:早|晚|上午|下午|中午))"
)
"""Behind a number it makes the name of a thing, or a day of the month: 5号食堂, 4号晚上."""
_AT_WORK = LazyPattern(
    r"贴|发|挂|上去|上线|答|回[复了帖]|公开|公布|弄好|搞定|链接|截图|网址|在这|这里|好了|post|put|\bup\b|answer|repl|link|here|done|publi|live",
    re.IGNORECASE,
)
_TO_A_MATTER = LazyPattern(
    r"(?:\bto |#|\bno\. ?|(?:发布|发出|公开|回复|答复|published|posted|answered)了? ?)#?([0-9]{1,7})(?![0-9.])"
    r"(?!\s*(?:[条个件天日月年周楼点时分小名人次]|号[楼线]| ?(?:days?|hours?|weeks?|times?)\b))",
    re.IGNORECASE,
)
MOST_BESIDE = 40
"""Maximum length (characters) of words that name a matter and little else."""


class PublicationWords(NamedTuple):
    """What the words say. `in_thread` and `again`: see `handlers.rules.incident.publication.Proof`."""

    publicity: Publicity
    number: int | None = None
    in_thread: bool = False
    again: bool = False


def read(words: str, *, shown: bool, spoken_to: bool) -> PublicationWords | None:
    """Read a sentence without its addresses; None if it does not speak of a publication.

    `shown` if an address or a picture came with it, `spoken_to` if the bot was addressed or something quoted.
    """
    if asks(words) and not shown:
        return None
    found = _command(words, spoken_to=spoken_to) or (_natural(words) if shown else None)
    if found is None:
        return None
    rest = normalize(found.rest)
    publicity: Publicity = "not yet" if is_doubtful(rest) or asks(words) else "public"
    return PublicationWords(publicity, found.number, bool(_IN_THREAD.search(rest)), bool(_AGAIN.search(rest)))


def named_beside(words: str) -> int | None:
    """Return the matter that short words beside a proof name, as what was done about it: 4号弄好了, link to 2.

    They may report its answer, so that nothing is opened before the speaker is asked.
    """
    text = normalize(thanked(courteous(words))).strip()
    numbers, rest = take_numbers(text)
    if len(text) > MOST_BESIDE or not _AT_WORK.search(text) or (numbers and _THING.match(normalize(rest))):
        return None
    named = _TO_A_MATTER.search(text)
    if numbers or named is None:
        return next(iter(numbers), None)
    return None if _THING.match(text[named.end() :].removeprefix("号")) else int(named[1])


def _command(words: str, *, spoken_to: bool) -> Spoken | None:
    """Return the command. Without a number it says little else; overheard talk of it names its matter."""
    found = spoken(words, VERBS)
    if found is None or not (spoken_to or found.numbers or found.spaced or not found.rest):
        return None
    return found if found.numbers or _says_little(found.rest) or NOT_YET.search(normalize(found.rest)) else None


def _natural(words: str) -> Spoken | None:
    """Return words that beside a proof say that it is public or not yet, as a command."""
    text = _not_asking(thanked(courteous(words)))
    verb = spoken(text, NATURAL) or _said(text)
    if verb is not None and _says_little(verb.rest):
        return verb
    ahead, _ = take_numbers(text)
    numbers = ahead or (verb.numbers if verb else ())
    named = _NUMBER.search(normalize(text))
    rest = normalize(text[: named.start()] + text[named.end() :] if named else text)
    late = NOT_YET.search(normalize(text)) if numbers else _ONLY_NOT_YET.fullmatch(rest)
    return Spoken(late[0], numbers or ((int(named[1]),) if named else ()), text) if late else None


def _not_asking(text: str) -> str:
    """Return the text without the words at its end that ask."""
    return text[:-ITS_END] + _ASKING.sub("", text[-ITS_END:])


def _said(text: str) -> Spoken | None:
    """Return a sentence that begins with words of a publication: 12 已经发出去了."""
    numbers, rest = take_numbers(text)
    said = _SAID.match(normalize(rest).lstrip(" ,，:：、"))
    if said is None:
        return None
    later, rest = take_numbers(rest.lstrip(" ,，:：、")[said.end() :])
    return Spoken(said[0], numbers or later, rest)


def _says_little(rest: str) -> bool:
    return _REST.fullmatch(_AGAIN.sub("", _IN_THREAD.sub("", normalize(rest)))) is not None
