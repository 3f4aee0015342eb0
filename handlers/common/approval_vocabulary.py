"""The words in which leaders approve, and what may stand beside them without changing what they approve.

Everything else makes a sentence unclear: see `handlers/rules/language/phrases.py`. Kinds of words, by letter: s signs,
w agrees (enough only where it is plain what about), c courtesy, v has read it, q asks (behind a yes only, since "please
approve" asks somebody else), j and the kinds of requests what is meant, h haste.
"""

from handlers.rules.language.phrases import Vocabulary

KINDS = {
    "r": "reply",
    "e": "extension",
    "d": "withdrawal",
    "x": "swap",
    "m": "remedy",
    "u": "unanswerable",
    "o": "concern",
    "p": "plan",
    "b": "reopening",
    "k": "wording",
    "t": "statement",
    "l": "release",
}
"""The kind of request that a word's letter stands for."""

_SIGNS = (
    "(我|本人|)(完全|)(同意|批准|准予)",
    "(审核|审批|)通过",
    "(我|)可以(发布|公开)",
    "(照此|按此|就按此|就照此)(办理|回复|答复|发布|执行|办|发)",
    "(i |we |)(approve|agree|approved|agreed)( it| this| that| to it| to this|)",
)
_AGREES = (
    "(我|我这边|)(没|没有|无)(意见|问题|异议)(了|)",
    "可以(的|)",
    "可以(发|回复|答复|发布|公开|发出|延期|撤件|换班|办理|这么办|这样办|这样发|这么发|这么回复|这样回复)(吧|了|)",
    "行(的|吧|)",
    "(准|准了|可|可行|照办|照准)",
    "(就|那就|)(这么|这样|按这个|照这个|照这样|按这稿|照这稿)(办|发|回|回复|答复|发布|定|来)(吧|了|)",
    "就这样(吧|)",
    "(发|发布|公开|回复|办)吧",
    "(ok|okay|okey|yes|yep|yeah|lgtm|fine|fine by me|fine with me|ok by me|ok with me|sounds good|all good)",
    "(looks|look|it looks|this looks) (good|fine|ok)( to me|)",
    "(no|i have no) (objection|objections|problem)",
    "(good to go|go ahead|ship it|publish it|send it|go for it)",
    "(+1|👍|👌|✅|💯|[强]|[赞]|[ok]|[good]|[点赞]|/强|/ok)",
)
_COURTESY = (
    "(好|好的|好滴|好好|嗯|嗯嗯|嗯嗯嗯|哦|噢|呃|额|那个|那|啊|哈|哈哈|对|明白|了解|知道了|收到|就|sure|well)",
    "(你|您|大家|各位|各位领导|领导|同志们|老师们)好",
    "(hi|hello)( all| everyone| team|)",
    "(谢谢|多谢|谢了|感谢|辛苦|辛苦了|辛苦啦)(您|你|大家|各位|领导|老师|同志们|)",
    "(写得|写的|改得|回复得|办得|)(很好|不错|挺好|好)",
    "(thanks|thank you|many thanks|thx|good work|well done|nice work|good job|cheers)( all| everyone| team|)",
    "(🌹|💪|😊|❤|👏|🎉|[玫瑰]|[微笑]|[握手]|[鼓掌]|[爱心])",
)
_ASKING = ("(please|🙏|🤝|[抱拳]|[合十]|拜托|拜托了)",)
_READ = (
    "(我|本人|)(已|已经|都|)(阅|审|核|审阅|审核|过目|看)(了|过|过了|完|完了|)(，|)",
    "(内容|文字|稿子)(我|)(已|)(看|阅)(过|)了",
    "(i've|i have|i) (read|seen|reviewed|checked)( it| this| that| the draft| the reply|)",
    "(read|seen|reviewed)( it|)",
)
_MEANT = (
    "(这|该|此|这个|这件|这条|这一件|那件|那条|这份|这封|本件|这件事|该件|此件|这项|it|this|that|this one)",
    "(的|)(内容|申请|请示|事项|事|件|稿|意见稿)",
    "(the |)(request|matter|text)",
)
_REPLY = (
    "(的|这个|这份|这|该|此|)(回复|答复|回复稿|答复稿|草稿|稿子|发布稿|答复意见|回复意见|拟复)(内容|)",
    "(发布|公开|对外发布|公开发布)",
    "(the |this |)(reply|draft|answer|response)",
)
_EXTENSION = ("(的|这个|)(延期|延期申请|延长)", "(the |this |)(extension|more time)")
_WITHDRAWAL = ("(的|这个|)(撤件|撤件申请|误报)", "(the |this |)withdrawal")
_SWAP = ("(的|这个|)换班(申请|)", "(the |to |to the |)swap")
_REMEDY = ("(的|这个|)整改(申请|)", "(the |this |)remedy")
_UNANSWERABLE = ("(的|)(无法公开答复|不公开答复)", "(the |this |)unanswerable")
_CORRECTION = ("(的|这个|)更正(申请|)", "(the |this |)correction")
_REOPENING = ("(的|这个|)(重办|重新办理|重开)(申请|)", "(the |)reopening")
_PLAN = ("(的|这个|该|)(处置|)方案", "(the |this |)plan")
_WORDING = ("(的|这个|该|)(答问|统一|)口径", "(the |this |)wording")
_STATEMENT = ("(的|这个|该|)声明", "(the |this |)statement")
_RELEASE = ("(的|这个|该|)(新闻|)通稿", "(the |this |)(press |)release")
_HASTE = (
    "(请|要|务必|望|)(抓紧|尽快|尽早|从速|及时|马上|立即|立刻|赶紧|赶快|速|今天|今日|今天内|今天之内|今日内)"
    "(办理|办|发布|发出|发|公开|回复|答复|落实|处理|时间|办好|发出去|对外发布)(吧|一下|)",
    "(请|)(抓紧|尽快|从速|速办|速发|速复|急|加急)",
    "请(发布|办理|公开|回复|落实|发|发出|执行)(吧|)",
    "注意(时效|时限|时间)",
    "(please |)(publish|send|post|proceed|go ahead)( it| this|)( asap| quickly| today| now| soon| at once|)",
    "(please |)(asap|quickly|hurry|today|now|at once|soon|right away|as soon as possible|without delay)",
)

WORDS = Vocabulary(
    {
        "h": _HASTE,
        "q": _ASKING,
        "j": _MEANT,
        "v": _READ,
        "c": _COURTESY,
        "r": _REPLY,
        "e": _EXTENSION,
        "d": _WITHDRAWAL,
        "x": _SWAP,
        "m": _REMEDY,
        "u": _UNANSWERABLE,
        "o": _CORRECTION,
        "p": _PLAN,
        "b": _REOPENING,
        "k": _WORDING,
        "t": _STATEMENT,
        "l": _RELEASE,
        "w": _AGREES,
        "s": _SIGNS,
    }
)

YES = (
    "同意", "批准", "准予", "通过", "同意发布", "可以发布", "同意公开", "同意延期", "批准延期", "同意撤件", "同意换班",
    "同意答复", "同意回复",
    "同意整改", "批准整改", "同意无法公开答复", "同意不公开答复", "同意更正", "同意方案", "批准方案", "同意重办",
    "同意口径", "同意声明", "同意通稿",
    "审核通过", "审批通过", "agree to swap",
    "approve swap", "approve reply", "approve extension", "approve withdrawal", "approve remedy",
    "approve unanswerable", "approve correction", "approve plan", "approve reopening",
    "approve wording", "approve statement", "approve release",
    "approve", "approved", "agree", "agreed",
)  # fmt: skip
PLAINLY_NO = (
    "不同意发布", "不同意延期", "不同意撤件", "不同意换班", "不同意整改", "不同意无法公开答复", "不同意不公开答复",
    "不同意答复", "不同意回复", "不同意更正", "不同意方案", "不同意重办", "不同意口径", "不同意声明", "不同意通稿",
    "不同意", "不批准", "不予批准", "不予同意", "不予通过", "不通过", "不能同意", "无法同意", "我不同意",
    "我不能同意", "我不批准", "我无法同意", "本人不同意",
)  # fmt: skip
NO = (
    "reject reply", "reject extension", "reject withdrawal", "reject swap", "reject remedy", "reject unanswerable",
    "reject correction", "reject plan", "reject reopening", "reject wording", "reject statement", "reject release",
    "驳回", "退回修改", "退回重写", "退回重拟", "退回去", "打回", "打回去", "打回重写", "打回修改",
    "reject", "rejected", "disagree", "not approved", "disapprove", "disapproved", "i reject", "i disagree",
    "i disapprove",
)  # fmt: skip
NO_TO_THE_BOT = (
    "i can't approve", "i cannot approve", "i can not approve", "i don't approve", "i do not approve",
    "i won't approve", "i will not approve", "can't approve", "cannot approve", "don't approve", "do not approve",
    "not approve", "i don't agree", "i do not agree", "i can't agree", "i cannot agree", "don't agree", "do not agree",
    "send it back", "send back", "veto", "declined", "decline", "denied",
)  # fmt: skip
"""Words of a no that are talk among colleagues unless they are said to the bot, or name a number."""
NOT_YET = (
    "暂不同意", "暂不批准", "暂不发布", "暂不批", "暂不通过", "暂缓发布", "暂缓审批", "暂缓", "先不批", "先不同意",
    "先不发", "先别发", "先别批", "缓一缓", "再等等", "hold on", "not yet",
)  # fmt: skip
AS_PROPOSED = tuple(
    f"{agreed}{along}拟办{end}"
    for agreed in ("", "同意", "同意,")
    for along in ("照", "按")
    for end in ("", "意见", "办理", "执行", "意见办", "意见办理", "意见执行")
)
"""An instruction as a leader says it below an opinion; it signs nothing."""
