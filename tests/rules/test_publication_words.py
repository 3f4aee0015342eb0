"""Words beside a proof are a publication only where they say that it is public, and say little else."""

import pytest

from handlers.rules.language.publication_words import read
from tests.support.each import for_each

PUBLIC = (
    "已发布 12",
    "已回复 12",
    "已发布",
    "回复链接",
    "12 已经发出去了",
    "published",
    "已答复12",
    "12 已回复",
    "十二号已经发布了",
    "我们已经公开回复了 12",
    "回复 12",
    "已发布 12 跟帖",
    "已发布 12 在3楼",
    "已发布 请查收",
    "replied 12",
    "posted",
    "it's live:",
    "the reply is live",
    "12 published",
    "好的，已发布 12",
    "答复网址：",
    "已挂网 12",
    "回复已经发布",
    "发出去了",
    "已在原帖下回复 12",
    "published 12 in the comments",
    "已发布 12 网址是，请查收",
    "12号的回复已公开",
    "已公开回复 12：",
    "已发布 12，谢谢",
    "刚刚发布 12",
    "12 posted now",
    "we have published 12",
    "the answer was posted",
    "已上线 12",
    "已发布 12 如图",
    "12 已公布",
    "已发帖 12",
    "已发布 12 请领导审阅",
    "已发布 12 公众号和官网都发了",
    "已发布 12 浏览量 300",
    "已发布 12 市长信箱",
    "已发布 12 并私信回复了家长",
    "published 12 it is visible to everyone",
    "published 12 on the school site",
    "here is our reply",
)
NOT_YET = (
    "已发布 12 还没审核通过",
    "已发布 12 尚未显示",
    "已发布 12 待审核",
    "明天发 12",
    "准备发布 12",
    "发布失败 12",
    "已发布 12 被退回",
    "12 not live yet",
    "published 12 pending review",
    "12 will be published",
    "已发布 12？",
    "12 发布了吗",
    "还没审核通过",
    "待审核",
    "已发布 12 审核中",
    "已回复 12 明天才能看到",
    "published 12 tomorrow",
    "已发布 12 但是被删了",
    "已发布 12 正在审核",
    "12 等平台审核",
    "还没发布 12",
    "已发布 12 今晚发",
    "已提交 12 待管理员审核",
    "已发布 12 草稿",
    "已发布 12 定时明早八点",
    "已发布 12 只能自己看到",
    "12 未通过审核",
    "已发布 12 审核未通过",
    "发不出去 12",
    "12 isn't public yet",
    "published 12 but it was rejected",
    "12 failed to post",
    "published 12 once approved",
    "已发布 12 如果领导同意",
    "12 稍后发布",
    "已发布 12 不能看到",
    "12 暂未公开",
    "not yet published 12",
    "已发布 12 没成功",
    "12 just a draft",
    "已发布 12 快发了",
    "已发布 12 明天能看到",
    "已发布 12 网站说要审",
    "已发布 12 打不开",
    "已发布 12 家长说看不到",
    "已发布 12 过会儿就能看见",
    "已发布 12 需要登录",
    "已发布 12 页面404",
    "已发布 12 又撤了",
    "已发布 12 设为私密",
    "已发布 12 隐藏了",
    "已发布 12 后台显示处理中",
    "已发布 12 先占个位",
    "已发布 12 正文待补",
    "已发布 12 发错了",
    "已发布 12 假的",
    "已发布 12 吧",
    "已发布 12 的时候提醒我",
    "published 12 but only I can see it",
    "published 12 visible after review",
    "published 12 the page is down",
    "published 12 login required",
    "published 12 the link is broken",
    "published 12 hidden",
)
ELSE = (
    "",
    "食堂饭菜有异物",
    "明天发布成绩",
    "学校发布",
    "发布时间：2026-11-20 10:00",
    "网址",
    "链接：",
    "帖子被删了",
    "准备发布录取名单",
    "家长说学校还没回复",
    "请回复",
    "回复太慢了",
    "学校不回复家长",
    "发布 招生简章",
    "还没发布录取名单",
    "尚未公开账目",
    "没人回复",
    "上报 已发布的通知有误",
    "办结 12 已答复",
    "已回复家长了",
    "公开课取消",
    "回复慢",
    "发布于昨天",
    "网友发布的视频",
    "今天发布的通知",
    "posted by a parent",
    "the reply is wrong",
    "续报 12 准备发布",
    "拟复 12 明天发布结果",
    "延期 12 2天 等发布",
    "同意发布",
    "学校答复不实",
    "公布电话打不通",
    "when will it be published",
)


@for_each("words", PUBLIC)
def test_it_is_public(words: str) -> None:
    found = read(words, shown=True, spoken_to=False)
    assert found
    assert (found.publicity, found.number) == ("public", 12 if "12" in words or "十二" in words else None)


@for_each("words", NOT_YET)
def test_it_is_not_public_yet(words: str) -> None:
    found = read(words, shown=True, spoken_to=False)
    assert found
    assert (found.publicity, found.number) == ("not yet", 12 if "12" in words else None)


@for_each("words", ELSE)
def test_it_speaks_of_something_else(words: str) -> None:
    assert read(words, shown=True, spoken_to=False) is None


@pytest.mark.parametrize("words", ["已发布 12", "已发布", "published 12", "发布 12"])
def test_the_command_needs_no_proof_to_be_understood(words: str) -> None:
    found = read(words, shown=False, spoken_to=False)
    assert found
    assert found.publicity == "public"


@pytest.mark.parametrize("words", ["已回复 12", "回复了", "12 已经发出去了", "已发布 12 了吗", "还没发布 12", "明天发"])
def test_other_words_without_a_proof_are_talk(words: str) -> None:
    assert read(words, shown=False, spoken_to=True) is None
