"""A test over many rows names each row that fails, and fails if there are none."""

import pytest

from tests.support.each import for_each


@for_each(("number", "double"), [(1, 2), (2, 5), (3, 6), (4, 0)])
def doubles(number: int, double: int) -> None:
    assert number * 2 == double


@for_each("words", ["1", "x"])
def is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        int(words)


def test_every_row_that_fails_is_named_with_the_reason() -> None:
    with pytest.raises(pytest.fail.Exception) as failed:
        doubles()
    first, *rows = str(failed.value).splitlines()
    assert first == "2 of 4:"
    assert [row for row in rows if row.startswith("number")] == [
        "number = 2, double = 5: AssertionError: assert (2 * 2) == 5",
        "number = 4, double = 0: AssertionError: assert (4 * 2) == 0",
    ]


def test_so_is_one_that_should_have_raised() -> None:
    with pytest.raises(pytest.fail.Exception, match="1 of 2:\nwords = '1'"):
        is_refused()


@for_each("words", ["1", "2"])
def skips_the_first(words: str) -> None:
    if words == "1":
        pytest.skip("not here")


def test_a_row_that_skips_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match="1 of 2:\nwords = '1': Skipped: not here"):
        skips_the_first()


async def waits(words: str) -> None:
    assert not words


def test_a_coroutine_is_no_test_of_rows() -> None:
    with pytest.raises(AssertionError, match="nothing would wait"):
        for_each("words", ["1"])(waits)
    with pytest.raises(pytest.fail.Exception, match="it returns a coroutine"):
        for_each("words", ["1"])(lambda words: waits(words))()


def test_no_rows_are_no_test() -> None:
    with pytest.raises(AssertionError, match="no row would be tried"):
        for_each("words", [])
