"""Whether an address can prove that an answer is public: one page on the public internet that anybody may open.

`https://baidu.com` is a home page, `http://127.0.0.1/12` is nobody else's to see, `https://weibo.com/u/123` is a list.
Nothing is fetched.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice
from typing import Literal
from urllib.parse import urljoin

from handlers.rules.lazy_pattern import LazyPattern, word_set
from handlers.rules.posts.known_sites import site_of
from handlers.rules.posts.links import MOST_ADDRESSES, LinkError, LinkSpan, all_spans, fingerprint, platform
from handlers.rules.posts.page_kind import PageKind, page_kind
from handlers.rules.posts.public_host import public_host

Seen = Literal["there", "gone", "home", "unknown"]
"""What the bot saw at an address: the page, none, a redirect to a home page, or none of these."""
Objection = Literal["not web", "password", "private", "short", "home", "search", "login", "backstage", "list"]

SHORTENERS = word_set(
    "t.cn url.cn w.url.cn dwz.cn suo.im suo.nz bit.ly tinyurl.com t.co goo.gl is.gd ow.ly cutt.ly 3.cn sina.lt u6.gg "
    "m6z.cn dwz.mk rebrand.ly s.id v.gd"
)
"""Their addresses say nothing of where they lead."""
OF_PEOPLE = word_set(
    "weibo wechat channels douyin kuaishou xiaohongshu zhihu bilibili tieba toutiao douban x youtube facebook "
    "instagram tiktok"
)
"""Platforms whose posts all have an address of a known shape; what has another one is a profile or a list."""
_WIDE = LazyPattern(r"[hｈ][tｔ][tｔ][pｐ][sｓ]?\s?[:：]\s?[/／]{2}[^\s，、；！（）【】《》“”\"'<>]+", re.IGNORECASE)
_LOOSE = LazyPattern(
    r"(?<![A-Za-z0-9@./:_\-\u00c0-\u1fff])(?:[A-Za-z][A-Za-z0-9+.-]{1,12}://[!-~]+|localhost(?:[:/][!-~]*)?"
    r"|[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:[:/][!-~]*)?|(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,12}(?::[0-9]{1,5})?/[!-~]*"
    r"|www\.(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,12})"
)
_SECOND_LEVEL = word_set("com net org gov edu ac mil co or ne go")


def addresses(text: str) -> tuple[str, ...]:
    """Return everything in a text that is written like an address, full-width forms in half width."""
    narrow = _WIDE.sub(lambda found: _narrow(found[0]), text)
    spans = all_spans(narrow)
    found = dict.fromkeys(span.url for span in spans)
    matches = islice(_LOOSE.finditer(_between(narrow, spans)), MOST_ADDRESSES)
    loose = (match[0].rstrip(".,;:!?)]'\"") for match in matches)
    return (
        *found,
        *(one if "://" in one else f"http://{one}" for one in loose if not one.startswith(("http:", "https:"))),
    )


def without_addresses(text: str) -> str:
    """Return the words of a text around its addresses."""
    narrow = _WIDE.sub(lambda found: _narrow(found[0]), text)
    return " ".join(_LOOSE.sub(" ", _between(narrow, all_spans(narrow))).split())


def _between(text: str, spans: Iterable[LinkSpan]) -> str:
    """Return the text with a blank in place of each address."""
    parts, start = [], 0
    for span in spans:
        parts.append(text[start : span.start])
        start = span.end
    return " ".join((*parts, text[start:]))


def _narrow(written: str) -> str:
    """Return an address in half width; 。 between its labels is a dot, and the end of the sentence behind it."""
    text = unicodedata.normalize("NFKC", written).replace(" ", "")
    head, _, rest = text.partition("//")
    host, slash, path = rest.partition("/")
    return f"{head}//{host.strip('。').replace('。', '.')}{slash}{path.partition('。')[0]}"


def objection(url: str) -> Objection | None:
    """Return why an address proves no publication; None if it may be the page of an answer."""
    from yarl import URL

    try:
        address = URL(url)
        mark, host = fingerprint(url), (address.host or "").lower()
    except (LinkError, ValueError):
        return "not web"
    if "@" in url.partition("//")[2].partition("/")[0]:
        return "password"
    if not public_host(host):
        return "private"
    if host.removeprefix("www.") in SHORTENERS:
        return "short"
    return _of_kind(page_kind(url), mark, host)


def _of_kind(kind: PageKind, mark: str, host: str) -> Objection | None:
    if kind in ("login", "backstage"):
        return kind
    if not mark.startswith("web:"):
        return None
    site = site_of(host)
    if kind == "page":
        return "list" if site and site.key in OF_PEOPLE else None
    return kind


def seen_at(url: str, status: int, location: str | None) -> Seen:
    """Return what the answer of a page's server says of it; a redirect elsewhere than to a home page says nothing."""
    if status in (404, 410):
        return "gone"
    if 300 <= status < 400 and location:
        return "home" if _is_home(urljoin(url, location)) else "unknown"
    return "there" if status == 200 else "unknown"


def _is_home(url: str) -> bool:
    try:
        return page_kind(url) == "home"
    except ValueError:
        return False


def site_name(url: str) -> str:
    """Return the site of an address: the platform's key, else the registered domain. LinkError."""
    name = platform(url)
    labels = name.split(".")
    if len(labels) < 3 or labels[-1].isdigit():
        return name
    country = len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if country else labels[-2:])
