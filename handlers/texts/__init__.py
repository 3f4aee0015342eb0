"""The bot's sentences: Jinja macros, one file per handler and language. `say("acknowledge.done", case=…)`.

A sentence is named by its file and macro. A fact that is missing is an error, never a blank.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property, lru_cache, partial
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context

from handlers.rules.language.messages import code
from handlers.rules.people.institution import Institution
from handlers.texts import endings, filters, terms

LANGUAGES = ("zh", "en")


class _Compiled(BytecodeCache):
    """A cache that compiles each file once per process: institutions share the code, each with its own filters."""

    def __init__(self) -> None:
        self._code: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._code[bucket.key] = bucket.code


@pass_context
def _at_run_time(_context: Context, value: Any) -> Any:
    """Return the value. A `finalize` that takes the context keeps Jinja from evaluating output at compile time."""
    return value


@lru_cache(maxsize=4)
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("handlers", f"texts/{language}"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
        # Without these two a filtered constant would be compiled into the shared code as one institution's term.
        optimized=False,
        finalize=_at_run_time,
        bytecode_cache=_Compiled(),
    )
    environment.globals |= {
        "most_shown": filters.MOST_SHOWN,
        "code": partial(code, language=language),
        "lateness": timedelta(minutes=5),
        "extends": True,
    }
    return environment


class Texts:
    """The sentences in one language, with the names, times and terms of one institution.

    `same_day`: its regime wants replies on the day of the find, so they, and the share in time, are called 当日回复.
    `extends`: it grants more time, so that what is said of no single matter may offer it.
    """

    def __init__(self, language: str, institution: Institution, *, same_day: bool = True, extends: bool = True) -> None:
        self.language = language
        self._institution = institution
        self._words = terms.SAME_DAY[language] if same_day else {}
        self._extends = extends
        self._macros: dict[str, Callable[..., str]] = {}

    @cached_property
    def _own(self) -> Environment:
        environment = _environment(self.language).overlay()
        environment.globals = environment.globals | {"extends": self._extends}
        own = filters.filters(self.language, self._institution, self._words)
        environment.filters = environment.filters | own | {name: endings.marking(own[name]) for name in endings.MARKED}
        return environment

    def say(self, name: str, /, **facts: Any) -> str:
        """Return the sentence `file.macro`, filled in. Raise KeyError if there is no such sentence."""
        return endings.joined(self._macro(name)(**facts)).strip()

    def word(self, kind: str, value: str) -> str:
        """Return a term of the vocabulary, such as 当日回复 for word("duty", "reply")."""
        return self._words.get((kind, value)) or terms.word(self.language, kind, value)

    def _macro(self, name: str) -> Callable[..., str]:
        if name not in self._macros:
            file, _, macro = name.partition(".")
            found = getattr(self._own.get_template(f"{file}.j2").module, macro, None)
            if found is None:
                raise KeyError(f"no sentence {name!r} in {self.language}")
            self._macros[name] = found
        return self._macros[name]


def names(language: str) -> dict[str, frozenset[str]]:
    """Return every sentence with the facts that it takes, for the test that both languages say the same."""
    environment = _environment(language)
    environment.filters.update(dict.fromkeys(filters.FILTER_NAMES, str))
    found = {}
    for file in environment.list_templates(extensions=["j2"]):
        module = environment.get_template(file).module
        for macro, value in vars(module).items():
            if hasattr(value, "arguments"):
                found[f"{file.removesuffix('.j2')}.{macro}"] = frozenset(value.arguments)
    return found
