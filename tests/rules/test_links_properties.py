"""Properties of any string, and of any address in each way of sharing it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.rules.posts.links import LONGEST_FINGERPRINT, LinkError, find, fingerprint, platform, text_fingerprint
from tests.rules.test_links import SAME_PAIRS
from tests.support.thinned import drawn

PIECES = [
    "http://",
    "https://",
    "www.",
    "m.",
    "weibo.com",
    "/",
    "?",
    "&",
    "=",
    "#",
    "#/",
    "%",
    "%D6",
    ":",
    "@",
    "[",
    "]",
    "中国",
    "。",
    "b23.tv/BV1",
    "v.douyin.com",
    ".",
    "xn--",
    "\ud800",
    "\x00",
    "index.html",
    "id=1",
    "&amp;",
    "_x000D_",
]
TRACKING = [
    "utm_source=x",
    "spm=1.2",
    "from=timeline",
    "isappinstalled=0",
    "share_token=abc",
    "scene=27",
    "_t=1",
    "fbclid=z",
    "gclid=z",
    "t=1700000000",
    "sharer_id=5",
    "xsec_source=app",
    "vd_source=0a",
    "wfr=spider",
]
PLAIN = [url for _, url in SAME_PAIRS if "#" not in url and "://" in url and "u=" not in url and "target=" not in url]

texts = st.one_of(
    st.text(), st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=12).map("".join)
)
words = st.text("abcXYZ019-_.~%中&=+", min_size=1, max_size=8)
addresses = st.one_of(
    st.sampled_from(PLAIN),
    st.builds(
        lambda host, path, query: f"https://{host}.example.cn/{path}?{query}", st.sampled_from("abc"), words, words
    ),
)
shares = st.lists(st.sampled_from(TRACKING), min_size=1, max_size=4)


@given(texts | texts.map("https://{}".format))
@settings(max_examples=drawn(1500))
def test_any_string_is_an_address_or_a_link_error(text):
    for read in (fingerprint, platform):
        try:
            assert 0 < len(read(text)) <= LONGEST_FINGERPRINT
        except LinkError:
            continue


@given(texts)
@settings(max_examples=drawn(500))
def test_what_is_found_has_a_name(text):
    urls = find(text)
    assert len({fingerprint(url) for url in urls}) == len(urls)
    assert all(url.lower().startswith(("http://", "https://")) for url in urls)


@given(addresses, shares)
@settings(max_examples=drawn(500))
def test_sharing_does_not_change_the_post(url, shared):
    mark = "&" if "?" in url else "?"
    assert fingerprint(url + mark + "&".join(shared)) == fingerprint(url)


@given(addresses)
def test_the_scheme_does_not_change_the_post(url):
    plain = url.removeprefix("https://").removeprefix("http://")
    assert fingerprint(f"http://{plain}") == fingerprint(f"https://{plain}")


@given(
    st.sampled_from([url for url in PLAIN if url.isascii()]),
    st.sampled_from(["，谢谢", "。", "”", "》", ")", " x", "请处理", ""]),
)
def test_an_address_is_found_again_in_a_sentence(url, after):
    assert [fingerprint(found) for found in find(f"请看（{url}{after}")] == [fingerprint(url)]


@given(texts)
def test_every_text_has_a_fingerprint_that_blanks_leave_alone(text):
    assert text_fingerprint(f"\n{text}  ") == text_fingerprint(text)
