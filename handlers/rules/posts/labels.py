"""Words that say nothing about a matter: what is forwarded, from where, and that it is."""

import re

from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern, by_first_letter
from handlers.rules.posts.public_address import without_addresses

SHORTEST_SUBJECT = 4
"""Minimum length (characters) of words that tell one matter from another."""
_A_BEGINNING, _A_LABEL = 1000, 50
"""The beginning of a long text says something if more is left of it than a label, which its end may have cut."""

_ENGLISH = by_first_letter(
    r"first|second|third|also|and|see|links?|posts?|these|those|this|the|here|today(?:['’]?s)?|from|on|via|"
    r"seen|found|spotted|collected|yesterday(?:['’]?s)?|this morning|this afternoon|last night|complaints?|findings?|"
    r"following|new|more|please|check|look|weibo|zhihu|douyin|tieba|bilibili|wechat|toutiao|source|original|report|forward|chat|history|"
    r"records?|pictures?|files?|screenshots?"
)
_CHINESE = (
    r"(?:这?(?:是|不是|并非))?(?:同一|[一二两三四五几0-9]{1,4})件(?:不同的?)?事情?|今[日天]|昨[日天]|本周|上午|下午|最新|以下|下[面列]|上[面述]|这[些几]?[条个件篇]?|几[条个件篇]|一[共些]|共|有|"
    r"舆情|线索|汇总|合集|清单|列表|链接|网址|网页|原文|原帖|出处|来源|地址|详[情见]|帖子|截图|图片|照片|文件|附件|聊天记录|群聊|的?聊天|"
    r"信息|情况|监测|转发?|发|看看|看一?下|请|麻烦|大家|处理|关注|登记|上报|上级交办|交办|报|的|了|和|与|及|还有|另有|另外|另见|另|又见|也见|见|"
    r"以及|同时|再|也有人问?|微博|知乎|抖音|快手|贴吧|百度|今日头条|头条|小红书|微信|公众号|视频号|视频|语音|哔哩哔哩|豆瓣|"
    r"留言板|人民网|论坛"
)
_LABELS = LazyPattern(
    rf"(?:\.(?:pdf|docx?|xlsx?|exe|zip|jpe?g|png|txt|mp4)(?![a-z])|[\W_]|(?=[a-z])(?:\b(?:{_ENGLISH})\b|b站)|"
    rf"[0-9]{{1,4}}件(?:不同的?)?事情?|[0-9]+[条个件篇]?|(?=[^\x00-\x7f])(?:{_CHINESE}))++",
    re.IGNORECASE,
)


def without_labels(text: str) -> str:
    """Return what words say beside addresses and labels, without blanks."""
    return _unlabelled(without_addresses(text))


def _unlabelled(words: str) -> str:
    return "".join(_LABELS.sub("", normalize(words)).split())


def is_unnamed(text: str, title: str, untitled: str) -> bool:
    """Return whether nothing is known of what a matter is about: its text says nothing, its title stands for none."""
    return title == untitled and not without_labels(text)


def says_something(text: str) -> bool:
    """Return whether a text is long enough to tell what a matter is about."""
    words = without_addresses(text)
    if len(words) < SHORTEST_SUBJECT:
        return False
    return len(_unlabelled(words[:_A_BEGINNING])) > _A_LABEL or len(_unlabelled(words)) >= SHORTEST_SUBJECT - 1
