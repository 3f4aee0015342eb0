"""Import Tortoise without two things that it does at import and that nobody needs here: 0.1 s and 5 MB of each start.

It parses the source of its own base model to find comments, and compiles an expression for the names of hosts in all
scripts.
"""

import inspect
import re
from functools import cached_property
from typing import Any, NoReturn

LONG = 100
"""The length from which an expression of a library is compiled when it is first used."""


class CompiledLater:
    """As `re.Pattern`, compiled when it is first asked for anything."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._wanted = pattern, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(*self._wanted)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # a copy is asked for these before it has anything
            raise AttributeError(name)
        return getattr(self._compiled, name)


def _compiled(pattern: Any, flags: int = 0) -> Any:
    later = isinstance(pattern, str) and len(pattern) >= LONG and not pattern.isascii()
    return CompiledLater(pattern, flags) if later else _compile(pattern, flags)


def _no_source(_object: object) -> NoReturn:
    raise OSError


_compile, _source = re.compile, inspect.getsource
re.compile, inspect.getsource = _compiled, _no_source  # type: ignore[assignment]
try:
    import tortoise.models
finally:
    re.compile, inspect.getsource = _compile, _source

tortoise.models._get_comments = lambda cls: {}  # noqa: ARG005 - called by name
"""It would parse `storage/tables.py` once for each model to find comments marked `#:`; there are none."""
