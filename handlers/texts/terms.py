"""The terms of the texts, by language: what people read for the values of the records and the regimes."""

WORDS: dict[str, dict[str, dict[str, str]]] = {
    "zh": {
        "duty": {
            "acknowledge": "签收", "assign": "分派", "opinion": "拟办意见", "instruct": "批办", "report": "上报", "verify": "核实",
            "reply": "答复", "resolve": "办结", "follow-up": "续报", "track": "跟踪", "situation": "舆情通报", "summary": "总结", "calm": "平息", "promise": "承诺事项", "closing": "结案",
            "stand": "仍可见核对", "part": "协办意见", "call-back": "回访", "decide": "是否重办", "action": "整改", "confirm": "确认整改", "read": "阅知案例", "issue": "印发案例", "objection": "对漏报的异议", "minutes": "会商纪要", "inquiry": "媒体答复", "superior": "反馈上级", "handed up": "上交答复", "unit report": "交办报告", "material": "书面材料", "news above": "续报外单位", "final report": "最终报告",
            "check-in": "巡查", "daily report": "日报", "weekly bulletin": "周报", "monthly summary": "月报",
        },
        "stage": {
            "unassigned": "待分派", "assigned": "待签收", "acknowledged": "办理中", "replied": "已回复", "resolved": "已办结",
            "withdrawn": "已撤件", "merged": "已并案", "positive": "正面信息",
        },
        "outcome": {"answered": "已答复", "remedied": "已整改", "adopted": "已采纳", "clarified": "已澄清", "transferred": "已转办"},
        "request": {
            "reply": "答复", "extension": "延期", "withdrawal": "撤件", "concern": "更正涉及人", "remedy": "整改",
            "unanswerable": "不公开答复", "plan": "方案", "reopening": "重办",
            "wording": "口径", "statement": "声明", "release": "通稿",
        },
        "role": {
            "officer": "信息员", "liaison": "联络员", "head": "部门负责人", "leader": "分管领导", "chief": "主要领导", "office": "办公室",
        },
        "tier": {"general": "一般", "major": "重大", "critical": "特别重大"},
        "platform": {
            "weibo": "微博", "wechat": "微信公众号", "douyin": "抖音", "kuaishou": "快手", "xiaohongshu": "小红书",
            "zhihu": "知乎", "bilibili": "哔哩哔哩", "tieba": "百度贴吧", "toutiao": "今日头条", "douban": "豆瓣",
            "people": "人民网", "text": "文字", "picture": "截图", "file": "文件",
        },
        "desk": {"": "值守台", "closed": "已结束"},
        "channel": {"local": "网页群聊", "dingtalk": "钉钉", "wecom": "企业微信", "wecom-robot": "企业微信", "wecom-app": "企业微信"},
        "event": {
            "opened": "上报", "owed again": "补列结案", "acknowledged": "签收", "assigned": "改派", "led": "牵头协办", "part": "协办意见", "bounced": "退单", "drafted": "拟复",
            "approved": "同意", "rejected": "不同意", "reason": "不同意的理由", "published": "已发布", "resolved": "办结",
            "extension asked": "申请延期", "withdrawal asked": "申请撤件", "withdrawn": "撤件", "remedy asked": "申请整改办结",
            "unanswerable asked": "申请不公开答复", "unanswerable": "不公开答复", "result published": "公布结果", "promise kept": "兑现承诺", "promise moved": "承诺改期", "promise passed": "公开时承诺已过期",
            "instructed": "批办", "planned": "报方案", "signature added": "加签", "signature removed": "取消加签", "signature void": "签字不再算",
            "verified": "核实", "kind": "类别", "positive": "正面", "origin": "来源", "handed down": "上级交办", "handed up": "上交", "taken over": "接办", "given back": "发回", "handed to a unit": "交办单位", "unit reported": "交办报告", "found again": "又收到", "approved above": "上级同意", "order cancelled": "撤销交办", "limit put off": "上级延期", "reported back": "反馈上级", "followed up": "续报", "note": "备注", "reported": "已报", "summarised": "总结", "circulated": "舆情通报", "proposed": "拟办", "tracker": "指定跟踪",
            "calm": "平息", "heat": "热度", "escalated": "升级", "superior": "上级批示", "tier": "级别", "transferred": "转办",
            "concern": "涉及", "concern asked": "申请更正涉及人", "joined": "并入的帖子", "named": "补全标题", "merged": "并案", "merged in": "并案", "reopened": "重办", "attached": "附件", "called back": "回访", "contact": "联系", "action": "整改事项", "action done": "已整改", "action confirmed": "确认整改", "action refused": "整改不实", "issued case": "印发案例", "case read": "已阅", "working group": "专班", "spokesman": "发言人", "response level": "响应级别", "meeting called": "会商", "minutes": "会商纪要", "meeting cancelled": "取消会商", "press asked": "媒体询问", "press answered": "答媒体", "worded": "报口径", "expert asked": "专家", "expert opinion": "专家意见", "topic": "主题", "linked": "关联", "unlinked": "取消关联", "root cause": "根因", "lapse": "漏报、谎报、瞒报", "missed lapse": "漏报", "false lapse": "谎报", "concealed lapse": "瞒报", "lapse objected": "对漏报的异议", "lapse decided": "漏报的决定", "reopening asked": "提请重办",
            "stands": "答复仍在", "gone": "答复已不在", "looked": "查看网址",
            "undone": "撤回", "overtaken": "晚到的话（未照办）", "not calm": "未平息", "delegated": "授权", "delegation ended": "收回授权", "leave": "请假", "back": "销假",
            "swap asked": "申请换班", "swapped": "换班", "swap declined": "不同意换班", "swap withdrawn": "撤回换班",
            "key period": "重点时段", "key period ended": "取消重点时段",
        },
        "figure": {"reply": "按时回复"},
        "act": {
            "withdrawn": "误报撤件", "merged": "并案", "reassigned": "改派", "bounced": "退单", "reopened": "重办", "transferred": "转办",
            "tier": "调级", "unanswered": "未答复办结", "positive": "定为正面",
        },
        "origin": {
                "found": "自行发现", "handed": "上级交办", "hotline": "热线", "mailbox": "信箱", "reception": "接访", "media": "媒体",
                "forwarded": "转来",
            },
            "kind": {"request": "咨询诉求", "complaint": "投诉举报", "suggestion": "意见建议", "disputed": "信息失实", "surge": "集中热议", "positive": "正面"},
        "day": {"weekend": "周末", "holiday": "节假日", "make-up": "调休上班", "local-off": "本单位放假", "workday": "工作日"},
        "weekday": dict(zip("0123456", "一二三四五六日", strict=True)),
    },
    "en": {
        "duty": {
            "acknowledge": "acknowledge", "assign": "assignment", "opinion": "opinion", "instruct": "instruction", "report": "report",
            "verify": "verification", "reply": "reply", "resolve": "resolution", "follow-up": "follow-up",
            "track": "look", "situation": "situation bulletin", "summary": "summary", "calm": "calming", "promise": "promise", "closing": "closing", "check-in": "check-in",
            "stand": "answer still public", "part": "part", "call-back": "call-back", "decide": "decision to reopen", "action": "action item", "confirm": "confirmation of an action", "read": "case to read", "issue": "case to issue", "objection": "objection", "minutes": "minutes", "inquiry": "answer to the press", "superior": "report back", "handed up": "answer to a unit", "unit report": "report to the office", "material": "written material", "news above": "news to a body", "final report": "final report",
            "daily report": "daily report", "weekly bulletin": "weekly bulletin", "monthly summary": "monthly summary",
        },
        "stage": {
            "unassigned": "unassigned", "assigned": "to be acknowledged", "acknowledged": "in hand",
            "replied": "replied", "resolved": "resolved", "withdrawn": "withdrawn", "merged": "merged", "positive": "praise",
        },
        "outcome": {"answered": "answered", "remedied": "remedied", "adopted": "adopted", "clarified": "clarified",
                    "transferred": "transferred"},
        "request": {
            "reply": "reply", "extension": "extension", "withdrawal": "withdrawal",
            "concern": "correction of whom it is about", "remedy": "remedy", "unanswerable": "request to answer nobody",
            "plan": "plan", "reopening": "reopening",
            "wording": "wording", "statement": "statement", "release": "press release",
        },
        "role": {
            "officer": "officer", "liaison": "liaison", "head": "head", "leader": "leader", "chief": "chief", "office": "office",
        },
        "tier": {"general": "general", "major": "major", "critical": "critical"},
        "platform": {
            "weibo": "Weibo", "wechat": "WeChat article", "douyin": "Douyin", "kuaishou": "Kuaishou",
            "xiaohongshu": "Xiaohongshu", "zhihu": "Zhihu", "bilibili": "Bilibili", "tieba": "Baidu Tieba",
            "toutiao": "Toutiao", "douban": "Douban", "people": "People's Daily Online", "text": "text",
            "picture": "a screenshot", "file": "a file",
        },
        "desk": {"": "the desk", "closed": "closed"},
        "channel": {
            "local": "the group page", "dingtalk": "DingTalk", "wecom": "WeCom", "wecom-robot": "WeCom", "wecom-app": "WeCom",
        },
        "event": {
            "opened": "report", "acknowledged": "ack", "assigned": "assign", "led": "lead", "part": "part", "bounced": "return",
            "drafted": "draft", "approved": "approve", "rejected": "reject", "published": "published",
            "resolved": "resolve", "result published": "result published", "extension asked": "extend", "withdrawal asked": "withdraw", "remedy asked": "ask to close as remedied",
            "unanswerable asked": "ask to answer nobody", "unanswerable": "nobody is answered", "instructed": "instruct",
            "planned": "plan", "signature added": "one more signature", "signature removed": "a signature less",
            "verified": "verify", "handed down": "handed down", "handed up": "hand up", "taken over": "take over", "given back": "give back", "handed to a unit": "hand down to a unit", "unit reported": "unit report", "found again": "found again", "approved above": "approved above", "order cancelled": "order cancelled", "limit put off": "superior's limit put off", "reported back": "reported back", "followed up": "update", "summarised": "summary", "circulated": "situation", "proposed": "propose", "tracker": "track", "escalated": "escalate",
            "transferred": "transfer", "concern": "concerns", "concern asked": "clear", "merged": "merge", "reopened": "reopen", "called back": "call back", "contact": "contact", "action": "action item", "action done": "action done", "action confirmed": "action confirmed", "action refused": "action not done", "issued case": "case issued", "case read": "case read", "working group": "working group", "spokesman": "spokesman", "response level": "response level", "meeting called": "meeting", "minutes": "minutes", "meeting cancelled": "meeting cancelled", "press asked": "press asks", "press answered": "press answered", "worded": "wording", "expert asked": "expert", "expert opinion": "expert opinion", "topic": "topic", "linked": "link", "unlinked": "unlink", "root cause": "root cause", "lapse": "missed report", "missed lapse": "missed report", "false lapse": "false report", "concealed lapse": "concealed report", "lapse objected": "objection", "lapse decided": "decision on a missed report", "reopening asked": "ask to reopen",
            "owed again": "closing owed", "stands": "still there", "gone": "answer gone", "looked": "looked at the address",
            "undone": "undo", "overtaken": "came late, not done", "delegated": "delegate", "delegation ended": "end delegation", "leave": "leave", "back": "back",
            "swap asked": "ask for a swap", "swapped": "swap",
            "swap declined": "decline a swap", "swap withdrawn": "withdraw a swap",
            "key period": "key period", "key period ended": "end key period",
        },
        "figure": {"reply": "reply in time", "replied": "replied in time"},
        "act": {
            "withdrawn": "withdrawn", "merged": "merged", "reassigned": "reassigned", "bounced": "returned",
            "reopened": "reopened", "transferred": "transferred", "tier": "tier changed", "unanswered": "closed unanswered", "positive": "called praise",
        },
        "origin": {
                "found": "found by ourselves", "handed": "handed down", "hotline": "hotline", "mailbox": "mailbox",
                "reception": "reception day", "media": "media", "forwarded": "forwarded",
            },
            "kind": {"request": "request", "complaint": "complaint", "suggestion": "suggestion", "disputed": "disputed facts", "surge": "surge", "positive": "praise"},
        "day": {"weekend": "weekend", "holiday": "holiday", "make-up": "worked", "local-off": "day off", "workday": "workday"},
        "weekday": dict(zip("0123456", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)),
    },
}  # fmt: skip

FESTIVALS = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节", "Mid-autumn Festival": "中秋节", "National Day": "国庆节",
}  # fmt: skip
PERIODS = {
    "same day": "当日", "half day": "半个工作日", "end of workday": "下班前", "day of resolve": "办结当日",
    "promised": "按承诺", "instructed": "按批示",
}  # fmt: skip
IN_BUSINESS_HOURS = " in business hours"
UNITS = {
    "zh": {"m": "分钟", "h": "小时", "d": "天", "wd": "个工作日"},
    "en": {"m": " min", "h": " h", "d": " d", "wd": " working days"},
}

SAME_DAY = {
    "zh": {("duty", "reply"): "当日回复", ("figure", "reply"): "当日回复"},
    "en": {
        ("duty", "reply"): "same-day reply",
        ("figure", "reply"): "same-day reply",
        ("figure", "replied"): "replied same day",
    },
}
"""The names of the reply, and of the share that is in time, in a regime that wants it on the day of the find."""


def word(language: str, kind: str, value: str) -> str:
    """Return the term for a value; the value itself if it has none, such as a host name."""
    return WORDS[language][kind].get(value, value)
