"""The short codes of matters and requests: what is written, and what is read, from earlier versions too."""

from datetime import UTC, datetime

import pytest

from handlers.rules.language.messages import Message, Quote, code, quoted_code


def quoting(text: str) -> tuple[int, int | None] | None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return quoted_code(
        Message(channel="local", id="1", conversation="work", sender="qian", sent_at=at, quote=Quote(text=text))
    )


def test_a_request_is_called_by_its_kind_of_number() -> None:
    assert code(2, 3) == "〔#2·请示3〕"
    assert code(2, 3, "en") == "〔#2·request 3〕"
    assert code(2) == code(2, language="en") == "〔#2〕"


@pytest.mark.parametrize("text", ["〔#2·请示3〕请审批", "〔#2·request 3〕 please decide", "〔#2·3〕请审批"])
def test_each_spelling_is_read(text: str) -> None:
    assert quoting(text) == (2, 3)


def test_a_quote_of_several_matters_names_none() -> None:
    assert quoting("〔#2·请示3〕〔#4〕") is None
    assert quoting("〔#2〕〔#2·请示3〕") == (2, None)
    assert quoting("没有编号") is None
