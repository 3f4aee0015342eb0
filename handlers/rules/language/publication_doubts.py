"""Words that make it doubtful that the public can read an answer: 还没审核通过, 明天能看到, 打不开, login required."""

import re

from handlers.rules.lazy_pattern import LazyPattern

_SOON = (
    r"明天|明早|明日|后天|今晚|晚上|下午|下周|周[一二三四五六日天]|稍后|晚点|等会儿?|待会儿?|一会儿?|马上|即将|准备|打算|计划|预计|拟|将|就要|正要|要|"
    r"争取|尽快|回头|过后"
)
_ACT = r"(?:正式|对外|公开)?(?:发布|发出|发|公开|公布|上线|上网|回复|答复|挂网|贴)"
NOT_YET = LazyPattern(
    rf"(?:没有?|未|不)(?:能|曾|法|有|被|让|给)?{_ACT}|(?:没有?|未|不)(?:能|曾|有|被|给)?(?:审核|审批|审|通过|过审|显示|生效|可见|成功|看到|放出|展示)"
    rf"|尚未|暂未|还没|没有?(?:发|过|审)|待(?:审|发|公开|领导|定|平台|上线|管理)|审核中|审批中|在审|审核当中|(?:审核|审批|发布)(?:没|未|不)"
    rf"|等(?:待|着)?(?:审|平台|领导|发布|网站|管理|版主|对方)|(?:{_SOON})(?:再|会|就|要|能|可以?|才)?{_ACT}(?!了)|正在(?:发|审|上传|提交|排)"
    r"|(?:发布|发送|发帖|提交|上传|发)(?:失败|不了|不出|不上|不成功|没成)|失败|退回|驳回|打回|被拒|拒绝|屏蔽|被删|删除|撤下|折叠|只能自己|仅自己|"
    r"(?<!并)(?<!同时)(?<!也)私信[回答]复|内部群|工作群|家长群|群[里内]|内网|非公开"
    r"|[仅只]限?(?:好友|内部|自己|本人|校内|群)|草稿|预览|预发布|测试|排期|定时|才能(?:看|公开|发)|如果|要是|快(?:发|好)了|差一点"
    r"|\bnot\b|n['’]t\b|\bnever\b|\byet\b|unpublished|pending|await|waiting|in review|under review|moderation|\bwill\b"
    r"|\bto be\b|going to|about to|tomorrow|\blater\b|\bsoon\b|tonight|next week|scheduled"
    r"|\bdraft\b|preview|fail|\berror\b|reject"
    r"|blocked|removed|taken down|\bif\b|\bonce\b|\bwhen\b|almost",
    re.IGNORECASE,
)
_HARMLESS = LazyPattern(
    r"审阅|(?:并|同时|也)私信[回答]复|无误|没问题|不错|不用回|不客气|再次(?:发布|公开|回复)|先生|女士|重要|主要|"
    r"要闻|需求|会议|家长会|会上|visible to (?:all|everyone|everybody|the public)|not only",
    re.IGNORECASE,
)
_DOUBTFUL = LazyPattern(
    r"[不没未无待等审错假撤删隐私缺藏改补会需要]|(?<![首优])先|就能|登[录陆]|失效|过期|占位|空白|打码|据|听说|可能|大概|应该|似乎|好像|"
    r"吧[\s。.!！]*$|时候|后再|后天|明[天日早]|[今明]晚|处理中|显示中|后台|之后|后办|(?<![0-9])(?:40[34]|50[0-4])(?![0-9])|"
    r"\b(?:only|but|though|although|until|unless|after|before|hidden|private|log ?in|sign ?in|broken|down|test|dead|"
    r"wrong|fake|can['’]?t|cannot|could|may|might|should|maybe|perhaps|probably|supposedly|visible|invisible|"
    r"expired?|offline|missing|empty|blank|placeholder|subject to|required?|needs?)\b",
    re.IGNORECASE,
)
"""What makes it doubtful behind the command that the public can read it; asked back, it costs one more message."""


def is_doubtful(rest: str) -> bool:
    """Return whether the words behind a report of a publication, normalized, deny, defer or doubt it."""
    return bool(NOT_YET.search(rest) or _DOUBTFUL.search(_HARMLESS.sub(" ", rest)))
