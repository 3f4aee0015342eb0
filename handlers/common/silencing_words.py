"""Recognise the wish to have a post removed or hidden, which the charter excludes: `删帖12`, `把12号的帖子删了`."""

from handlers.rules.language.phrases import NUMBER, Vocabulary
from handlers.rules.language.utterance import Utterance
from handlers.rules.posts.links import find

_REMOVES = (
    "(联系平台|联系网站|联系作者|联系发帖人|找人|让平台|让网站|要求|请平台|请网站|请管理员|向平台申请|让他|让她|让家长|让发帖人|让楼主|叫他|劝他|劝家长|)(自己|)(删帖|删贴|删评|删稿|删文|撤稿|撤帖|沉帖|封帖|锁帖|封号|禁言|控评)",
    "(联系平台|联系网站|联系作者|联系发帖人|找人|让平台|让网站|要求|请平台|请网站|请管理员|让他|让她|让家长|让发帖人|让楼主|叫他|劝他|劝家长|)(自己|)(删除|删掉|删了|删|屏蔽|封禁|封了|封掉|拉黑|下架|撤下|撤掉|隐藏|压下去|压一压|清理|清掉)",
    "(撤|压|降|买)热搜",
    "(请|叫|找)水军",
    "(delete|remove|take down|block|hide|censor|suppress|silence)( it| this| that| them| him| her|)",
)
_WHAT = (
    "(这|这个|这条|这篇|该|此|那个|那条|的|上|里|)(帖子|帖|贴子|用户|网友|作者|楼主|发帖人|家长|他|她|人|号|评论|留言|视频|文章|微博|内容|链接|账号|投诉|原帖)(了|掉|吧|)",
    "(这|这个|这条|该|那条|号|都|全|全部|它|的|了|掉|吧|一下|把|将)",
    "(the |this |that |these |those |)(post|posts|comment|comments|video|article|account|complaint|matter|one)",
)
_ASKS = ("(请|麻烦|帮忙|帮我|能不能|可以|可否|尽快|马上|立即|我要|我们要|想|please|can you|could you|asap)",)
LONGEST_WITH_LINK = 4000
"""Maximum length (characters) of such a wish with its address."""
WORDS = Vocabulary({"x": _REMOVES, "j": _WHAT, "c": _ASKS})


def asks_to_silence(utterance: Utterance) -> bool:
    """Return whether the words are nothing but such a wish; overheard only if they name a matter."""
    text = utterance.text
    if len(text) > LONGEST_WITH_LINK:
        return False
    for url in find(text):
        text = text.replace(url, " ")
    reading = WORDS.read(text.strip(" ?？吗"))
    if reading.rest or "x" not in reading.kinds:
        return False
    return utterance.pointed or NUMBER in reading.kinds
