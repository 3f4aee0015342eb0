"""Which addresses, as people really paste them, are the same post."""

from itertools import combinations

import pytest

from handlers.rules.posts.known_sites import bilibili_av, weibo_mid
from handlers.rules.posts.links import (
    LONGEST_FINGERPRINT,
    LinkError,
    find,
    fingerprint,
    platform,
    text_fingerprint,
)
from tests.support.each import for_each

WB, WX, BL = "https://weibo.com", "https://mp.weixin.qq.com", "https://www.bilibili.com"
BIZ = "__biz=MzA5OTM5NzkyMQ==&mid=2650001234&idx=1&sn=0123456789abcdef0123456789abcdef"
DY, TT, NOTE, DOC = "7301234567890123456", "7312345678901234567", "65a1b2c3d4e5f60718293a4b", "IK9Q2ABC0514R9P4"

SAME = {
    "weibo:4885639100630954": [
        f"{WB}/1642634100/MzVRA2E8G",
        f"{WB}/1642634100/MzVRA2E8G?refer_flag=1001030103_&type=comment#_rnd1700000000000",
        "http://www.weibo.com/1642634100/MzVRA2E8G/",
        "https://m.weibo.cn/status/4885639100630954",
        "https://m.weibo.cn/status/MzVRA2E8G?jumpfrom=weibocom",
        "https://m.weibo.cn/detail/4885639100630954?sourceType=weixin&from=10DC395010&wm=9006_2001&featurecode=newtitle",
        "https://m.weibo.cn/1642634100/4885639100630954",
        f"{WB}/detail/4885639100630954",
        f"{WB}/rmrb1948/MzVRA2E8G",
        "https://weibo.cn/comment/MzVRA2E8G?uid=1642634100&rl=0",
        "https://m.weibo.cn/statuses/show?id=MzVRA2E8G",
        "https://weibo.cn/sinaurl?u=https%3A%2F%2Fweibo.com%2F1642634100%2FMzVRA2E8G",
        "weibo.com/1642634100/MzVRA2E8G",
    ],
    "wechat:MzA5OTM5NzkyMQ/2650001234/1": [
        f"{WX}/s?{BIZ}",
        f"http://mp.weixin.qq.com/s?{BIZ}&chksm=8b2f0a&scene=27&sessionid=17&clicktime=1700000000&enterid=1#wechat_redirect",
        f"{WX}/s?{BIZ.replace('==', '%3D%3D')}&scene=21",
        f"{WX}/s?{BIZ.replace('==', '')}",
        f"{WX}/s?{BIZ.replace('&', '&amp;')}",
        f"{WX}/s?idx=1&mid=2650001234&__biz=MzA5OTM5NzkyMQ==",
        f"{WX}/s?__biz=MzA5OTM5NzkyMQ==&mid=2650001234",
        f"{WX}/mp/appmsg/show?__biz=MzA5OTM5NzkyMQ==&appmsgid=2650001234&itemidx=1&sign=0a1b",
    ],
    "wechat:aBcD_efGh-IjKlMnOpQrSt": [
        f"{WX}/s/aBcD_efGh-IjKlMnOpQrSt",
        f"{WX}/s/aBcD_efGh-IjKlMnOpQrSt?scene=1&clicktime=1700000000",
        "mp.weixin.qq.com/s/aBcD_efGh-IjKlMnOpQrSt#rd",
    ],
    f"douyin:{DY}": [
        f"https://www.douyin.com/video/{DY}",
        f"https://www.douyin.com/user/MS4wLjABAAAA?modal_id={DY}",
        f"https://www.douyin.com/discover?modal_id={DY}&source=Baiduspider",
        f"https://m.douyin.com/share/video/{DY}?region=CN",
        f"https://www.iesdouyin.com/share/video/{DY}/?region=CN&mid=73012&u_code=1a2b&titleType=title&timestamp=1700000000",
        f"https://www.douyin.com/note/{DY}",
        f"https://www.iesdouyin.com/share/note/{DY}/?schema_type=37",
        f"https://www.douyin.com/search/食堂?modal_id={DY}&type=general",
    ],
    "douyin:short/iRNBho6": ["https://v.douyin.com/iRNBho6/", "http://v.douyin.com/iRNBho6"],
    "kuaishou:3xabcdefgh12345": [
        "https://www.kuaishou.com/short-video/3xabcdefgh12345?authorId=3x0&streamSource=find",
        "https://m.gifshow.com/fw/photo/3xabcdefgh12345?cc=share_copylink&shareId=17",
        "https://v.m.chenzhongtech.com/fw/photo/3xabcdefgh12345?fid=1&shareToken=X-1",
        "https://m.kuaishou.com/photo/3xuser/3xabcdefgh12345",
    ],
    f"xiaohongshu:{NOTE}": [
        f"https://www.xiaohongshu.com/explore/{NOTE}",
        f"https://www.xiaohongshu.com/explore/{NOTE}?xsec_token=AB12=&xsec_source=pc_feed",
        f"https://www.xiaohongshu.com/discovery/item/{NOTE}?app_platform=ios&share_from_user_hidden=true",
        f"https://www.xiaohongshu.com/user/profile/5f00000000000000010012ab/{NOTE}",
    ],
    "zhihu:answer/3312345678": [
        "https://www.zhihu.com/question/632145678/answer/3312345678",
        "https://m.zhihu.com/question/632145678/answer/3312345678?utm_psn=17&utm_id=0",
        "https://www.zhihu.com/answer/3312345678",
        "https://link.zhihu.com/?target=https%3A//www.zhihu.com/answer/3312345678",
    ],
    "zhihu:question/632145678": [
        "https://www.zhihu.com/question/632145678",
        "https://www.zhihu.com/question/632145678/answers/updated",
    ],
    "zhihu:p/672345678": [
        "https://zhuanlan.zhihu.com/p/672345678?utm_campaign=shareopn",
        "http://zhuanlan.zhihu.com/p/672345678/",
        "https://www.zhihu.com/tardis/zm/art/672345678",
    ],
    "bilibili:av170001": [
        f"{BL}/video/BV17x411w7KC",
        f"{BL}/video/BV17x411w7KC/?spm_id_from=333.1007&vd_source=0a1b2c&p=2",
        f"{BL}/video/av170001",
        "https://m.bilibili.com/video/BV17x411w7KC?share_source=copy_web",
        "https://b23.tv/BV17x411w7KC",
        "b23.tv/av170001",
        f"{BL}/list/ml1234?bvid=BV17x411w7KC&oid=170001",
    ],
    "bilibili:opus/876543210987654321": [
        f"{BL}/opus/876543210987654321",
        "https://t.bilibili.com/876543210987654321?tab=2",
        "https://m.bilibili.com/dynamic/876543210987654321",
    ],
    "tieba:8812345678": [
        "https://tieba.baidu.com/p/8812345678",
        "https://tieba.baidu.com/p/8812345678?pid=149&cid=0&see_lz=1&pn=3#149",
        "http://tieba.baidu.com/f?kz=8812345678",
    ],
    f"toutiao:{TT}": [
        f"https://www.toutiao.com/article/{TT}/",
        f"https://www.toutiao.com/a{TT}/?timestamp=1700000000&app=news_article&share_token=1",
        f"https://m.toutiao.com/i{TT}/",
        f"https://m.toutiao.com/article/{TT}/?log_from=0",
        f"https://www.toutiao.com/w/{TT}/",
    ],
    "douban:group/topic/298765432": [
        "https://www.douban.com/group/topic/298765432/?_i=12345",
        "https://m.douban.com/group/topic/298765432/",
    ],
    "baijiahao:1785123456789012345": [
        "https://baijiahao.baidu.com/s?id=1785123456789012345&wfr=spider&for=pc",
        "http://baijiahao.baidu.com/builder/preview/s?id=1785123456789012345",
    ],
    f"netease:{DOC}": [
        f"https://www.163.com/dy/article/{DOC}.html",
        f"https://c.m.163.com/news/a/{DOC}.html?spss=newsapp",
        f"https://m.163.com/dy/article/{DOC}.html?f=post2020",
        f"http://news.163.com/20/0106/12/{DOC}.html",
    ],
    "sohu:365123456": [
        "https://www.sohu.com/a/365123456_120099902",
        "https://m.sohu.com/a/365123456_120099902/?pvid=000",
    ],
    "ifeng:8VqXYz12abc": ["https://news.ifeng.com/c/8VqXYz12abc", "https://ishare.ifeng.com/c/s/8VqXYz12abc"],
    "tencent:20231115A01ABC00": [
        "https://new.qq.com/rain/a/20231115A01ABC00",
        "https://news.qq.com/rain/a/20231115A01ABC00?suid=&media_id=",
        "https://new.qq.com/omn/20231115/20231115A01ABC00.html",
        "https://xw.qq.com/cmsid/20231115A01ABC00",
        "https://view.inews.qq.com/a/20231115A01ABC00?refer=wx_hot",
    ],
    "people:12544633": [
        "https://liuyan.people.com.cn/threads/content?tid=12544633",
        "http://liuyan.people.com.cn/threads/content?tid=12544633&from=search",
        "http://m.liuyan.people.com.cn/threads/content?tid=12544633",
    ],
    "x:1720000000000000000": [
        "https://x.com/someone/status/1720000000000000000?s=20&t=AbC",
        "https://twitter.com/someone/status/1720000000000000000/photo/1",
        "https://mobile.twitter.com/i/web/status/1720000000000000000",
    ],
    "youtube:dQw4w9WgXcQ": [
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s&si=abc",
        "https://youtu.be/dQw4w9WgXcQ?si=abc",
        "https://m.youtube.com/shorts/dQw4w9WgXcQ",
    ],
    "facebook:123456789012345": [
        "https://www.facebook.com/school/posts/123456789012345?__cft__=1",
        "https://m.facebook.com/story.php?story_fbid=123456789012345&id=1000",
        "https://www.facebook.com/permalink.php?story_fbid=123456789012345&id=1000",
    ],
    "instagram:CzAbC12dEfG": [
        "https://www.instagram.com/p/CzAbC12dEfG/?igshid=abc",
        "https://instagram.com/someone/reel/CzAbC12dEfG/",
    ],
    "tiktok:7301234567890123456": [
        "https://www.tiktok.com/@someone/video/7301234567890123456?_t=8h&_r=1",
        "https://m.tiktok.com/v/7301234567890123456.html",
    ],
    "web:news.example.com/a/1?id=7": [
        "https://news.example.com/a/1?id=7",
        "http://NEWS.example.com:80/a/1/?utm_source=wechat&id=7&from=timeline&isappinstalled=0#top",
        "https://wap.news.example.com/a/1/index.html?id=7&_t=1700000000000",
        "https://www.news.example.com/a/%31?share_token=9&id=%37&t=1700000000",
    ],
    "web:example.com/a?b=2&c=1": ["https://example.com/a?c=1&b=2", "https://example.com/a?b=2&c=1&"],
    "web:weibo.com/n/MzVRA2E8G": [f"{WB}/n/MzVRA2E8G"],  # a name, not a post
    "web:example.com/app#/detail?id=7": [
        "https://example.com/app/#/detail?id=7",
        "https://www.example.com/app?from=timeline#/detail?id=7&from=singlemessage",
    ],
    "web:xn--fsqu00a.xn--fiqs8s/a": ["http://例子.中国/a", "https://xn--fsqu00a.xn--fiqs8s/a/"],
}
SAME_PAIRS = [(key, url) for key, urls in SAME.items() for url in urls]

DIFFERENT = [
    (f"{WB}/1642634100/MzVRA2E8G", f"{WB}/1642634100/MzVRA2E8H"),
    (f"{WB}/1642634100/MzVRA2E8G", f"{WB}/1642634100/mzvra2e8g"),
    (f"{WB}/1642634100/MzVRA2E8G", f"{WB}/u/1642634100"),
    (f"{WB}/u/1642634100", f"{WB}/u/1642634101"),
    (f"{WX}/s?{BIZ}", f"{WX}/s?{BIZ.replace('idx=1', 'idx=2')}"),
    (f"{WX}/s?{BIZ}", f"{WX}/s?{BIZ.replace('1234', '1235')}"),
    (f"{WX}/s/aBcD_efGh-IjKlMnOpQrSt", f"{WX}/s/abcd_efGh-IjKlMnOpQrSt"),
    ("https://v.douyin.com/iRNBho6/", "https://v.douyin.com/iRNBhO6/"),
    (f"https://www.douyin.com/video/{DY}", f"https://www.douyin.com/video/{DY[:-1]}7"),
    ("https://www.douyin.com/user/MS4wLjABAAAA", f"https://www.douyin.com/user/MS4wLjABAAAA?modal_id={DY}"),
    ("https://v.kuaishou.com/abc123", "https://v.kuaishou.com/abc124"),
    ("https://xhslink.com/a/AbCdEf", "https://xhslink.com/a/AbCdEg"),
    ("https://www.zhihu.com/question/632145678", "https://www.zhihu.com/question/632145678/answer/3312345678"),
    ("https://zhuanlan.zhihu.com/p/632145678", "https://www.zhihu.com/question/632145678"),
    ("https://www.zhihu.com/pin/632145678", "https://zhuanlan.zhihu.com/p/632145678"),
    (f"{BL}/video/av170001", f"{BL}/video/av170002"),
    (f"{BL}/video/av170001", f"{BL}/read/cv170001"),
    ("https://b23.tv/AbCdEf", "https://b23.tv/AbCdEg"),
    ("https://tieba.baidu.com/p/8812345678", "https://tieba.baidu.com/p/8812345679"),
    ("https://www.douban.com/note/298765432/", "https://www.douban.com/group/topic/298765432/"),
    ("https://baijiahao.baidu.com/s?id=1785123456789012345", "https://baijiahao.baidu.com/s?id=1785123456789012346"),
    (
        "https://liuyan.people.com.cn/threads/content?tid=12544633",
        "https://liuyan.people.com.cn/threads/content?tid=1254463",
    ),
    ("https://example.com/thread?tid=1", "https://example.com/thread?tid=2"),
    ("https://example.com/viewtopic.php?t=1", "https://example.com/viewtopic.php?t=2"),
    ("https://example.com/a?id=1&page=1", "https://example.com/a?id=1&page=2"),
    ("https://example.com/a?p=1", "https://example.com/a?p=2"),
    ("https://example.com/#/a?id=1", "https://example.com/#/a?id=2"),
    ("https://example.com/#!/a", "https://example.com/#!/b"),
    ("https://example.com:8080/a", "https://example.com:8081/a"),
    ("https://example.com/A", "https://example.com/a"),
    ("https://m.example.com/a", "https://n.example.com/a"),
    ("https://example.com/?q=%D6%D0", "https://example.com/?q=%D6%D1"),
    ("https://example.com/a%2Fb", "https://example.com/a/b"),
    ("https://notweibo.com/1642634100/MzVRA2E8G", f"{WB}/1642634100/MzVRA2E8G"),
    (f"{WB}.evil.example/1642634100/MzVRA2E8G", f"{WB}/1642634100/MzVRA2E8G"),
]


@for_each(("key", "url"), SAME_PAIRS)
def test_the_same_post(key, url):
    assert fingerprint(url) == key


@for_each(("one", "other"), DIFFERENT)
def test_different_posts(one, other):
    assert fingerprint(one) != fingerprint(other)


def test_no_two_posts_of_the_table_share_a_name():
    assert all(fingerprint(a[0]) != fingerprint(b[0]) for a, b in combinations(SAME.values(), 2))


@pytest.mark.parametrize(
    ("bid", "mid"),
    [
        ("MzVRA2E8G", "4885639100630954"),
        ("yCirT0Iox", "3491273850170657"),
        ("wr4mOFqpbO", "201110410216293360"),
        ("Bh0tgako3U", "231101124784859058"),
        ("4885639100630954", "4885639100630954"),
        ("MZZZZ2E8G", None),  # a number of more than seven digits
        ("MzVRA2E_G", None),
        ("abc", None),
    ],
)
def test_weibo_numbers(bid, mid):
    assert weibo_mid(bid) == mid


@pytest.mark.parametrize(
    ("bv", "av"),
    [
        ("BV17x411w7KC", "av170001"),
        ("BV1Q541167Qg", "av455017605"),
        ("BV1mK4y1C7Bz", "av882584971"),
        ("BV1L9Uoa9EUx", "av111298867365120"),
        ("bv17x411w7KC", "av170001"),
        ("AV0170001", "av170001"),
        ("BV1000000000", None),
    ],
)
def test_bilibili_numbers(bv, av):
    assert bilibili_av(bv) == av


FOUND = [
    ("看https://weibo.com/1/MzVRA2E8G，请处理", ["https://weibo.com/1/MzVRA2E8G"]),
    ("https://v.douyin.com/iRNBho6/复制此链接", ["https://v.douyin.com/iRNBho6/"]),
    ("7.43 复制打开抖音，看看【甲的作品】乙 https://v.douyin.com/abc-/ 复制此链接", ["https://v.douyin.com/abc-/"]),
    ("见《https://a.cn/x》、“http://a.cn/y”。", ["https://a.cn/x", "http://a.cn/y"]),
    ("(https://a.cn/wiki/X_(y)).", ["https://a.cn/wiki/X_(y)"]),
    ("[看](https://a.cn/x)!", ["https://a.cn/x"]),
    ("<a href='https://a.cn/x'>", ["https://a.cn/x"]),
    ("HTTPS://A.cn/x?y=1&", ["HTTPS://A.cn/x?y=1"]),
    ("请看weibo.com/1/MzVRA2E8G谢谢", ["https://weibo.com/1/MzVRA2E8G"]),
    ("mp.weixin.qq.com/s/ab_c-。", ["https://mp.weixin.qq.com/s/ab_c-"]),
    ("www.moe.gov.cn/art/1.html", ["https://www.moe.gov.cn/art/1.html"]),
    ("写信到 a@weibo.com/x 或 b.example/y", []),
    ("ftp://a.cn/x file:///etc/passwd javascript:alert(1)", []),
    ("https://a.cn/1https://a.cn/2", ["https://a.cn/1", "https://a.cn/2"]),
    ("https://a.cn/r?u=https://b.cn/2", ["https://a.cn/r?u=https://b.cn/2"]),
    ("https://a.cn/x http://www.a.cn/x/?from=timeline https://a.cn/y", ["https://a.cn/x", "https://a.cn/y"]),
    ("http://例子.中国/a，见上", ["http://例子.中国/a"]),
    ("https://baike.baidu.com/item/北京/128981看看", ["https://baike.baidu.com/item/北京/128981"]),
    ("电话 https://baidu.com/ 与 www.12345.gov.cn/ 都打过", []),
    ("https://baidu.com/.31元", []),
    (" https://school.example ", ["https://school.example"]),
    ("https://a.cn/x_x000D_\n", ["https://a.cn/x"]),
    ("https:// http://? 没有", []),
]


@for_each(("text", "urls"), FOUND)
def test_find(text, urls):
    assert list(find(text)) == urls


def test_every_address_of_a_long_text_is_found():
    assert len(find(" ".join(f"https://a.cn/{n}" for n in range(500)))) == 500


@pytest.mark.parametrize(
    "text",
    [
        "https：//weibo.com/1642634100/MzVRA2E8G",
        "https：／／weibo.com／1642634100／MzVRA2E8G",
        "ｈｔｔｐｓ：／／ｗｅｉｂｏ．ｃｏｍ／1642634100／MzVRA2E8G",
        "请看https：//weibo.com/1642634100/MzVRA2E8G，谢谢",
        "HTTPS：//weibo.com/1642634100/MzVRA2E8G？refer_flag=1001",
        "ｗｅｉｂｏ.com/1642634100/MzVRA2E8G",
        "https://weibo.com/1642634100/MzVRA2E8G？有人管吗",
    ],
)
def test_an_address_in_full_width_is_the_same(text):
    assert [fingerprint(url) for url in find(text)] == ["weibo:4885639100630954"]


@pytest.mark.parametrize(
    "url",
    ["", "x", "weibo.com", "ftp://a.cn/x", "https://", "http://[::1", "http://[]@", "https://a.cn:99999/", "//a.cn/x"],
)
def test_no_address(url):
    with pytest.raises(LinkError):
        fingerprint(url)
    with pytest.raises(LinkError):
        platform(url)


def test_long_addresses_stay_apart():
    one, other = (fingerprint(f"https://a.cn/{'x' * 5000}{end}") for end in "12")
    assert len(one) <= LONGEST_FINGERPRINT
    assert one != other


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://m.weibo.cn/u/1", "weibo"),
        (f"{WX}/s/abc", "wechat"),
        ("https://v.douyin.com/abc", "douyin"),
        ("https://xhslink.com/a", "xiaohongshu"),
        ("https://tieba.baidu.com/f?kw=1", "tieba"),
        ("https://www.baidu.com/s?wd=1", "baidu.com"),
        ("https://liuyan.people.com.cn/threads/list?fid=1", "people"),
        ("https://weixin.qq.com/sph/A1b2", "channels"),
        ("https://www.School.edu.cn/a", "school.edu.cn"),
        ("https://weibo.com.evil.example/1", "weibo.com.evil.example"),
    ],
)
def test_platform(url, key):
    assert platform(url) == key


STORY = "食堂 涨价了，学生说：“太贵”。"


@pytest.mark.parametrize(
    "copy",
    [
        '食堂涨价了,学生说:"太贵".',
        "转发：食堂涨价了，学生说：“太贵”。",
        "转发 @教务处 @后勤处 食堂涨价了，学生说：“太贵”。\n",
        "//@某人：食堂\u200b涨价了，\n学生说：“太贵”。",
        "【转发】食堂涨价了，学生说：“太贵”。",
    ],
)
def test_the_same_text(copy):
    assert text_fingerprint(copy) == text_fingerprint(STORY)


@pytest.mark.parametrize("other", ["食堂降价了，学生说：“太贵”。", "食堂涨价了", "", "@教务处", "转发"])
def test_other_texts(other):
    assert text_fingerprint(other) != text_fingerprint(STORY)
    assert text_fingerprint("@教务处") != text_fingerprint("@后勤处")
