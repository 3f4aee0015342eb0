"""Every sentence the bot says: Jinja macros, one file per handler and language. `say("acknowledge.done", case=…)`.

A macro's name is the sentence's; what it does not know is an error, never a blank.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property, lru_cache
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket

from handlers.rules.language.messages import code
from handlers.rules.people.institution import Institution
from handlers.texts import filters

LANGUAGES = ("zh", "en")


class _Compiled(BytecodeCache):
    """Compile each file once per process: institutions share the code, and bring filters of their own."""

    def __init__(self) -> None:
        self._code: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._code[bucket.key] = bucket.code


@lru_cache(maxsize=4)
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("handlers", f"texts/{language}"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
        optimized=False,  # else an institution's words would be worked into the code that all share
        bytecode_cache=_Compiled(),
    )
    environment.globals |= {"code": code, "lateness": timedelta(minutes=5)}
    return environment


class Texts:
    """The sentences in one language, for one institution: names, times and spans as its people write them.

    `same_day` says that its regime wants replies on the day of the find, and so calls them.
    """

    def __init__(self, language: str, institution: Institution, *, same_day: bool = True) -> None:
        self.language = language
        self._institution = institution
        self._words = {("duty", "reply"): filters.SAME_DAY[language]} if same_day else {}
        self._macros: dict[str, Callable[..., str]] = {}

    @cached_property
    def _own(self) -> Environment:
        environment = _environment(self.language).overlay()
        environment.filters = environment.filters | filters.filters(self.language, self._institution, self._words)
        return environment

    def say(self, name: str, /, **facts: Any) -> str:
        """The sentence `file.macro`, filled in. KeyError if there is no such sentence."""
        return self._macro(name)(**facts).strip()

    def word(self, kind: str, value: str) -> str:
        """A word of the vocabulary, such as word("duty", "reply"): 当日回复."""
        return self._words.get((kind, value)) or filters.word(self.language, kind, value)

    def _macro(self, name: str) -> Callable[..., str]:
        if name not in self._macros:
            file, _, macro = name.partition(".")
            found = getattr(self._own.get_template(f"{file}.j2").module, macro, None)
            if found is None:
                raise KeyError(f"no sentence {name!r} in {self.language}")
            self._macros[name] = found
        return self._macros[name]


def names(language: str) -> dict[str, frozenset[str]]:
    """Every sentence there is, with the facts that it takes: for the test that both languages say the same."""
    environment = _environment(language)
    environment.filters.update(dict.fromkeys(filters.NAMES, str))
    found = {}
    for file in environment.list_templates(extensions=["j2"]):
        module = environment.get_template(file).module
        for macro, value in vars(module).items():
            if hasattr(value, "arguments"):
                found[f"{file.removesuffix('.j2')}.{macro}"] = frozenset(value.arguments)
    return found
