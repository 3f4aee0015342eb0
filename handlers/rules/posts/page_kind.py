"""What an address leads to, by its words alone: one page, or a home page, a search, a login, a list of pages.

Nothing is fetched. An address that only looks like a list is refused although it may be a page: then a
picture proves it.
"""

import re
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, unquote_plus

from handlers.rules.lazy_pattern import LazyPattern, word_set
from handlers.rules.posts.links import is_tracking

if TYPE_CHECKING:
    from yarl import URL

PageKind = Literal["page", "home", "search", "login", "backstage", "list"]

_LOGIN = word_set("login signin sign-in logon sso cas passport oauth oauth2 register signup sign-up denglu zhuce")
_LOGIN_HOSTS = word_set("login passport sso cas signin oauth account accounts auth")
_BACKSTAGE = word_set(
    "admin manage manager management backend backstage console dashboard preview draft drafts edit editor cgi-bin "
    "wp-admin houtai yulan"
)
_BACKSTAGE_HOSTS = word_set("oa cms admin erp mail intranet creator console houtai manage vpn webvpn")
_BACKSTAGE_SITES = word_set(
    "docs.qq.com doc.weixin.qq.com work.weixin.qq.com drive.weixin.qq.com alidocs.dingtalk.com kdocs.cn feishu.cn "
    "larksuite.com pan.baidu.com docs.google.com drive.google.com"
)
_BACKSTAGE_PARAMS = frozenset(("tempkey", "preview", "preview_id", "draft"))
_SEARCH = word_set("search sousuo soso searchresult searchresults zhannei jiansuo")
_SEARCH_HOSTS = word_set("s so search sousuo")
_SEARCH_SITES = word_set(
    "baidu.com so.com sogou.com sm.cn bing.com cn.bing.com google.com google.com.hk duckduckgo.com toutiao.com"
)
_SEARCH_PARAMS = word_set("q wd word query keyword keywords kw searchword search_query search_word")

_HOME = word_set(
    "index default home main portal web www m wap mobile pc h5 site zh cn en zh-cn zh_cn zh-hans en-us shouye 首页"
)
_COLUMNS = word_set(
    "news notice notices about about-us contact contact-us services service article articles content contents detail "
    "details info show view thread read message messages reply replies page post posts question questions topic topics "
    "gongkai gonggao tongzhi xinwen xwzx tzgg zwgk xxgk hdjl hudong jigou jyhd bbs forum blog guestbook liuyan "
    "通知公告 新闻中心 政务公开 互动交流 信息公开 公告栏"
)
_LISTED_BY = word_set(
    "list lists col column columns channel channels node category categories cat tag tags archive archives forum board "
    "page p user users u author member members people profile space uid home"
)
"""Words before a number that make it the number of a list or of a person, not of a page."""
_LIST = LazyPattern(
    rf"(?:{'|'.join(sorted(_LISTED_BY))}|index|more|space-uid|forumdisplay)s?[-_]?[0-9]*(?:[-_][0-9]+)*"
)
_YEAR = LazyPattern(r"(?:19|20)[0-9]{2}(?:[-_]?[01][0-9])?")
_DAY = LazyPattern(r"[0-3]?[0-9]")
_FILE = LazyPattern(r"(.+)\.(?:s?html?|php|jspx?|aspx?|do|action|pdf|docx?)", re.IGNORECASE)
_SLUG = LazyPattern(r"[a-z0-9]+(?:[-_][a-z0-9]+){2,}", re.IGNORECASE)
_CODE = LazyPattern(r"(?=.*[a-z])(?=.*[A-Z])[A-Za-z]{8,}|[A-Za-z]{20,}")
_CHINESE_TITLE = LazyPattern(r"[^\x00-\xff]{5,}")
_NO_ITEM = word_set(
    "page pageno pagenum pageindex cid catid columnid channelid typeid fid tag lang sort order size tab type uid userid"
)
"""Parameters that number a list, a column or a person."""


def page_kind(url: str) -> PageKind:
    """Return what an http address leads to. ValueError if it is no address."""
    from yarl import URL

    address = URL(url)
    host = (address.host or "").lower()
    path, params = _parts(address)
    checks: tuple[tuple[PageKind, bool], ...] = (
        ("login", _is_login(host, path)),
        ("backstage", _is_backstage(host, path, params)),
        ("search", _is_search(host, path, params)),
        ("home", all(_stem(name) in _HOME for name in path) and not _names_item(path, params)),
        ("list", not _names_item(path, params)),
    )
    return next((kind for kind, holds in checks if holds), "page")


def _parts(address: "URL") -> tuple[list[str], dict[str, str]]:
    """Return the names of the path without endings such as .html, and the parameters; those of a #/route included."""
    route, _, routed = address.raw_fragment.partition("?")
    names = [*address.raw_path.split("/"), *(route.split("/") if route.startswith(("/", "!/")) else ())]
    pairs = [pair.partition("=") for pair in f"{address.raw_query_string}&{routed}".split("&") if pair]
    found = [unquote(name) for name in names if name.strip("!")]
    return found, {unquote_plus(name).lower(): unquote_plus(value) for name, _, value in pairs}


def _stem(name: str) -> str:
    file = _FILE.fullmatch(name)
    return (file[1] if file else name).lower()


def _is_login(host: str, path: list[str]) -> bool:
    return host.partition(".")[0] in _LOGIN_HOSTS or any(_stem(name) in _LOGIN for name in path)


def _is_backstage(host: str, path: list[str], params: dict[str, str]) -> bool:
    hosts = _BACKSTAGE_SITES | _BACKSTAGE_HOSTS
    if host.partition(".")[0] in hosts or host in hosts or any(host.endswith(f".{site}") for site in _BACKSTAGE_SITES):
        return True
    return any(_stem(name) in _BACKSTAGE for name in path) or bool(_BACKSTAGE_PARAMS & params.keys())


def _is_search(host: str, path: list[str], params: dict[str, str]) -> bool:
    asked = bool(_SEARCH_PARAMS & params.keys())
    if any(_stem(name) in _SEARCH for name in path) or (host.partition(".")[0] in _SEARCH_HOSTS and asked):
        return True
    return asked and (host.removeprefix("www.").removeprefix("m.") in _SEARCH_SITES or [*map(_stem, path)] == ["s"])


def _names_item(path: list[str], params: dict[str, str]) -> bool:
    """Return whether the path or a parameter names one page: a number, a code, a title, a file of its own."""
    kept = [value for name, value in params.items() if name not in _NO_ITEM and not is_tracking(name, value)]
    if any(_is_item(value) for value in kept):
        return True
    last = [name for name in path if _stem(name) not in _HOME][-3:]
    return bool(last) and _is_page_name(last[-1], [_stem(name) for name in last[:-1]])


def _is_item(value: str) -> bool:
    return (len(value) >= 2 and any(char.isdigit() for char in value)) or bool(_CODE.fullmatch(value))


def _is_page_name(name: str, before: list[str]) -> bool:
    stem = _stem(name)
    if stem in _COLUMNS or _LIST.fullmatch(stem) or (stem.isdigit() and before[-1:] and before[-1] in _LISTED_BY):
        return False
    if any(char.isdigit() for char in stem):
        return not _is_date(stem, before)
    titled = _SLUG.fullmatch(stem) or _CHINESE_TITLE.search(stem) or _CODE.fullmatch(name)
    return bool(titled) or (stem != name.lower() and len(stem) >= 4)


def _is_date(stem: str, before: list[str]) -> bool:
    """Return whether a folder holds the pages of a year, a month or a day: 2026, 202611, 2026/11/26."""
    return bool(_YEAR.fullmatch(stem) or (_DAY.fullmatch(stem) and any(map(_YEAR.fullmatch, before))))
