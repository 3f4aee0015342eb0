"""Tell how many posts a forwarded text holds: each becomes a matter of its own, unless the words say that it is one.

    1、食堂饭菜有异物 https://…
    2、校门口堵车 https://…                      two posts

A list with numbers or bullets is as many posts as it has items; so are addresses with a text each, or without any text.
One text with two or three addresses is one matter that was seen in several places.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.posts.chat_record import header
from handlers.rules.posts.labels import SHORTEST_SUBJECT, says_something
from handlers.rules.posts.links import LinkSpan, link_spans
from handlers.rules.posts.list_items import ListItems, list_items
from handlers.rules.posts.public_address import without_addresses

PLACES_OF_ONE = 3
"""Maximum number of addresses under one text that are plainly one matter."""
A_HEADING = 24
"""Maximum length (Chinese characters) of words before a list that announce it; longer ones belong to a letter."""
LONGEST_ITEM = 60
"""Maximum length (Chinese characters) of an item without an address that is a post; longer ones are points."""
MOST_REPEATED = 1_000_000
"""Maximum length (characters) of words that are repeated with each of the addresses under them, all together."""
LATIN = 2.5
"""How many Latin letters and blanks say as much as one Chinese character."""

_SAME = LazyPattern(
    r"同一(?:件|个|条|篇|事|内容|问题|帖|起|人|位|主题|视频|投诉|诉求)|(?:是|都是|均为|属于?|算)一(?:件|回|个|码)事|一件事|"
    r"(?:内容|诉求|帖子|问题|事情?)(?:都|均|完全|基本)?(?:相同|一样|一致|是一样|雷同)|一样的(?:内容|帖子|事)|"
    r"转载|(?:又|也|还)有人(?:转|发)|重复(?:发|帖|投诉)|多(?:个)?平台|各平台|几个平台|(?:两|三|四|五|多|几)(?:处|个平台|个网站)(?:都|均)?(?:有|发|看到)|"
    r"(?:the )?same (?:post|matter|thing|complaint|issue|story|person|text|video)|one (?:and the same )?matter|"
    r"all one|re-?posted|cross-?posted|copies of|duplicates?",
    re.IGNORECASE,
)
_NOT_THE_SAME = LazyPattern(
    r"(?:不(?:是|属于|算)|并非|非|没有)(?:同一|一(?:件|回|码)事|转载|重复)|(?:内容|诉求|问题)(?:都|均)?(?:不同|不一样|各异)|"
    r"分别是|(?:两|三|四|五|六|几|多|\d)(?:件|码)(?:不同的?)?事|"
    r"not (?:the )?same|different (?:matters|posts|things)|separate",
    re.IGNORECASE,
)
_LETTER = LazyPattern(
    r"尊敬|敬爱|[您你]们?好|本人|我(?:是|们是|叫|家|的|们小区|校)|此致|敬礼|请问|望.{0,12}(?:解决|处理|重视|回复|答复)|"
    r"(?:理由|原因|诉求|请求|建议|要求|事实|疑问)(?:如下|有)?[:：]|\b(?:dear|i am|my|we are|sincerely)\b",
    re.IGNORECASE,
)
"""Words of somebody who writes for themselves, and whose points are one post."""
_LISTING = LazyPattern(
    r"(?:今[日天]|昨[日天]|昨晚|今早|本周|上午|下午|最新|新增|早上)?(?:的|又?有|看到|发现|监测到?|巡查)*(?:的|[几一二三四五\d]+[条个件])*"
    r"(?:舆情|线索|帖子|投诉|反映)?(?:汇总|清单|如下|信息)?"
    r"|(?:(?:seen|found|spotted|collected|new|more|latest|today(?:['’]s)?|yesterday(?:['’]s)?|this|last|the|these|of|for|from|on|our|"
    r"morning|afternoon|evening|night|week|posts?|complaints?|findings?|reports?|online|list|monday|tuesday|wednesday|"
    r"thursday|friday|saturday|sunday|weekend|\d+|two|three|four|five)\b[\s,]*)+",
    re.IGNORECASE,
)
"""A heading under which a colleague lists what others wrote, so that an item may be in their first person."""
_GOES_ON = LazyPattern(
    r"[\s,，]*(?:说|讲|称|里|中|上|又|还|也|并|而|且|但|同时|另|以及|和|与|及|的|下面|底下|这[条个篇]|那[条个篇]|处|等|"
    r"says?|and|also|where|which|that|but|or)",
    re.IGNORECASE,
)
"""How a sentence goes on behind an address that stands within it."""


class Posts(NamedTuple):
    """The texts of the posts in their order, one for each matter.

    `sure` if the words or the form leave no doubt how many matters they are.
    """

    texts: tuple[str, ...]
    sure: bool = True


def posts_in(text: str) -> Posts:
    """Return the posts of a forwarded text. Where it is open how many they are, they are taken apart.

    Each post of a chat record has the record's header.
    """
    found, head = _posts_in(text), header(text)
    if not head or len(found.texts) < 2:
        return found
    return found._replace(texts=tuple(one if one.startswith(head) else f"{head}\n{one}" for one in found.texts))


def _posts_in(text: str) -> Posts:
    whole = Posts((text,))
    spans = link_spans(text)
    apart = bool(_NOT_THE_SAME.search(text))
    if _SAME.search(text) and not apart:
        return whole
    listed = list_items(text)
    if listed and (found := _listed(listed, len(spans), apart=apart)):
        return found
    if len(spans) < 2:
        return whole
    return _by_addresses(text, spans, apart=apart)


def _listed(found: ListItems, links: int, *, apart: bool) -> Posts | None:
    """Return a list's items as posts; None if they are the points of one post."""
    with_links = sum(bool(link_spans(item)) for item in found.items)
    if with_links < 2 and _are_points(found, lone_link=bool(links and not with_links)):
        return None
    if any(not (link_spans(one) or says_something(one)) for one in found.items):
        return None
    sure = found.lines or with_links > 1 or apart
    return Posts(tuple(_under(found.heading, item) for item in found.items), sure=sure)


def _are_points(found: ListItems, *, lone_link: bool) -> bool:
    """Return whether the items are what one person writes in one post: long ones, behind a greeting, at one address."""
    words = [without_addresses(one) for one in found.items]
    heading = without_addresses(found.heading)
    if lone_link or any(len(one) < SHORTEST_SUBJECT for one in words):
        return True
    if found.lines and heading and _LISTING.fullmatch(heading.strip(" \n:：,，。、")):
        return False
    return (
        _length(heading) > A_HEADING
        or any(_length(one) > LONGEST_ITEM for one in words)
        or bool(_LETTER.search("\n".join((heading, *words))))
    )


def _length(words: str) -> float:
    """Return how much words say, in Chinese characters."""
    latin = sum(char.isascii() for char in words)
    return len(words) - latin + latin / LATIN


def _under(heading: str, item: str) -> str:
    """Return an item's text, followed by the heading that it stands under."""
    return "\n".join(filter(None, (item, heading.strip(" \n:：,，。、"))))


def _by_addresses(text: str, spans: Sequence[LinkSpan], *, apart: bool) -> Posts:
    """Return the posts of a text with several addresses and no list."""
    said = [*_between(text, spans)]
    telling = [says_something(one) for one in said]
    begins = _beginnings(said, telling)
    if len(begins) > 1:
        return _each_with_its_words(text, spans, said, begins, apart=apart)
    common = "\n".join(one.strip() for one, tells in zip(said, telling, strict=True) if tells)
    if common and len(spans) <= PLACES_OF_ONE and not apart:
        return Posts((text,))
    words = common or without_addresses(text)
    if len(words) * len(spans) > MOST_REPEATED:
        return Posts((text,), sure=apart)
    return Posts(tuple(_under(words, span.url) for span in spans), sure=apart)


def _each_with_its_words(
    text: str, spans: Sequence[LinkSpan], said: Sequence[str], begins: Sequence[int], *, apart: bool
) -> Posts:
    """Return the posts, each a text and the addresses behind it, or an address and the text behind it."""
    before = begins[0] == 0
    on_lines = all("\n" in said[n if before else n - 1] for n in begins[1:])
    return Posts(tuple(_cut(text, spans, begins, before=before)), sure=on_lines or apart)


def _between(text: str, spans: Sequence[LinkSpan]) -> Iterator[str]:
    """Yield what stands before, between and behind the addresses."""
    start = 0
    for span in spans:
        yield text[start : span.start]
        start = span.end
    yield text[start:]


def _beginnings(said: Sequence[str], telling: Sequence[bool]) -> list[int]:
    """Return which of the texts between the addresses begin a post: those that tell something and go on with none."""
    last = len(said) - 1
    found = [n for n, tells in enumerate(telling) if tells and not (n and _GOES_ON.match(said[n].strip(" ")))]
    return [n for n in found if n < last] if found and found[0] == 0 else found


def _cut(text: str, spans: Sequence[LinkSpan], begins: Sequence[int], *, before: bool) -> Iterator[str]:
    """Yield the posts: a text and the addresses behind it, or with the text behind its address (not `before`)."""
    starts = [0, *(spans[n - 1].end if before else spans[n - 1].start for n in begins[1:])]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield text[start:end].strip(" \n;；,，")
