"""An address that proves an answer is a page on the public internet; every other one has its own objection."""

import pytest

from handlers.rules.posts.public_address import addresses, objection, seen_at, site_name, without_addresses
from tests.support.each import for_each

SHAM = {
    "home": (
        "https://baidu.com",
        "https://weibo.com/",
        "https://www.gov.cn/index.html",
        "https://www.zhihu.com/",
        "https://tieba.baidu.com/",
        "https://liuyan.people.com.cn/",
        "https://bbs.school.edu.cn/home.php?mod=space&uid=123",
        "https://www.school.edu.cn/index.php",
        "https://www.school.edu.cn/default.aspx",
        "https://www.school.edu.cn/m/",
        "https://www.school.edu.cn/zh/index.html",
        "https://www.school.edu.cn/#/",
        "https://www.school.edu.cn/#/home",
        "https://www.school.edu.cn/?from=weixin",
        "https://news.163.com/",
        "https://www.gov.cn/?t=1732500000",
        "https://www.school.edu.cn/index.html#top",
        "https://www.gov.cn?spm=a1.2.3",
    ),
    "search": (
        "https://www.baidu.com/s?wd=食堂",
        "https://s.weibo.com/weibo?q=食堂",
        "https://www.so.com/s?q=abc",
        "https://www.gov.cn/search?keyword=1",
        "https://www.school.edu.cn/search.html?q=食堂",
        "https://cn.bing.com/search?q=a",
        "https://weibo.com/hot/search",
        "https://so.toutiao.com/search?keyword=a",
        "https://www.google.com/search?q=yucai",
        "https://www.sogou.com/web?query=yucai",
        "https://search.bilibili.com/all?keyword=a",
        "https://www.zhihu.com/search?q=a&type=content",
    ),
    "login": (
        "https://passport.weibo.com/visitor/visitor?url=https://weibo.com/123",
        "https://www.school.edu.cn/login",
        "https://www.school.edu.cn/user/login.html?back=123",
        "https://sso.school.edu.cn/cas/login?service=123",
        "https://auth.school.edu.cn/authserver/12",
        "https://www.school.edu.cn/register.html?id=12",
    ),
    "backstage": (
        "https://cms.school.edu.cn/article/123",
        "https://www.school.edu.cn/admin/article/123",
        "https://mp.weixin.qq.com/cgi-bin/appmsg?t=media/appmsg_edit&appmsgid=100000123",
        "https://mp.weixin.qq.com/s?__biz=MzA&mid=265&idx=1&sn=abc&tempkey=MTIz",
        "https://docs.qq.com/doc/DQXhYb3",
        "https://alidocs.dingtalk.com/i/nodes/abc123def",
        "https://pan.baidu.com/s/1abcDEF",
        "https://oa.school.edu.cn/news/123.html",
        "https://webvpn.school.edu.cn/https/77726476/news/123.html",
        "https://www.school.edu.cn/wp-admin/post.php?post=123",
        "https://www.school.edu.cn/news/123.html?preview=true",
        "https://www.school.edu.cn/preview/123.html",
        "https://www.school.edu.cn/houtai/news/123",
    ),
    "list": (
        "https://weibo.com/u/1234567890",
        "https://weibo.com/1234567890",
        "https://weibo.com/n/育才中学",
        "https://weibo.com/yucaizhongxue",
        "https://www.zhihu.com/people/abc-123",
        "https://www.douyin.com/user/MS4wLjABAAAA123",
        "https://space.bilibili.com/123456",
        "https://tieba.baidu.com/f?kw=育才中学",
        "https://www.xiaohongshu.com/user/profile/5f1234567890abcdef123456",
        "https://www.toutiao.com/c/user/token/MS4wLjA123/",
        "https://mp.weixin.qq.com/mp/profile_ext?action=home&__biz=MzA123",
        "https://liuyan.people.com.cn/forum/list?fid=123",
        "https://www.school.edu.cn/xwzx/",
        "https://www.school.edu.cn/tzgg/index.html",
        "https://www.school.edu.cn/col/col1234/index.html",
        "https://www.gov.cn/zwgk/index_2.html",
        "https://www.school.edu.cn/list/123.html",
        "https://www.school.edu.cn/list_12.html",
        "https://www.school.edu.cn/channel/12",
        "https://www.school.edu.cn/node_123.htm",
        "https://www.school.edu.cn/news/2026/",
        "https://www.school.edu.cn/2026/11/26/",
        "https://www.school.edu.cn/category/food",
        "https://bbs.school.edu.cn/forum-12-1.html",
        "https://bbs.school.edu.cn/forumdisplay.php?fid=12",
        "https://bbs.school.edu.cn/space-uid-123.html",
        "https://www.school.edu.cn/content.html",
        "https://www.school.edu.cn/detail",
        "https://www.school.edu.cn/about-us",
        "https://x.com/yucai",
        "https://www.youtube.com/@yucai",
        "https://www.school.edu.cn/page/2",
        "https://www.school.edu.cn/news?page=12",
        "https://weibo.com/p/1005051234567890/home",
        "https://m.weibo.cn/profile/1234567890",
        "https://www.kuaishou.com/profile/3xabcdef123",
        "https://www.douban.com/people/123456/",
        "https://www.bilibili.com/v/popular/rank/all",
        "https://www.instagram.com/yucai/",
        "https://www.facebook.com/profile.php?id=100012345678",
        "https://www.tiktok.com/@yucai",
        "https://www.school.edu.cn/jigou.html",
        "https://www.school.edu.cn/xwzx.html",
        "https://www.school.edu.cn/archives/",
        "https://www.school.edu.cn/archive/2026-11",
        "https://www.school.edu.cn/index_12.html",
        "https://www.school.edu.cn/column/food/",
        "https://www.school.edu.cn/tags/canteen",
        "https://www.school.edu.cn/author/12",
        "https://www.school.edu.cn/通知公告/",
        "https://www.school.edu.cn/view.do",
        "https://www.school.edu.cn/#/list",
    ),
    "private": (
        "http://localhost/",
        "http://127.0.0.1/12",
        "http://10.1.2.3/reply/12",
        "http://192.168.1.10/news/123.html",
        f"http://{'a' * 64}.edu.cn/notice/12",
        "http://172.20.0.5/a/1",
        "http://169.254.1.1/a/12",
        "http://[::1]/a/12",
        "http://[fe80::1]/a/12",
        "http://[fd00::1]/a/12",
        "http://[::ffff:10.0.0.1]/a/12",
        "http://2130706433/a/12",
        "http://0x7f.1/a/12",
        "http://127.1/a/12",
        "http://0.0.0.0/a/12",
        "http://oa/notice/123",
        "http://intranet.school.local/a/12",
        "http://server.lan/a/12",
        "http://host.internal/a/12",
        "http://www.example.com/reply/12",
        "http://10.0.0.1.nip.io/a/12",
        "http://100.64.0.1/a/12",
        "http://224.0.0.1/a/12",
        "http://255.255.255.255/a/12",
        "http://192.0.2.1/a/12",
        "http://[64:ff9b::a00:1]/a/12",
        "http://017700000001/a/12",
        "http://printer/a/12",
        "http://www.school.test/a/12",
        "http://abc.onion/a/12",
        "http://school.home.arpa/a/12",
    ),
    "password": (
        "https://user:pw@www.gov.cn/a/123.html",
        "https://@www.gov.cn/a/123.html",
        "https://admin@www.gov.cn/a/123.html",
        "https://www.gov.cn@10.0.0.1/a/123.html",
    ),
    "short": (
        "https://t.cn/A6xyz12",
        "https://bit.ly/3abcde",
        "https://tinyurl.com/yc12345",
        "https://dwz.cn/abc123",
    ),
    "not web": (
        "ftp://www.gov.cn/a/123.html",
        "file:///C:/a.html",
        "javascript:alert(1)",
        "mailto:a@b.cn",
        "\\\\server\\share\\a.html",
    ),
}
HONEST = (
    "https://weibo.com/1234567890/Xy9zK8wQ1",
    "https://m.weibo.cn/status/4885639100630954",
    "https://mp.weixin.qq.com/s/abcDEF123_-x",
    "https://mp.weixin.qq.com/s?__biz=MzA&mid=265&idx=1&sn=abc",
    "https://www.douyin.com/video/7123456789012345678",
    "https://v.douyin.com/iRNBho6/",
    "https://www.xiaohongshu.com/explore/5f1234567890abcdef123456",
    "https://www.zhihu.com/question/123456789/answer/987654321",
    "https://www.bilibili.com/video/BV17x411w7KC",
    "https://b23.tv/BV17x411w7KC",
    "https://tieba.baidu.com/p/1234567890",
    "https://www.toutiao.com/article/7123456789012345678/",
    "https://liuyan.people.com.cn/threads/content?tid=12345678",
    "http://liuyan.people.com.cn/threads/content?tid=12345678&from=search",
    "https://www.school.edu.cn/art/2026/11/26/art_1234_5678.html",
    "https://www.school.edu.cn/info/1032/4567.htm",
    "https://www.gov.cn/zhengce/content/202611/t20261126_123.htm",
    "https://www.gov.cn/zwgk/content_123.html",
    "https://www.school.edu.cn/tzgg/202611/26.html?id=5566",
    "https://bbs.rednet.cn/thread-48211111-1-1.html",
    "https://bbs.school.edu.cn/forum.php?mod=viewthread&tid=12345",
    "https://www.school.edu.cn/reply/3",
    "https://www.example.gov.cn/reply/12",
    "https://a.cn/1",
    "https://www.school.edu.cn/detail?id=123",
    "https://www.school.edu.cn/#/detail/123",
    "https://www.school.edu.cn/#/detail?id=88",
    "https://www.school.edu.cn/index.php?id=123",
    "https://www.school.edu.cn/?p=1234",
    "https://www.school.edu.cn/posts/reply-about-the-canteen",
    "https://www.school.edu.cn/2026/11/canteen-answer-nov/",
    "https://www.school.edu.cn/tongzhi/shitang.html",
    "https://www.school.edu.cn/公告/关于食堂异物的情况说明",
    "https://www.school.edu.cn/files/huifu.pdf",
    "https://8.8.8.8/reply/12",
    "https://zwfw.gov.cn/hdjl/view.do?uuid=9f8e7d6c5b4a",
    "https://12345.beijing.gov.cn/letter/AbCdEfGhIj",
    "https://x.com/yucai/status/1234567890123456789",
    "https://www.facebook.com/yucai/posts/pfbid02abcDEF",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://weibo.com/ttarticle/p/show?id=2309404123456789",
    "https://www.163.com/dy/article/ABCDEFGH01234567.html",
    "https://www.sohu.com/a/123456789_100000",
    "https://baijiahao.baidu.com/s?id=1234567890",
    "https://www.12345.gov.cn/reply/detail/20261126001",
    "https://www.school.edu.cn:8443/news/123.html",
    "https://liuyan.cjn.cn/threads/1234567",
    "https://wenzheng.iqilu.com/question/detail?qid=123",
)


@for_each(("why", "url"), [(why, url) for why, urls in SHAM.items() for url in urls])
def test_a_sham_proves_nothing(why: str, url: str) -> None:
    assert objection(url) == why


@for_each("url", HONEST)
def test_the_page_of_an_answer_does(url: str) -> None:
    assert objection(url) is None


@for_each("url", [*HONEST, *SHAM["home"], *SHAM["list"]])
def test_tracking_makes_no_page_of_a_list_and_hides_none(url: str) -> None:
    if "#" not in url:
        shared = f"{url}{'&' if '?' in url else '?'}from=weixin&utm_source=abc123"
        assert objection(shared) == objection(url)


@pytest.mark.parametrize(
    ("text", "found", "words"),
    [
        ("已发布 12 https：／／weibo。com／12345／Xy9，请查收", ("https://weibo.com/12345/Xy9",), "已发布 12 ，请查收"),
        ("ｈｔｔｐｓ：／／ｗｗｗ．ａ．ｃｎ／１ 已发布", ("https://www.a.cn/1",), "已发布"),
        ("已发布 12 ycs.gov.cn/tz/123.html 好", ("http://ycs.gov.cn/tz/123.html",), "已发布 12 好"),
        ("已发布 12 www.ycs.edu.cn/tz/123.html", ("https://www.ycs.edu.cn/tz/123.html",), "已发布 12"),
        ("已发布 12 https://baidu.com 谢谢", ("https://baidu.com",), "已发布 12 谢谢"),
        ("已发布 12 ftp://a.cn/1", ("ftp://a.cn/1",), "已发布 12"),
        ("已发布 12 192.168.1.1/a", ("http://192.168.1.1/a",), "已发布 12"),
        ("已发布 12 localhost", ("http://localhost",), "已发布 12"),
        ("https://a.cn/12，见 https://b.cn/13。", ("https://a.cn/12", "https://b.cn/13"), "，见"),
        ("12.5 元/斤，1.2.3 版", (), "12.5 元/斤，1.2.3 版"),
        ("已发布 12 https://w\u0435ibo.com/12345/Xy9", ("https://w",), "已发布 12 \u0435ibo.com/12345/Xy9"),
    ],
)
def test_every_address_is_found_whatever_its_width(text: str, found: tuple[str, ...], words: str) -> None:
    assert (addresses(text), without_addresses(text).rstrip(" 。")) == (found, words)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://m.weibo.cn/status/4885639100630954", "https://weibo.com/1234567890/Xy9zK8wQ1", True),
        ("https://liuyan.people.com.cn/threads/content?tid=1234", "http://bj.people.com.cn/n2/2026/c1-2.html", True),
        ("https://bbs.xx.gov.cn/thread-1-1-1.html", "https://www.xx.gov.cn/reply/1", True),
        ("https://www.xx.gov.cn/reply/1", "https://www.yy.gov.cn/reply/1", False),
        ("https://www.xx.gov.cn/reply/1", "https://weibo.com/1234567890/Xy9zK8wQ1", False),
        ("http://8.8.8.8/reply/1", "http://9.9.8.8/reply/1", False),
    ],
)
def test_two_addresses_of_one_site(one: str, other: str, same: bool) -> None:
    assert (site_name(one) == site_name(other)) is same


def test_there_are_many_of_each() -> None:
    assert sum(map(len, SHAM.values())) + len(HONEST) >= 160


@pytest.mark.parametrize(
    ("status", "location", "seen"),
    [
        (200, None, "there"),
        (404, None, "gone"),
        (410, None, "gone"),
        (302, "/", "home"),
        (301, "https://www.ycs.gov.cn/index.html", "home"),
        (302, "https://www.ycs.gov.cn/reply/13", "unknown"),
        (302, "/login?back=/reply/12", "unknown"),
        (301, None, "unknown"),
        (403, None, "unknown"),
        (429, None, "unknown"),
        (500, None, "unknown"),
        (503, "/", "unknown"),
    ],
)
def test_what_a_server_says_of_a_page(status: int, location: str | None, seen: str) -> None:
    assert seen_at("https://www.ycs.gov.cn/reply/12", status, location) == seen
