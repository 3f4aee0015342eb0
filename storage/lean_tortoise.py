"""Import Tortoise without what it does at import and nobody needs here: 0.15 s and 6 MB of each start.

It parses the source of its own base model to find comments, compiles an expression for the names of hosts in all
scripts, and loads anyio, for a bridge to threads.
"""

import inspect
import re
import sys
from functools import cached_property
from importlib import import_module
from types import ModuleType
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


class _LoadedLater(ModuleType):
    """A module that is loaded when it is first asked for anything."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


def _without_anyio() -> dict[str, ModuleType]:
    """Return what stands in for anyio, unless it is loaded."""
    if "anyio" in sys.modules:
        return {}
    package, bridge = ModuleType("anyio"), _LoadedLater("anyio.from_thread")
    package.from_thread = bridge  # type: ignore[attr-defined]
    return {"anyio": package, "anyio.from_thread": bridge}


_compile, _source, _instead = re.compile, inspect.getsource, _without_anyio()
re.compile, inspect.getsource = _compiled, _no_source  # type: ignore[assignment]
sys.modules.update(_instead)
try:
    import tortoise.models
finally:
    re.compile, inspect.getsource = _compile, _source
    for name in _instead:
        del sys.modules[name]

tortoise.models._get_comments = lambda cls: {}  # noqa: ARG005 - called by name
"""It would parse `storage/tables.py` once for each model to find comments marked `#:`; there are none."""
