"""Read a leader's answer: yes, no, or unclear, which counts as neither and is asked back.

A yes is read from known words alone (`approval_vocabulary.py`). One with a remark that wants another text, another time
or a check is unclear and keeps its remark: it is no yes to this text.
"""

import re
from typing import Literal, NamedTuple

from handlers.common.approval_vocabulary import KINDS, NO, NO_TO_THE_BOT, NOT_YET, PLAINLY_NO, WORDS, YES
from handlers.rules.language.commands import Spoken, asks, courteous, spoken
from handlers.rules.language.folding import normalize
from handlers.rules.language.phrases import NUMBER, KnownWords
from handlers.rules.language.signature import unsigned
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.posts.links import find

__all__ = ["NO", "YES", "ApprovalWord", "Meaning", "answers_a_link", "mentions_consent", "read"]

_NO_REJECTION = LazyPattern(r"[见的么]|才怪|也|就|又|过|不")
"""Glued to the verb: 不同意见 is an opinion, 不同意的请举手 a vote, 不通过不行 its opposite; they reject nothing."""
_REMARK = LazyPattern(
    r"[\s,，。;；:：、—-]*(?:但是?|不过|只是|就是|请|另外?|注意|建议|务必|望|希望|意见[:：是]|附言|除了|"
    r"(?:but|however|please|note|with|except|once|if|after|only|provided|subject)\b)",
    re.IGNORECASE,
)
_APART = LazyPattern(r"[\s,，。;；:：、—-]+")
_ONLY_POINTS = LazyPattern(
    r"(?:to )?(?:this|that|it|the (?:reply|draft|request))?(?: one)?[\s.!。！]*|这个?[稿份条件]?[。！]*", re.IGNORECASE
)
"""What stands behind a no without being its reason: I can't approve this."""
_OTHER_ERRAND = LazyPattern(r"请?(?:查|问|帮|看一下|告诉)|please (?:show|check|tell)", re.IGNORECASE)
_CONDITION = LazyPattern(
    r"先|再|等|后|如果|要是|除非|的话|不|别|勿|改|重|前提|最好|去掉|删|加上|补上|核|给我看|写清|周[一二三四五六日]发|明天|下周|\bif\b|wait|hold|"
    r"not\b|n['’]t\b|later|\bonce\b|\bafter\b|tomorrow|next week|\bremove\b|\bchange\b|\bfix\b",
    re.IGNORECASE,
)
_CONSENT = LazyPattern(
    r"同意|批准|准予|照办|审批|没意见|没问题|打回|退回|驳回|\bapprov|\bdisapprov|\bagree|\bdisagree|\breject|\bok\b|lgtm",
    re.IGNORECASE,
)
_KIND = LazyPattern(
    r"(?:同意|批准|可以|approve|agree to|reject) ?(?:(?P<unanswerable>无法公开答复|不公开答复|unanswerable)|"
    r"(?P<remedy>整改|remedy)|(?P<concern>更正|correction)|(?P<plan>(?:处置)?方案|plan)|(?P<reopening>重办|reopening)|"
    r"(?P<wording>(?:答问|统一)?口径|wording)|"
    r"(?P<statement>声明|statement)|(?P<release>(?:新闻)?通稿|(?:press )?release)|"
    r"(?P<reply>发布|公开|(?:回复|答复)(?:稿|意见)?(?![\u4e00-\u9fff])|(?:the )?(?:reply|answer)\b)|"
    r"(?P<extension>延期|extension)|"
    r"(?P<withdrawal>撤件|withdrawal)|(?P<swap>换班|swap))",
    re.IGNORECASE,
)
LONGEST_WITH_LINK = 4000
"""Maximum length (characters) of an answer and an address; a longer text is a post."""
VERB_WITHIN = 20
"""Length (characters) of the beginning of a sentence that holds its verb, with or without a number before it."""
Meaning = Literal["yes", "no", "unclear"]


class ApprovalWord(NamedTuple):
    """What an answer means. `remark` is the reason of a no, or what goes to the drafter with a yes.

    `kind` is the kind of request where the words name it: 同意延期. `weak` if the words agree without signing (可以):
    they count for what is quoted, named, or alone in waiting.
    """

    meaning: Meaning
    numbers: tuple[int, ...] = ()
    remark: str = ""
    kind: str | None = None
    weak: bool = False


def read(utterance: Utterance) -> ApprovalWord | None:
    """Read an answer; None if the words are none, or talk among colleagues that the bot overhears."""
    text = unsigned(utterance.text, utterance.speaker)
    if not text:
        return None
    no = _no(text, utterance)
    if no is not None:
        return no
    reading = WORDS.read(text)
    return _yes(text, reading, utterance) or _with_remark(text, reading, utterance) or _not_yet(text)


def answers_a_link(text: str) -> bool:
    """Return whether a text is an answer and an address: `同意 https://…` is talk, and no post to take in."""
    if len(text) > LONGEST_WITH_LINK:
        return False
    for url in find(text):
        text = text.replace(url, " ").replace(url.partition("://")[2], " ")
    reading = WORDS.read(text.strip())
    return not reading.rest and bool({"s", "w"} & {*reading.kinds})


def mentions_consent(text: str) -> bool:
    """Return whether words speak of agreeing or refusing, so that no guess about them may be offered."""
    return _CONSENT.search(normalize(text)) is not None


def _no(text: str, utterance: Utterance) -> ApprovalWord | None:
    verbs = (*NO, *PLAINLY_NO, *(NO_TO_THE_BOT if utterance.pointed else ()))
    no = spoken(text, verbs, glued=True, many=True) or _no_of_a_number(text)
    if no is None or asks(no.rest) or not _refuses(text, no, utterance):
        return None
    other = spoken(no.rest, (*YES, *verbs), many=True)
    if other and other.numbers:  # 不同意 12，同意 13: each has to be said by itself
        return ApprovalWord("unclear", (*no.numbers, *other.numbers))
    return ApprovalWord("no", no.numbers, "" if _ONLY_POINTS.fullmatch(no.rest) else no.rest, _kind(text))


def _refuses(text: str, no: Spoken, utterance: Utterance) -> bool:
    """Return whether what follows the verb leaves it a no: a number, or a reason that stands apart.

    Said to the bot it may follow without a comma, unless it makes an opinion of it.
    """
    if no.numbers or _is_apart(text, no):
        return True
    prose = no.verb in NO and not no.verb.isascii()
    return utterance.pointed and not prose and not _NO_REJECTION.match(normalize(no.rest))


def _no_of_a_number(text: str) -> Spoken | None:
    found = spoken(text, NO_TO_THE_BOT, many=True)
    return found if found and found.numbers else None


def _is_apart(text: str, found: Spoken) -> bool:
    """Return whether nothing follows a verb, or a blank or a comma does: 不同意，太生硬, but not 不同意这个说法."""
    before = text[: len(text) - len(found.rest)] if found.rest else ""
    return not found.rest or bool(_APART.search(before[-1:]))


def _kind(text: str) -> str | None:
    found = _KIND.search(normalize(courteous(text))[:VERB_WITHIN])
    return next((kind for kind, value in found.groupdict().items() if value), None) if found else None


def _yes(text: str, reading: KnownWords, utterance: Utterance) -> ApprovalWord | None:
    """Return the yes of a sentence whose every word is known, in an order that says nothing else."""
    kinds, core = reading.kinds, _first_core(reading.kinds)
    if reading.rest or core == len(kinds) or "q" in kinds[:core]:
        return None
    weak = "s" not in kinds
    if weak and not (utterance.pointed or _names_a_matter(reading)):
        return None
    named = _kinds_named(kinds)
    if {"remedy", "plan"} <= named:  # 整改方案: a document of theirs
        return None
    if len(named) > 1 or _runs_of_numbers(kinds) > 1:
        return ApprovalWord("unclear", reading.numbers)
    kind = _kind(text) or next(iter(named - {"reply"}), None)
    return ApprovalWord("yes", reading.numbers, _haste(text, reading), kind, weak)


def _names_a_matter(reading: KnownWords) -> bool:
    """Return whether a number is no day of the month: 12号可以 answers when to meet."""
    return bool(reading.numbers) and not any("号" in word and "#" not in word for word in reading.words(NUMBER))


def _runs_of_numbers(kinds: str) -> int:
    return len(re.findall(f"{NUMBER}+", kinds))


def _kinds_named(kinds: str) -> set[str]:
    """Return the kinds of requests that are named; beside another kind, 回复 is the text that it is about."""
    named = {KINDS[kind] for kind in kinds if kind in KINDS}
    return named - {"reply"} if len(named) > 1 else named


def _first_core(kinds: str) -> int:
    return next((n for n, kind in enumerate(kinds) if kind in "sw"), len(kinds))


def _haste(text: str, reading: KnownWords) -> str:
    """Return the words of haste, which go to the drafter."""
    return "，".join(text[part.start : part.end] for part in reading.parts if part.kind == "h")


def _with_remark(text: str, reading: KnownWords, utterance: Utterance) -> ApprovalWord | None:
    """Read 同意，但请改日期: neither a yes nor a no to this text. Overheard it is talk unless plainly an answer."""
    core = _first_core(reading.kinds)
    if not reading.rest or core == len(reading.kinds) or "q" in reading.kinds[:core] or asks(text):
        return None
    behind = text[_remark_from(text, reading, core) :]
    weak = reading.parts[core].kind != "s"
    if not (_is_weak_answer if weak else _is_answer)(behind, reading, utterance):
        return None
    remark = _APART.sub("", behind, count=1).strip() if _is_remark(behind) or _APART.match(behind) else ""
    return ApprovalWord("unclear", reading.numbers, remark, _kind(text), weak)


def _is_remark(behind: str) -> bool:
    return _REMARK.match(normalize(behind)) is not None


def _is_answer(behind: str, reading: KnownWords, utterance: Utterance) -> bool:
    set_apart = bool(reading.numbers) or normalize(behind).lstrip()[:1] in {*",。;:—"}
    conditional = set_apart and _CONDITION.search(normalize(behind)) is not None
    return utterance.pointed or conditional or _is_remark(behind)


def _is_weak_answer(behind: str, reading: KnownWords, utterance: Utterance) -> bool:
    """Return whether 可以 with more behind it answers a request: OK，但先别发, but not OK，请查 12."""
    errand = _OTHER_ERRAND.match(_APART.sub("", normalize(behind), count=1))
    return _is_remark(behind) and not errand and (utterance.pointed or bool(reading.numbers))


def _remark_from(text: str, reading: KnownWords, core: int) -> int:
    """Return where the remark begins: behind the verb, with the numbers and names that follow it without a comma."""
    end = reading.parts[core].end
    for part in reading.parts[core + 1 :]:
        if part.kind not in (NUMBER, "j", *KINDS) or text[end : part.start].strip():
            break
        end = part.end
    return end


def _not_yet(text: str) -> ApprovalWord | None:
    found = spoken(text, NOT_YET, glued=True, many=True)
    if found is None or asks(text):
        return None
    return ApprovalWord("unclear", found.numbers, found.rest)
