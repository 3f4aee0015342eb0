"""Texts of 25 and of 250 KB that are made to be slow to read, and how the time of reading grows from one to the other.

Time is that of the process, so that a busy machine changes little. A reader that takes ten times as long for ten times
the text is linear; one that looks back from every place takes a hundred times as long. What is asked lies between both:
memory that a long text no longer fits into doubles the time of a linear reader.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import count
from time import process_time

from handlers.rules.language.messages import Message
from handlers.rules.language.utterance import Utterance
from tests.support.story import SHANGHAI

SHORT, LONG = 25_000, 250_000
"""Bytes in UTF-8, as platforms and the pages count them."""
MOST_GROWTH = 30
MEASURABLE = 0.25
"""Seconds: what takes less for the long text is quick, and a quotient of such times says nothing."""
PATIENCE = 1.5
"""Seconds for the short text, above which the long one is not tried: linear readers take about 0.02."""
FIRST_HAN, HANS = 0x4E00, 20_000
_READ = count()
READ_AT = datetime(2026, 11, 23, 10, 5, tzinfo=SHANGHAI)

BEGINNINGS = (
    "", "拟复 3 ", "办结 1 ", "已发布 1 ", "已发布 ", "同意 1 ", "不同意 1 ", "批示 1 ", "上报 ", "合并 1 ",
    "查 ", "延期 1 ", "改派 1 ", "反馈 1 ", "签收 1 ", "换班 ", "委托 ", "说明 1 ", "draft 3 ", "published 1 ",
    "请假 至 周五 由 孙", "授权 王强", "牵头 1 保卫处", "改派 1 保卫处", "热度 1 阅读", "回避 1 不是 王强",
    "换班 明天 王强",    "approve 1 ", "report ", "https://a.cn/1 ", "[聊天记录]\n", "「",
)  # fmt: skip
TIMES = (
    "11月3日", "2026-11-03 ", "2026年11月3日", "3天", "三天内", "3-5个工作日内", "第3点：", "明天", "下周三",
    "上午9点", "11:30", "星期", "周", "月底", "年", "within 3 days ", "by Friday ", "3 days ", "12 November ",
    "2026.",
)  # fmt: skip
NUMBERS = (
    "1", "12 ", "0", "9.", "#12", "〔#12〕", "第", "一百二十三", "十", "１", "٣", "①", "①②", "1、", "1. ",
    "1) ", "（1）", "一、", "第一，", "1\n", "13812345678", "138 ", "110105 ", "６", "1/", "1-", "1号", "12、",
    "12和", "-1", "1%", "86", "12)",
)  # fmt: skip
BLANKS = (" ", "\n", "　", "\t", "\n\n", " \n", "\u200b", "\u202e", "\u00a0", "\u2005", "\u3164", "\r\n", " ，", "  .")
SIGNS = (
    "（", "）", "（(", "“", "”", "「", "「」", "【", "】", "【】", "[", "]", "[]", "<", ">", "《", "“同意”",
    "，", "。", "！", "？", "?", "、", "；", ":", "：", "-", "—", "--", "…", "~", "=", "|", "\\", "/", "//",
    "*", "**", "_", "`", "#", "'", '"', "''", "&amp;", "%E4", "{{", "{%", "$", "+", "👍", "😀", "👨‍👩‍👧", "é",
    "ù", ",", ".", "．", "·",
)  # fmt: skip
ADDRESSES = (
    "https://weibo.com/1234567890/Ab1cD2eF3 ", "https://a.cn/1", "https://a.cn/1 ", "http://", "http:/",
    "https：//ａ", "www.", "www.a.", "a.", "a.b/", "a-", "a@b.c ", "?a=1&", "1.2.3.4/", "t.cn/", "北京/",
    "localhost", "x://", "h", "http",
)  # fmt: skip
NAMES = (
    "王强", "王", "王 强", "王*", "钱校长", "钱副校长", "王老师", "张局长", "书记", "副", "冯chu长", "chu长",
    "姓冯的", "钱x长", "保卫处", "总务处", "总务处长", "@王强", "@王强 ", "@", "@总务处 ", "<@wang>", "分管",
    "分管后勤的副校长", "负责", "校领导", "举报", "举报总务处", "反映", "删", "收", "收钱", "王强收钱。",
    "尊敬的", "各位领导", "Ms Wang ", "Principal Qian ", "principal ", "head of ", "the vice principal ",
    "bull", "wang", "我们", "学生", "xx", "某",
)  # fmt: skip
VERBS = (
    "同意", "不同意", "已", "未", "不", "请", "好的，", "收到 ", "谢谢", "ok ", "no ", "not ", "already ",
    "发布", "已发布", "没发布", "还没", "审核", "办结", "整改", "处理", "将", "完成", "修好", "修好了水管。",
    "办好，", "正在", "不用", "要求", "由", "通知", "说明", "向平台", "删帖", "合并", "转发：", "转发微博 ",
    "//", "fwd: ", "a", "ab ", "aA", "posted ", "the answer ", "in the thread ", "有人", "也有人", "件事",
    "今天", "舆情", "of ", "with ", "take ", "post ", "taken ", "我", "望", "建议", "一样", "了", "的", "中",
)  # fmt: skip
LINES = (
    "> ", "> a\n", "- ", "- a\n", "1. a\n", "1、食堂\n", "①食堂\n", "张三 10:05\n", "张三: 好\n", "张三：\n",
    "转发：\n", "签收 1\n", "签收 1，", "签收 1；", "拟复 1 好\n", "群聊的聊天记录\n", "[聊天记录]\n",
    "- - - -\n", "---\n", "|a|b|\n", "# a\n", "```\n", "<p>", "<!DOCTYPE ", "<a href='", "复制打开抖音",
    "【标题】", "发布时间：2026-11-20 10:00\n", "x\n\n", "_x000D_",
)  # fmt: skip
SHAPES = (
    "一一一", "2026-", "2026-1-", "第一", "第第", "同意不同意", "@@@@", "@a@b ", "👩‍❤️‍💋‍👨", "👍🏽",
    "é\u0301\u0302", "a\u0300", "\u200f", "\u202bא ", "#1#1#1", "#1 #2 ", "#", "[a](b)", "[a](https://a.cn/1)",
    "![](", "《《《", "》《", "（（（", "a.a.a.a", "a.a.a.a/", ",,,", "a,b,", "，、，", "ｈｔｔｐ：／／",
    "ｗｗｗ．", "ＡＢＣ", "ａ１", "壹贰叁", "廿", "〇〇〇", "百百百", "十十十", "个个", "半半半", "的的的",
    "我我我", "王王", "钱钱", "处处处", "校校", "长长长", "副副副", "某某某", "xxx", "XXX", "***", "×××",
    "姓姓姓", "姓钱的", "chuchu", "a1b2", "0000", "0x", "1e5", "1:1:1", "11:11:11 ", "1/1/1", "1.1.1", "1,1,1",
    "+86 ", "86-", "(0", "010-", "400-", "tel:1", "&#39;", "&&", "%25", "%%", "{{{", "}}", "<<", "><", "</a>",
    "<b><i>", "\\\\", "\"\"", "““", "””", "‘’", "··", "——", "……", "~~", "^^", "||", "`a`", "''a", "\x7f",
    "\x01", "\ufeff", "\u00ad", "\u2028", "\u0085", "\v", "\f", "\r", "ﬁ", "ß", "İ", "ı", "ΐ", "ⅷ", "㊀", "㈠",
    "㍿", "﷽", "𝟏", "𝒂", "𠮷", "👨‍👩‍👧‍👦 ", "🇨🇳", "周周", "月月", "年年", "日日", "前前", "内内", "by by ",
    "of of ", "the the ", "in in ", "not not ", "no no ", "yes yes ", "I I ", "a a ", "will will ", "to be ",
    "was were ", "don't ", "'s ", "Mr. ", "Dr Dr ", "head head ", "vice vice ", "principal of ",
    "in charge of ", "分管分管", "负责负责", "尊敬尊敬", "建议建议", "举报举报", "感谢感谢", "不不不", "没没没",
    "已已已", "未未未", "将将将", "会会会", "要要要", "请请请", "由由由", "把把把", "被被被",
)  # fmt: skip
"""What is repeated in itself, half begun, nested, invisible, or of other scripts."""
UNITS = tuple(dict.fromkeys((*TIMES, *NUMBERS, *BLANKS, *SIGNS, *ADDRESSES, *NAMES, *VERBS, *LINES, *SHAPES)))
MIXED = tuple(one + other for n, one in enumerate(UNITS) for other in UNITS[n * 7 % 11 :: 90] if one != other)
"""Mixes of two units."""


def text_of(unit: str, length: int, beginning: str = "", end: str = "") -> str:
    """Return a text of about so many bytes: the beginning, the unit again and again, the end."""
    return beginning + unit * (length // len(unit.encode())) + end


def utterance(text: str) -> Utterance:
    said = Message(channel="local", id="1", conversation="work", sender="zhou", sent_at=READ_AT, text=text)
    return Utterance.of(said, ("回音", "Huiyin"), "周晓")


def too_slow(read: Callable[[str], object], texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield what is wrong with the time of reading each long text, compared with its short one."""
    for short, long in texts:
        if problem := _problem(read, short, long):
            yield f"{problem} for {short[:24]!r}"


def _problem(read: Callable[[str], object], short: str, long: str) -> str:
    """Return "" if the time grows with the length; measured again before anything is said."""
    if (before := seconds(read, short)) > PATIENCE:
        return f"{before:.2f} s for {SHORT} bytes"
    for _ in range(3):
        if (after := seconds(read, long)) < MEASURABLE:
            return ""
        before = max(seconds(read, short), seconds(read, short))
        if after < before * MOST_GROWTH:
            return ""
    return f"{before:.3f} s, then {after:.3f} s"


def seconds(read: Callable[[str], object], text: str) -> float:
    """Return the seconds that the process takes to read a text; its end is its own, so that no cache knows it."""
    fresh = f"{text}{chr(FIRST_HAN + next(_READ) % HANS)}"
    started = process_time()
    read(fresh)
    return process_time() - started
