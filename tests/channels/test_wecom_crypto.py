"""WeCom's encryption: the published test vectors decrypt; every other input raises the same error."""

import base64
import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wecom.crypto import Envelope, Forged, aes_bytes, decrypt_file
from tests.support.thinned import drawn
from tests.support.wecom_envelope import AES_KEY, TOKEN, encrypted, key_of, opened, sealed, signed

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
OURS = Envelope(TOKEN, AES_KEY, "wwcorp")

VECTORS = [
    (
        ("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"),
        ("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780"),
        "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
        "1616140317555161061",
    ),
    (
        ("123456", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "wx49f0ab532d5d035a"),
        ("dd6b9c95b495b3f7e2901bfbc76c664930ffdb96", "1411443780", "437374425"),
        "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q==",
        "5927782489442352469",
    ),
]


def at(stamp: str) -> datetime:
    return datetime.fromtimestamp(int(stamp), UTC)


@pytest.mark.parametrize(("keys", "signature", "echo", "plain"), VECTORS)
def test_the_published_vectors(
    keys: tuple[str, str, str], signature: tuple[str, str, str], echo: str, plain: str
) -> None:
    given_, stamp, nonce = signature
    assert Envelope(*keys).open(given_, stamp, nonce, echo, at(stamp)) == plain
    with pytest.raises(Forged):
        Envelope(keys[0], keys[1], "another corp").open(given_, stamp, nonce, echo, at(stamp))


def test_what_others_seal_is_opened_and_what_we_seal_opens_elsewhere() -> None:
    theirs = sealed("同意 12", "wwcorp")
    assert OURS.open(signed(STAMP, "n", theirs), STAMP, "n", theirs, NOW) == "同意 12"
    ours, signature = OURS.seal("同意 12", STAMP, "n")
    assert opened(ours) == ("同意 12", "wwcorp")
    assert signature == signed(STAMP, "n", ours)


@pytest.mark.parametrize("off", [-301, -300, 0, 300, 301])
def test_five_minutes_off_is_too_old_or_too_new(off: int) -> None:
    theirs = sealed("x", "wwcorp")
    later = NOW + timedelta(seconds=off)
    if abs(off) <= 300:
        assert OURS.open(signed(STAMP, "n", theirs), STAMP, "n", theirs, later) == "x"
    else:
        with pytest.raises(Forged, match="five minutes"):
            OURS.open(signed(STAMP, "n", theirs), STAMP, "n", theirs, later)


@pytest.mark.parametrize("stamp", ["", "soon", "-1", "1" * 13, "１７９５３９９５００"])
def test_a_signed_time_that_is_none(stamp: str) -> None:
    theirs = sealed("x", "wwcorp")
    with pytest.raises(Forged):
        OURS.open(signed(stamp, "n", theirs), stamp, "n", theirs, NOW)


@pytest.mark.parametrize("given_", ["", "x", "签名", "\udcff", "A" * 40])
def test_a_wrong_signature(given_: str) -> None:
    with pytest.raises(Forged, match="signature") as found:
        OURS.open(given_, STAMP, "n", sealed("x", "wwcorp"), NOW)
    assert TOKEN not in str(found.value)


@settings(max_examples=drawn(200), deadline=None)
@given(st.one_of(st.binary(max_size=100), st.integers(0, 6).map(lambda blocks: os.urandom(blocks * 16))))
def test_rubbish_that_is_signed_all_the_same(body: bytes) -> None:
    rubbish = base64.b64encode(body).decode()
    with pytest.raises(Forged):
        OURS.open(signed(STAMP, "n", rubbish), STAMP, "n", rubbish, NOW)


def test_keys() -> None:
    assert aes_bytes(AES_KEY) == key_of(AES_KEY)
    assert aes_bytes(base64.b64encode(bytes(32)).decode()) == bytes(32)
    for wrong in ("", "short", AES_KEY + "A", AES_KEY[:-1], "!" * 43):
        with pytest.raises(ValueError, match="43 characters"):
            aes_bytes(wrong)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 31, 32, 33, 100_000])
def test_files_of_every_length(size: int) -> None:
    body = os.urandom(size)
    assert decrypt_file(encrypted(body, bytes(32)), base64.b64encode(bytes(32)).decode()) == body


@pytest.mark.parametrize("cut", [0, 1, 16, -16, -1])
def test_a_file_that_was_cut_off(cut: int) -> None:
    whole = encrypted(bytes(1000), bytes(32))
    with pytest.raises(Forged):
        decrypt_file(whole[:cut] if cut else b"", base64.b64encode(bytes(32)).decode())
    with pytest.raises(Forged):
        decrypt_file(whole, base64.b64encode(bytes(range(32))).decode())
