"""Examples of which `make test` runs a part and `make test-long` all: where each adds little to the others."""

import os
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any, TypeVar

import pytest

T = TypeVar("T")


def one_in(count: int, values: Iterable[Any]) -> list[Any]:
    """Return the values, of which `make test` runs the first of each `count`."""
    return [value if place % count == 0 else _long(value) for place, value in enumerate(values)]


def crossed(count: int, first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    """Return all pairs, of which `make test` runs about one in `count`: among them is every value of both."""
    assert count <= max(len(first), len(second)), "some value would never run"
    pairs = product(enumerate(first), enumerate(second))
    return [(a, b) if (i + j) % count == 0 else _long(a, b) for (i, a), (j, b) in pairs]


def drawn(count: int) -> int:
    """Return how many examples a property is tried with: `make test` draws a fifth of them, at least ten."""
    return long_or_short(count, max(count // 5, 10))


def long_or_short(long: T, short: T) -> T:
    """Return how far a test goes by `make test-long` and `make crash`, and how far by `make test`."""
    return long if {"HUIYIN_MACHINE", "HUIYIN_CRASHES"} & os.environ.keys() else short


def _long(*values: Any) -> Any:
    return pytest.param(*values, marks=pytest.mark.long)
