"""Every reader of the rules and of what is shown takes ten times as long for ten times the text, however it is made.

`tests/support/readers.py` lists them. A sample of texts is tried here, all of them with `make test-long`.
"""

import random
from itertools import islice

import pytest

from tests.support.long_texts import LONG, MIXED, SHORT, UNITS, text_of, too_slow
from tests.support.readers import READERS

SAMPLE = 3
"""How many texts each reader gets in a quick run, another three for each."""


def texts(units: list[str]) -> list[tuple[str, str]]:
    return [(text_of(unit, SHORT), text_of(unit, LONG)) for unit in units]


@pytest.mark.parametrize("name", READERS)
def test_the_time_grows_with_the_length(name: str) -> None:
    units = random.Random(name).sample(UNITS, SAMPLE)
    assert not [*too_slow(READERS[name], texts(units))]


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", READERS)
def test_the_time_grows_with_the_length_of_any_text(name: str) -> None:
    assert not [*islice(too_slow(READERS[name], texts([*UNITS, *MIXED])), 10)]
