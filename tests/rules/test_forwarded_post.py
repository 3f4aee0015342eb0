"""A forwarded message is parsed into its post: title, addresses, time of publication."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.posts.forwarded_post import LONGEST_TITLE, read, shortened
from tests.support.each import for_each

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)  # 20:00 in Shanghai


def title(text, *cards):
    return read(text, cards, NOW, ZONE).title


def local(text):
    """Return the time of publication in Shanghai's local time."""
    moment = read(text, (), NOW, ZONE).posted_at
    assert moment is None or moment.tzinfo is UTC
    return moment and f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"


@for_each(
    ("text", "expected"),
    [
        ("【食堂涨价了】https://weibo.com/1/MzVRA2E8G", "食堂涨价了"),
        ("《食堂涨价了吗》\nhttps://mp.weixin.qq.com/s/abc", "食堂涨价了吗"),
        ("【紧急呼吁】宿舍停水三天。没人管", "【紧急呼吁】宿舍停水三天"),
        ("按照《义务教育法》规定，学校不得收费。请查", "按照《义务教育法》规定，学校不得收费"),
        ("https://weibo.com/1/MzVRA2E8G\n食堂的菜又贵又少。没人管。", "食堂的菜又贵又少"),
        ("校门口堵车怎么办？家长很急", "校门口堵车怎么办？"),
        ("尊敬的王校长：\n您好！宿舍停水三天了。", "宿舍停水三天了"),
        ("易书记： 您好，我是学生家长。", "我是学生家长"),
        ("局长你好！停水了。", "停水了"),
        ("易书记好！打扰了！宿舍停水三天了。", "宿舍停水三天了"),
        ("【为什么学校停课？ - 张三的回答 - 知乎】https://www.zhihu.com/answer/3312345678", "为什么学校停课？"),
        ("【食堂实拍-哔哩哔哩】 https://b23.tv/AbCdEf", "食堂实拍"),
        ("食堂真贵 | 小红书 - 你的生活兴趣社区 https://www.xiaohongshu.com/explore/1", "食堂真贵"),
        (
            "7.43 复制打开抖音，看看【某某的作品】学校食堂又涨价了 https://v.douyin.com/iRNBho6/ 03/15 k@o.DH",
            "学校食堂又涨价了",
        ),
        ("2026-11-20 10:00\n食堂涨价了", "食堂涨价了"),
        ("发布时间：2026-11-20 10:00 食堂涨价了", "食堂涨价了"),
        ("@教务处 考试时间冲突", "考试时间冲突"),
        ("群聊的聊天记录\n甲:食堂有虫 https://weibo.com/1/MzVRA2E8G\n乙: 是的", "食堂有虫"),
        ("[聊天记录]", None),
        ("https：//weibo.com/1/MzVRA2E8G", None),
        ("微博的帖子 https://weibo.com/1/MzVRA2E8G", None),
        ("看看这个 https://weibo.com/1/MzVRA2E8G", None),
        ("停水", "停水"),
        ("https://weibo.com/1/MzVRA2E8G", None),
        ("weibo.com/1/MzVRA2E8G", None),
        ("！！！", None),
        ("", None),
    ],
)
def test_title(text, expected):
    assert title(text) == expected


def test_the_card_names_the_post():
    assert title("看看这个 https://a.cn/1", "", "食堂涨价 - 知乎") == "食堂涨价"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("一" * 40, "一" * 40),
        ("一" * 41, "一" * 39 + "…"),
        ("一" * 30 + "，" + "二" * 30, "一" * 30 + "…"),
        ("一" * 34 + "20000元", "一" * 34 + "20000元"),
        ("一" * 35 + "20000元，二", "一" * 35 + "…"),
        ("一" * 38 + "3万元二二", "一" * 38 + "…"),
        ("一" * 36 + "hello world", "一" * 36 + "…"),
        ("一" * 36 + "3,500元二二", "一" * 36 + "…"),
        ("a" * 60, "a" * 39 + "…"),
    ],
)
def test_shortened(line, expected):
    assert shortened(line) == expected


@given(st.text("一二三，。 0123.abc（", max_size=90))
def test_a_title_is_short_and_parts_no_word(line):
    short = shortened(line)
    assert len(short) <= LONGEST_TITLE
    cut = len(short) - 1
    if short.endswith("…") and not line[:LONGEST_TITLE].replace(".", "").isalnum():
        assert line.startswith(short[:-1])
        assert not (line[cut - 1].isdigit() and line[cut].isdigit())


@for_each(
    ("text", "expected"),
    [
        ("发布时间：2026-11-20 10:00 停水", "2026-11-20 10:00"),
        ("停水\n发布时间: 2026/11/20 10:00:59 来源：贴吧", "2026-11-20 10:00"),
        ("发布于2026年11月20日 下午3:05", "2026-11-20 15:05"),
        ("发布日期：2026-11-20", "2026-11-20 00:00"),
        ("停水三天。发表于 2026.11.20 10:00", "2026-11-20 10:00"),
        ("停水\n11-20 10:00 发布", "2026-11-20 10:00"),
        ("停水\n12-20 10:00 发布", "2025-12-20 10:00"),
        ("停水\n11-21 20:00 发布", "2026-11-21 20:00"),
        ("停水\n11-21 20:01 发布", "2025-11-21 20:01"),
        ("停水\n02-29 08:00 发布", "2024-02-29 08:00"),
        ("昨天 21:30 发布 停水", "2026-11-20 21:30"),
        ("停水 前天 21:30 来自 iPhone客户端", "2026-11-19 21:30"),
        ("停水\n今天 08:00\n", "2026-11-21 08:00"),
        ("某校停水\n3小时前\n没人管", "2026-11-21 17:00"),
        ("发布于 25分钟前", "2026-11-21 19:35"),
        ("停水 2天前发布", "2026-11-19 20:00"),
        ("26-11-20 10:00 发布于 湖南 来自 微博网页版\n停水", "2026-11-20 10:00"),
        ("停水通知\n2026年11月20日 10:00 湖南\n正文", "2026-11-20 10:00"),
        ("Water is off. posted at 2026-11-20 10:00", "2026-11-20 10:00"),
        ("Water is off\n3 hours ago", "2026-11-21 17:00"),
        ("2026-11-20T10:00:00Z 停水", "2026-11-20 18:00"),
        ("停水，请处理。2026年11月20日 10:00", "2026-11-20 10:00"),
        ("2026-11-20 10:00 停水。发布时间：2026-11-20 09:00", "2026-11-20 09:00"),
        ("发布时间：2027-11-20 10:00\n2026-11-20 10:00", "2026-11-20 10:00"),
    ],
)
def test_posted_at(text, expected):
    assert local(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "我10月3日在食堂吃出虫子",
        "2026年11月20日10:00，我在食堂吃出虫子",
        "2026-11-20 10:00 我在食堂吃出虫子",
        "从2026-11-20 10:00 到现在一直停水",
        "截止2026年11月20日 10:00",
        "3小时前我路过校门口，看见堵车",
        "昨天21:30宿舍停水",
        "学校11月20日 10:00 发布的通知说停水",
        "关于市自来水公司于2018年11月14日发布节水通知",
        "质疑《线路改造工程》，发布时间2018年9月30日3、不合规",
        "今年4月30日",
        "2019年4月30日",
        "发布时间：2027-11-20 10:00",
        "发布时间：2026-13-20 10:00",
        "发布时间：2026-11-21 22:00",
        "发布时间：2026-11-20 29:00",
        "电话 010-1234 5678 发布",
        "开头" * 150 + "\n发布时间：2015-03-12 09:07\n" + "结尾" * 150,
        "",
    ],
)
def test_the_dates_of_the_story_are_not_the_posts(text):
    assert local(text) is None


def test_the_zone_is_the_institutions():
    london = read("发布时间：2026-11-20 10:00", (), NOW, ZoneInfo("Europe/London"))
    assert london.posted_at == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_text_and_addresses():
    post = read("  停水 https://a.cn/1?utm_source=x，另见 https://a.cn/2_x000D_\n", (), NOW, ZONE)
    assert post.text == "停水 https://a.cn/1?utm_source=x，另见 https://a.cn/2"
    assert post.urls == ("https://a.cn/1?utm_source=x", "https://a.cn/2")


PIECES = [
    "发布时间：",
    "发布",
    "2026-11-20",
    "02-30",
    "99:99",
    "10:00",
    "昨天",
    "999天前",
    "\n",
    " ",
    "【",
    "】",
    "《",
    "》",
    "https://",
    "@甲 ",
]


@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=10).map("".join),
    st.integers(0, 4_000_000_000),
)
def test_any_text_can_be_read(text, seconds):
    now = datetime.fromtimestamp(seconds, UTC)
    post = read(text, (), now, ZONE)
    assert post.title is None or 0 < len(post.title) <= LONGEST_TITLE
    assert post.posted_at is None or now - post.posted_at >= timedelta(0)
