"""Many rows in one test: pytest takes longer over a test of its own for each than most of them take to be tried."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

Test = Callable[..., Any]


def for_each(names: str | Sequence[str], rows: Iterable[Any]) -> Callable[[Test], Callable[[], None]]:
    """Try a test with each row, as `parametrize` does, but in one go; all rows that fail are named, with the reason.

    A row that skips fails: the others would not be tried. The test is no coroutine, for which nothing would wait.
    """
    listed = list(rows)
    assert listed, "no row would be tried"

    def in_one_go(test: Test) -> Callable[[], None]:
        assert not inspect.iscoroutinefunction(test), "nothing would wait for it"

        def tried() -> None:
            failed = [said for row in listed if (said := _failure(test, _named(names, row)))]
            if failed:
                pytest.fail(f"{len(failed)} of {len(listed)}:\n" + "\n".join(failed), pytrace=False)

        tried.__name__, tried.__qualname__ = test.__name__, test.__qualname__
        tried.__module__, tried.__doc__ = test.__module__, test.__doc__
        return tried

    return in_one_go


def _named(names: str | Sequence[str], row: Any) -> dict[str, Any]:
    return {names: row} if isinstance(names, str) else dict(zip(names, row, strict=True))


def _failure(test: Test, row: dict[str, Any]) -> str | None:
    try:
        if inspect.isawaitable(made := test(**row)):
            getattr(made, "close", lambda: None)()
            pytest.fail("it returns a coroutine, for which nothing waits")
    except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:
        said = ", ".join(f"{name} = {value!r}" for name, value in row.items())
        return f"{said}: {type(error).__name__}: {error}"
    return None
