"""Examples of which `make test` runs a part and `make test-long` all: where each adds little to the others.

Those that do not run are not even made, as pytest takes a while over each of thousands that it then leaves out.
"""

import os
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any, TypeVar

import pytest

T = TypeVar("T")
LONG = "HUIYIN_TEST_LONG"
"""The variable that says that this run takes in what is marked `long`; `tests/conftest.py` sets it."""


def one_in(count: int, values: Iterable[Any]) -> list[Any]:
    """Return the values, of which `make test` runs the first of each `count`."""
    return _thinned((place % count == 0, (value,)) for place, value in enumerate(values))


def crossed(count: int, first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    """Return all pairs, of which `make test` runs about one in `count`: among them is every value of both."""
    assert count <= max(len(first), len(second)), "some value would never run"
    pairs = product(enumerate(first), enumerate(second))
    return _thinned(((i + j) % count == 0, (a, b)) for (i, a), (j, b) in pairs)


def _thinned(examples: Iterable[tuple[bool, tuple[Any, ...]]]) -> list[Any]:
    """Return the examples that always run and, if this run takes them in, the others with their mark."""
    long = LONG in os.environ
    return [
        pytest.param(*values, marks=() if always else pytest.mark.long) for always, values in examples if always or long
    ]


def drawn(count: int) -> int:
    """Return how many examples a property is tried with: `make test` draws a fifth of them, at least ten."""
    return long_or_short(count, max(count // 5, 10))


def long_or_short(long: T, short: T) -> T:
    """Return how far a test goes by `make test-long` and `make crash`, and how far by `make test`."""
    return long if {"HUIYIN_MACHINE", "HUIYIN_CRASHES"} & os.environ.keys() else short
