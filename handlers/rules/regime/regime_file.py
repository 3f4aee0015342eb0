"""Reads a regime from its TOML file. What cannot be read, or makes no sense, is refused with its line and remedy."""

import tomllib
from collections.abc import Mapping
from typing import Any

import msgspec

from handlers.rules.regime.regime import Regime, RegimeError
from handlers.rules.regime.regime_check import complaints
from handlers.rules.toml_errors import line_of


def load(toml: str, file: str = "regime", overrides: Mapping[str, Any] | None = None) -> Regime:
    """Return the regime of a TOML text with an institution's own keys over it. RegimeError names line and remedy."""
    try:
        regime = msgspec.convert({**tomllib.loads(toml), **(overrides or {})}, Regime)
    except tomllib.TOMLDecodeError as error:
        raise RegimeError(f"{file}: not valid TOML: {error}") from error
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        raise _refused(file, toml, where.rstrip("`"), message, _remedy(message)) from error
    for where, complaint in complaints(regime):
        raise _refused(file, toml, where, "", complaint)
    return regime


def _refused(file: str, toml: str, where: str, message: str, complaint: str) -> RegimeError:
    line = line_of(toml, where, message)
    return RegimeError(f"{file}{f', line {line}' if line else ''}: {complaint}", where)


def _remedy(message: str) -> str:
    if "unknown field" in message:
        return f"{message}: check the spelling, or take the key out"
    return f"{message}: add it" if "missing required" in message else message
