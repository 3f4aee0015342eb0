"""Find addresses in what people paste, and tell when two of them are the same post.

`7.43 复制打开抖音，看看 https://v.douyin.com/iRNBho6/ 复制此链接` → `https://v.douyin.com/iRNBho6/`;
`https://weibo.com/1642634100/MzVRA2E8G?refer_flag=1001` and `m.weibo.cn/status/4885639100630954` are the same post,
`weibo:4885639100630954`. Nothing is fetched: a short link that only its server can resolve is a post of its own.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote_plus

from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.posts.known_sites import SITES, WRAPPERS, site_of
from handlers.rules.text_cache import text_cache

if TYPE_CHECKING:
    from yarl import URL

LONGEST_PLATFORM = 64
LONGEST_FINGERPRINT = 512
MOST_ADDRESSES = 1000
"""Maximum number of addresses in a text that are read; what is behind them is read as words."""

_CHARS = r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]"
_INSIDE = r"(?<=[/=_-])[\u4e00-\u9fff]{1,30}(?=[/&_-][A-Za-z0-9]|\.s?html?)"  # /item/北京/128981
_NEXT = (
    r"(?!(?<![=/:?&])https?://)(?!(?<=/)\.\w)(?!_x000D_)"  # another address; /.31 of a lost number; Excel's line end
)
_REST = rf"(?:{_NEXT}{_CHARS}|{_INSIDE})"
_IDN = r"(?:[\w-]{1,63}\.){1,8}(?:中国|中國|公司|网络|政务|公益|网址)(?::[0-9]+)?"
_KNOWN = "|".join(re.escape(domain) for site in SITES for domain in site.domains)
_BARE_HOST = rf"(?:(?:[a-z0-9-]+\.)*(?:{_KNOWN}|t\.cn)|www\.(?:[a-z0-9-]+\.)+[a-z]{{2,}})(?::[0-9]+)?"
_ADDRESS = LazyPattern(
    rf"https?://(?:{_IDN}(?:/{_REST}*)?|{_REST}+)|(?<![A-Za-z0-9@./:_-])(?=[a-z0-9.:-]++/){_BARE_HOST}/{_REST}+",
    re.IGNORECASE,
)
_BARE = LazyPattern(rf"{_BARE_HOST}/.+", re.IGNORECASE | re.DOTALL)
_TRAILING = ".,;:!?'*&#~@$%"
_PAIRS = {")": "(", "]": "["}

_ASIDE = LazyPattern(r"(?:www|m|wap|mobile|3g|h5)\.(?=[^.]+\.)")
_INDEX = LazyPattern(r"/index\.s?html?$", re.IGNORECASE)
_TRACKING = LazyPattern(
    r"utm_.*|spm.*|scm|from|fromuid|frommodule|isappinstalled|sharer?(?:[_-].*|[a-z]*id|from|time|uid|user|token|source)?"
    r"|scene|subscene|clicktime|enterid|_t|_r|_|timestamp|timestamps|rnd|random|fbclid|gclid|igshid|igsh|msclkid|yclid"
    r"|ref|refer|refer_flag|referer|referrer|source|wfr|wxshare|wx_?id|weixin.*|wechat.*|weibo_id|jumpfrom|luicode|lfid"
    r"|uicode|launchid|xsec_.*|app_platform|app_version|ignoreengage|apptime|tt_from|group_share.*|use_new_style"
    r"|iid|did|device_?id|u_code|with_sec_did|titletype|region|vd_source|bbid|buvid|mc_cid|mc_eid|_hs(?:enc|mi)"
    r"|nsukey|chksm|sessionid|jsessionid|phpsessid|pass_ticket|exportkey|ascene|devicetype|bytedance.*|hmsr|hmpl|qbid"
)
_MOMENT = LazyPattern(r"1[0-9]{9}(?:[0-9]{3})?")
_MOMENTS = ("t", "ts", "time", "v", "r", "now")

_FORWARDED = LazyPattern(
    r"(?:\s+|//|[\[【(（]转发?[\]】)）]|转[:：]|转发(?:微博|消息)?(?![量率数])[:：,，]?|(?:fwd?|forwarded):|@[^\s:：@]{1,30}(?:[:：\s]+|$))*",
    re.IGNORECASE,
)
_WIDE = LazyPattern(
    r"(?<=[hｈ][tｔ][tｔ][pｐ])：(?=[/／])|(?<=[hｈ][tｔ][tｔ][pｐ][sｓ])：(?=[/／])|[Ａ-Ｚａ-ｚ０-９／．＝＿]"
    r"|[？＆](?=[A-Za-zＡ-Ｚａ-ｚ_]{1,30}[=＝])|－(?=[A-Za-z0-9Ａ-Ｚａ-ｚ０-９])",
    re.IGNORECASE,
)
"""Signs in full width that only an address has, or that stand in one: not the comma or the full stop behind it."""
_WIDTH = str.maketrans("。、，“”‘’「」『』【】—–～…．", '.,,""\'\'""""[]--~..')


class LinkError(ValueError):
    """The text is no web address."""


class LinkSpan(NamedTuple):
    """An address with its scheme, and where it stands in a text."""

    start: int
    end: int
    url: str


@text_cache(64)  # several handlers read the same words
def find(text: str) -> tuple[str, ...]:
    """Return the posts' addresses in a text, in order, each post once; a missing `https://` is added.

    A home page names a site and no post, so it counts only if the text is nothing else.
    """
    return tuple(span.url for span in link_spans(text))


@text_cache(64)
def link_spans(text: str) -> tuple[LinkSpan, ...]:
    """Return the same addresses with their places in the text."""
    posts: dict[str, LinkSpan] = {}
    for span in _written(text):
        with suppress(LinkError):
            if text[span.start : span.end] == text.strip() or not _is_home(span.url):
                posts.setdefault(fingerprint(span.url), span)
    return tuple(posts.values())


def all_spans(text: str) -> tuple[LinkSpan, ...]:
    """Return every address in a text as it stands there, home pages too, with its place."""
    return tuple(_written(text))


def half_width(text: str) -> str:
    """Return a text of the same length whose addresses are in half width, as in `https：//ｗｅｉｂｏ．ｃｏｍ／1`."""
    return _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _written(text: str) -> Iterator[LinkSpan]:
    """Yield each address in a text, with its scheme, where it stands without the punctuation around it."""
    for match in islice(_ADDRESS.finditer(half_width(text)), MOST_ADDRESSES):
        trimmed = _trimmed(match[0])
        yield LinkSpan(match.start(), match.start() + len(trimmed), _with_scheme(trimmed))


@text_cache(256)
def fingerprint(url: str) -> str:
    """Return what a post's addresses share, at most 512 characters: `weibo:…`, or `web:host/path?…`. LinkError."""
    address = _address(url)
    site, host = site_of(_host(address)), _host(address)
    params = {name: unquote_plus(value) for name, value in _pairs(address.raw_query_string)}
    post = site and site.post(host, _path(address.raw_path), params)
    return _fitted(post or f"web:{_generic(address)}")


def platform(url: str) -> str:
    """Return the platform's stable key (`weibo`, `people` …), else the host without `www.` or `m.`. LinkError.

    Of a host that is longer than LONGEST_PLATFORM its last labels remain, which tell whose it is.
    """
    host = _host(_address(url))
    site = site_of(host)
    if site:
        return site.key
    while len(host) > LONGEST_PLATFORM and "." in host:
        host = host.partition(".")[2]
    return host[:LONGEST_PLATFORM]


def text_fingerprint(text: str) -> str:
    """Return what copies of a text share, without blanks, widths of signs, and the names of who forwarded them."""
    passed_on = _FORWARDED.match(text)
    body = text[passed_on.end() :] if passed_on else text
    plain = unicodedata.normalize("NFKC", (body or text).translate(_WIDTH)).casefold()
    kept = "".join(
        sign for sign in plain if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Mn", "Cc")
    )
    return f"text:{_digest(kept)}"


def _trimmed(url: str) -> str:
    """Return the address without the punctuation of the sentence around it; a closing bracket stays if it opens one."""
    left = {closing: url.count(closing) - url.count(opening) for closing, opening in _PAIRS.items()}
    end = len(url)
    while end and (url[end - 1] in _TRAILING or left.get(url[end - 1], 0) > 0):
        end -= 1
        if url[end] in left:
            left[url[end]] -= 1
    return url[:end]


def _is_home(url: str) -> bool:
    return not {"/", "?", "#"} & set(_generic(_address(url)))


def _with_scheme(url: str) -> str:
    return f"https://{url}" if _BARE.fullmatch(url) else url


def _address(url: str, hops: int = 3) -> "URL":
    """Return the address, or the one that it wraps."""
    from yarl import URL  # late: reading what people say takes no addresses

    try:
        address = URL(_with_scheme(url.strip().replace("&amp;", "&")))
        valid = address.scheme in ("http", "https") and address.raw_host and address.raw_host.strip(".")
    except (ValueError, IndexError) as error:  # yarl on `http://[]@`
        raise LinkError(url) from error
    if not valid:
        raise LinkError(url)
    inner = _wrapped(address) if hops else None
    return _address(inner, hops - 1) if inner else address


def _wrapped(address: "URL") -> str | None:
    names = WRAPPERS.get(_host(address) + _path(address.raw_path), ())
    values = (unquote_plus(value) for name, value in _pairs(address.raw_query_string) if name in names)
    return next((value for value in values if re.match("https?://[^/]", value, re.IGNORECASE)), None)


def _host(address: "URL") -> str:
    """Return the host in punycode and lower case, without labels such as `m.` that name a device."""
    host = (address.raw_host or "").lower().strip(".")
    while _ASIDE.match(host):
        host = host.partition(".")[2]
    return host


def _path(raw: str) -> str:
    return _INDEX.sub("", raw).rstrip("/")


def _generic(address: "URL") -> str:
    port = "" if address.port in (80, 443, None) else f":{address.port}"
    where = _host(address) + port + _path(address.raw_path) + _query(address.raw_query_string)
    route = address.raw_fragment
    if not route.startswith(("/", "!")):
        return where
    path, _, query = route.partition("?")
    return f"{where}#{path.rstrip('/')}{_query(query)}"


def _query(raw: str) -> str:
    kept = sorted(f"{name}={value}" for name, value in _pairs(raw) if not is_tracking(name, value))
    return "?" + "&".join(kept) if kept else ""


def _pairs(raw: str) -> Iterator[tuple[str, str]]:
    """Yield the parameters undecoded: some sites percent-encode GBK, and decoding would make different words equal."""
    for part in filter(None, raw.split("&")):
        name, _, value = part.partition("=")
        yield name, value


def is_tracking(name: str, value: str) -> bool:
    """Return whether a parameter tells who shared the address and when, not which post it is."""
    name = name.lower()
    return bool(_TRACKING.fullmatch(name) or (name in _MOMENTS and _MOMENT.fullmatch(value)))


def _fitted(post: str) -> str:
    """Return a fingerprint of at most LONGEST_FINGERPRINT characters; the rest of a longer one becomes a hash."""
    if len(post) <= LONGEST_FINGERPRINT:
        return post
    return f"{post[: LONGEST_FINGERPRINT - 65]}#{_digest(post)}"


def _digest(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
