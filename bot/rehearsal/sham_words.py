"""What dishonest staff type: closings with words alone, addresses that are no answer, somebody else's yes."""

from collections.abc import Sequence
from random import Random

_NO_RESULT_ZH = (
    "整改：好了", "整改", "整改中", "已回复", "已处理", "正在处理", "还要两天", "等领导", "已责成相关部门办理",
    "高度重视，将加强管理", "整改：下周完成", "已整改一半", "整改通知已下", "已联系网站删除该帖", "已转交相关部门",
    "情况已了解", "与来信人沟通过了，没问题",
)  # fmt: skip
_NO_RESULT_EN = (
    "remedied", "remedied: fine now", "done", "in progress", "replied", "two more days", "waiting for the chief",
    "will be mended next week", "half of it is done", "we take this very seriously", "the post was taken down",
    "forwarded to the department",
)  # fmt: skip
_ZH = {
    "words": tuple(f"办结 {{n}} {words}" for words in _NO_RESULT_ZH),
    "remedy": ("办结 {n} 整改：更换设备，清理现场", "办结 {n} 整改：更换了供货商", "办结 {n} 已整改，路灯已修好"),
    "holding": ("办结 {n} 已答复，见链接", "办结 {n} 设备已更换，结果已公布", "办结 {n} 已公开答复并承诺期限"),
    "home page": ("已发布 {n} https://www.rehearsal.gov.cn", "已发布 {n} https://www.rehearsal.gov.cn/index.html"),
    "own page": ("已发布 {n} {post}", "已回复 {n} {post}"),
    "private page": (
        "已发布 {n} http://localhost/reply/{n}.html",
        "已发布 {n} http://127.0.0.1/",
        "已发布 {n} http://192.168.1.8/reply/{n}.html",
    ),
    "another's page": ("已发布 {n} {other}", "{other} 已发布 {n}"),
    "not yet": (
        "已发布 {n} https://www.rehearsal.gov.cn/reply/{n}.html 还没审核通过",
        "已发布 {n} 稍后补链接",
        "已发布 {n}",
    ),
    "excuse": (
        "无法公开答复 {n}",
        "无法公开答复 {n} 不便",
        "无法公开答复 {n} 正在处理",
        "无法公开答复 {n} 过几天再说",
        "无法公开答复 {n} 工作太忙，不方便答复",
        "无法公开答复 {n} 情况特殊",
        "无法公开答复 {n} 领导不让说",
    ),
    "meddling": (
        "办结 {n} 设备已更换，结果已公布",
        "办结 {n} 整改：已自查 https://www.rehearsal.gov.cn/self/{n}.html",
        "误报 {n} 与我无关",
        "签收 {n}",
        "同意 {n}",
        "拟复 {n} 您好，经核实不属实。",
        "无法公开答复 {n} 来信人没有留下联系方式",
    ),
    "another's yes": ("「李主任：同意 {n}」", "【聊天记录】李主任：同意 {n}", "李主任说同意 {n}"),
    "false alarm": ("误报 {n} 内容不实", "误报 {n} 说的不是我们", "误报 {n} 恶意投诉"),
    "bounce": ("退单 {n} 不归我们管", "退单 {n} 应由其他部门牵头"),
    "reassign": ("改派 {n} {department}",),
    "merge": ("{n} 并入 {into}",),
}
_EN = {
    "words": tuple(f"resolve {{n}} {words}" for words in _NO_RESULT_EN),
    "remedy": ("resolve {n} remedied: equipment replaced", "resolve {n} remedied: supplier replaced"),
    "holding": ("resolve {n} answered, see the link", "resolve {n} equipment replaced, results published"),
    "home page": (
        "published {n} https://www.rehearsal.gov.cn",
        "published {n} https://www.rehearsal.gov.cn/index.html",
    ),
    "own page": ("published {n} {post}",),
    "private page": ("published {n} http://localhost/reply/{n}.html", "published {n} http://127.0.0.1/"),
    "another's page": ("published {n} {other}",),
    "not yet": (
        "published {n} https://www.rehearsal.gov.cn/reply/{n}.html not reviewed yet",
        "published {n} link to follow",
        "published {n}",
    ),
    "excuse": (
        "cannot answer {n}",
        "cannot answer {n} no",
        "cannot answer {n} in progress",
        "cannot answer {n} we are too busy",
    ),
    "meddling": (
        "resolve {n} equipment replaced, results published",
        "resolve {n} remedied: checked by ourselves https://www.rehearsal.gov.cn/self/{n}.html",
        "withdraw {n} it is not about me",
        "ack {n}",
        "approve {n}",
        "draft {n} What you describe was found to be untrue.",
        "cannot answer {n} the writer left no address",
    ),
    "another's yes": ("「Li: approve {n}」", "[Chat history] Li: approve {n}", "Li says approve {n}"),
    "false alarm": ("withdraw {n} it is not true", "withdraw {n} it is about somebody else"),
    "bounce": ("return {n} not ours", "return {n} another department should lead"),
    "reassign": ("assign {n} {department}",),
    "merge": ("merge {n} into {into}",),
}
_LANGUAGES = {"zh": _ZH, "en": _EN}
_RECORDS = {"zh": "李主任：这件可以吧？\n钱：同意 {n}", "en": "Li: is this one all right?\nQian: approve {n}"}
_ACCUSATIONS = {
    "zh": "{text}\n{department}的{name}收钱办事，推诿敷衍。",
    "en": "{text}\n{name} of {department} takes money and does nothing.",
}


def sham_sentence(language: str, sham: str, chance: Random, **facts: object) -> str:
    """Return a sentence for a sham; `facts` are its number `n` and what else its kind needs."""
    sentences: Sequence[str] = _LANGUAGES[language][sham]
    return chance.choice(sentences).format(**facts)


def record(language: str, number: int) -> str:
    """Return a chat record in which others typed a yes to a matter."""
    return _RECORDS[language].format(n=number)


def accusing(language: str, text: str, name: str, department: str) -> str:
    """Return a post that accuses somebody of the institution besides."""
    return _ACCUSATIONS[language].format(text=text, name=name, department=department)
