"""Sites whose addresses need rules of their own: the site of a host, and the part of an address that names the post.

`m.weibo.cn/status/MzVRA2E8G?jumpfrom=weibocom` → `weibo:4885639100630954`; `b23.tv/BV17x411w7KC` → `bilibili:av170001`.
An address that fits none of a site's shapes (a profile, a search) is left to the generic rule of `links`.
"""

import re
from collections.abc import Callable, Mapping

from msgspec import Struct

_BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BASE58 = "FcwAPNKTMug3GV5Lj7EJnHpWsx4tb8haYeviqBz6rkCy12mUSDQX9RdoZf"
_BV_ORDER = (6, 4, 2, 3, 1, 5, 0, 7, 8)  # which letter after "BV1" weighs most, second most …
_BV_XOR, _BV_MASK = 23442827791579, (1 << 51) - 1


def weibo_mid(word: str) -> str | None:
    """Return a post's decimal number from itself or its base-62 spelling (7 digits to 4 letters); None for neither."""
    if word.isdigit() and len(word) >= 15:
        return word
    if not 8 <= len(word) <= 12 or not set(word) <= set(_BASE62):
        return None
    groups = [_value(word[max(end - 4, 0) : end], _BASE62) for end in range(len(word), 0, -4)]
    if max(groups) >= 10**7:
        return None
    return "".join(f"{group:07}" for group in reversed(groups)).lstrip("0") or None


def bilibili_av(word: str) -> str | None:
    """Return `av` and the decimal number from either spelling of a video's name; None if it is neither."""
    if word[:2].lower() == "av":
        return f"av{word[2:].lstrip('0')}"
    letters = word[3:]
    if not set(letters) <= set(_BASE58):
        return None
    number = _value("".join(letters[place] for place in _BV_ORDER), _BASE58)
    return f"av{(number & _BV_MASK) ^ _BV_XOR}"


def _value(word: str, alphabet: str) -> int:
    number = 0
    for letter in word:
        number = number * len(alphabet) + alphabet.index(letter)
    return number


def _article(word: str) -> str:
    """Normalize a WeChat article: its account is base 64 whose padding gets lost; without a place it is the first."""
    account, number, *place = word.split("/")
    return "/".join((account.rstrip("="), number, *(place or ["1"])))


def _same(word: str) -> str:
    return word


class Shape(Struct, frozen=True):
    """A pattern of the path and the parameters that must be there: its groups and their values name the post."""

    path: str
    params: tuple[str, ...] = ()
    name: str = ""
    spell: Callable[[str], str | None] = _same
    hosts: tuple[str, ...] = ()

    def read(self, host: str, path: str, params: Mapping[str, str]) -> str | None:
        found = re.fullmatch(self.path, path, re.ASCII)
        if (
            found is None
            or (self.hosts and host not in self.hosts)
            or not all(params.get(name) for name in self.params)
        ):
            return None
        word = self.spell("/".join((*filter(None, found.groups()), *(params[name] for name in self.params))))
        return word and self.name + word


class Site(Struct, frozen=True):
    """A platform: its key, its domains, and the shapes of its posts' addresses, of which the first that fits counts."""

    key: str
    domains: tuple[str, ...]
    shapes: tuple[Shape, ...] = ()

    def post(self, host: str, path: str, params: Mapping[str, str]) -> str | None:
        """Return what names the post on the platform; None if the address is not that of a post."""
        words = (shape.read(host, path, params) for shape in self.shapes)
        return next((f"{self.key}:{word}" for word in words if word), None)


_LONG = r"([0-9]{6,24})"
_BV = r"([Bb][Vv]1[0-9A-Za-z]{9}|[Aa][Vv][0-9]{1,15})"

SITES = (
    Site("weibo", ("weibo.com", "weibo.cn"), (
        Shape(r"/(?:status|statuses|detail|comment|repost|[0-9]{5,11})/(\w+)", spell=weibo_mid),
        Shape(r"/(?!(?:u|n|p|tv|hot)/)\w+/([0-9A-Za-z]{9})", spell=weibo_mid, hosts=("weibo.com",)),
        Shape(r"/statuses/show", ("id",), spell=weibo_mid),
        Shape(r"/ttarticle/(?:p|x/m)/show", ("id",), "article/"),
        Shape(r"/article/m/show/id/([0-9]+)", name="article/"),
        Shape(r"/tv/show/([0-9]+:[0-9]+)", name="video/"),
        Shape(r"/show", ("fid",), "video/"),
        Shape(r"/(fx/\w+)\.html", name="short/"),
    )),
    Site("wechat", ("mp.weixin.qq.com",), (
        Shape(r"/s/([\w-]+)"),
        Shape(r"/(?:s|mp/appmsg/show)", ("__biz", "mid", "idx"), spell=_article),
        Shape(r"/(?:s|mp/appmsg/show)", ("__biz", "appmsgid", "itemidx"), spell=_article),
        Shape(r"/(?:s|mp/appmsg/show)", ("__biz", "mid"), spell=_article),
        Shape(r"/s", ("sn",), "sn/"),
    )),
    Site("channels", ("channels.weixin.qq.com", "weixin.qq.com"), (Shape(r"/(sph/\w+)"),)),
    Site("douyin", ("douyin.com", "iesdouyin.com"), (
        Shape(r"/([\w-]+)", name="short/", hosts=("v.douyin.com",)),
        Shape(rf"(?:/.*)?/(?:video|note|slides|article)/{_LONG}"),
        Shape(r"/.*", ("modal_id",)),
        Shape(r"/user/.*", ("vid",)),
    )),
    Site("kuaishou", ("kuaishou.com", "gifshow.com", "chenzhongtech.com", "kuaishouapp.com"), (
        Shape(r"/(?:short-video|video|fw/photo|fw/long-video)/(\w+)"),
        Shape(r"/photo/\w+/(\w+)"),
        Shape(r"/u/[\w-]+/(\w+)", hosts=("live.kuaishou.com",)),
        Shape(r"/.*", ("photoId",)),
        Shape(r"/f/([\w-]+)", name="short/"),
        Shape(r"/([\w-]+)", name="short/", hosts=("v.kuaishou.com", "v.m.chenzhongtech.com")),
    )),
    Site("xiaohongshu", ("xiaohongshu.com", "rednote.com", "xhslink.com"), (
        Shape(r"/(?:explore|discovery/item|search_result|user/profile/\w+)/([0-9a-fA-F]{24})", spell=str.lower),
        Shape(r"/([\w/-]+)", name="short/", hosts=("xhslink.com",)),
    )),
    Site("zhihu", ("zhihu.com",), (
        Shape(rf"(?:/question/[0-9]+)?/answer/{_LONG}", name="answer/"),
        Shape(rf"/tardis/\w+/ans/{_LONG}", name="answer/"),
        Shape(rf"/question/{_LONG}(?:/.*)?", name="question/"),
        Shape(rf"(?:/p|/tardis/\w+/art)/{_LONG}", name="p/"),
        Shape(rf"/(pin|zvideo)/{_LONG}"),
    )),
    Site("bilibili", ("bilibili.com", "b23.tv", "bili2233.cn", "acg.tv"), (
        Shape(rf"(?:/.*)?/{_BV}", spell=bilibili_av),
        Shape(r"/.*", ("bvid",), spell=lambda word: bilibili_av(word) if re.fullmatch(_BV, word) else None),
        Shape(rf"/{_LONG}", name="opus/", hosts=("t.bilibili.com",)),
        Shape(rf"/(?:opus|dynamic)/{_LONG}", name="opus/"),
        Shape(r"/read/(?:cv|mobile/|native/)([0-9]+)", name="cv"),
        Shape(r"/read/mobile", ("id",), "cv"),
        Shape(r"/(\w+)", name="short/", hosts=("b23.tv", "bili2233.cn")),
    )),
    Site("tieba", ("tieba.baidu.com", "tiebac.baidu.com"), (
        Shape(r"/p/([0-9]+)"),
        Shape(r"/.*", ("kz",)),
    )),
    Site("toutiao", ("toutiao.com", "toutiaocdn.com", "toutiaoimg.com", "toutiaoimg.cn", "zjurl.cn"), (
        Shape(rf"/(?:article/|group/|item/|video/|w/|w/i|w/a|[ai]){_LONG}"),
        Shape(rf"/ugc/share/wap/thread/{_LONG}"),
        Shape(r"/is/([\w-]+)", name="short/"),
    )),
    Site("douban", ("douban.com",), (
        Shape(r"/(group/topic|note|review|subject)/([0-9]+)"),
        Shape(r"/(?:people/\w+/)?(status)(?:es)?/([0-9]+)"),
    )),
    Site("people", ("people.com.cn", "people.cn"), (
        Shape(r"/threads/content", ("tid",)),
    )),
    Site("baijiahao", ("baijiahao.baidu.com", "mbd.baidu.com"), (
        Shape(r"(?:/builder/preview)?/s", ("id",)),
        Shape(r"/newspage/data/\w+", ("nid",), "nid/"),
        Shape(r"/(ma/s/\w+)", name="short/"),
    )),
    Site("netease", ("163.com",), (
        Shape(r"/.*/([0-9A-Z]{16})(?:_\w+)?(?:\.html)?"),
    )),
    Site("sohu", ("sohu.com",), (Shape(r"/a/([0-9]+)(?:_[0-9]+)?"),)),
    Site("ifeng", ("ifeng.com",), (Shape(r"/c/(?:s/)?([0-9A-Za-z]{11})"),)),
    Site("tencent", ("news.qq.com", "new.qq.com", "xw.qq.com", "inews.qq.com"), (
        Shape(r"(?:/.*)?/([0-9]{8}[0-9A-Z]{6,10})(?:\.html?)?"),
    )),
    Site("x", ("x.com", "twitter.com", "fxtwitter.com", "vxtwitter.com", "fixupx.com"), (
        Shape(rf"(?:/i)?(?:/web)?(?:/\w+)?/status(?:es)?/{_LONG}(?:/.*)?"),
    )),
    Site("youtube", ("youtube.com", "youtu.be", "youtube-nocookie.com"), (
        Shape(r"/watch", ("v",)),
        Shape(r"/([\w-]{11})", hosts=("youtu.be",)),
        Shape(r"/(?:shorts|embed|live|v)/([\w-]{11})"),
        Shape(r"/(post/[\w-]+)"),
    )),
    Site("facebook", ("facebook.com", "fb.com", "fb.watch"), (
        Shape(r"/(?:[\w.-]+|groups/[\w.-]+)/(?:posts|permalink|videos|reel)/(?:[^/]+/)?(\w+)"),
        Shape(r"/(?:permalink|story)\.php", ("story_fbid",)),
        Shape(r"/photo(?:\.php)?", ("fbid",)),
        Shape(r"/watch", ("v",)),
        Shape(r"/reel/([0-9]+)"),
        Shape(r"/(share/(?:\w/)?\w+)"),
        Shape(r"/([\w-]+)", name="short/", hosts=("fb.watch",)),
    )),
    Site("instagram", ("instagram.com", "instagr.am"), (Shape(r"(?:/[\w.]+)?/(?:p|reels?|tv)/([\w-]+)"),)),
    Site("tiktok", ("tiktok.com",), (
        Shape(rf"(?:/@[\w.-]*)?/(?:video|photo|v|embed|embed/v2)/{_LONG}(?:\.html)?"),
        Shape(r"/(\w+)", name="short/", hosts=("vm.tiktok.com", "vt.tiktok.com")),
        Shape(r"/t/(\w+)", name="short/"),
    )),
)  # fmt: skip

# Pages that only warn "you are leaving": the post is at the address in one of these parameters.
WRAPPERS = {
    "weibo.cn/sinaurl": ("u", "toasturl"),
    "weibo.com/sinaurl": ("u", "toasturl"),
    "link.zhihu.com": ("target",),
    "mp.weixin.qq.com/mp/wappoc_appmsgcaptcha": ("target_url",),
    "c.pc.qq.com/middlem.html": ("pfurl", "url"),
    "douban.com/link2": ("url",),
    "l.facebook.com/l.php": ("u",),
    "google.com/url": ("q", "url"),
    "youtube.com/redirect": ("q",),
}

_BY_DOMAIN = {domain: site for site in SITES for domain in site.domains}


def site_of(host: str) -> Site | None:
    """Return the platform that a host belongs to, by its longest known domain."""
    labels = host.split(".")
    domains = (".".join(labels[start:]) for start in range(len(labels)))
    return next((_BY_DOMAIN[domain] for domain in domains if domain in _BY_DOMAIN), None)
