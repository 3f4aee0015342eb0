"""Read a regime from its TOML file. What cannot be read, or makes no sense, is refused with its line and remedy."""

from collections.abc import Mapping
from typing import Any

from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_check import complaints
from handlers.rules.regime.regime_parts import RegimeError
from handlers.rules.toml_errors import TomlError, convert, decode, parse, refusal


def load(toml: str | bytes, file: str = "regime", overrides: Mapping[str, Any] | None = None) -> Regime:
    """Return the regime of a TOML file, with an institution's own keys over it. RegimeError names line and remedy."""
    try:
        text = toml if isinstance(toml, str) else decode(toml)
        regime = convert({**parse(text), **(overrides or {})}, Regime, text)
        for complaint in complaints(regime):
            raise refusal(complaint, text)
    except TomlError as error:
        raise RegimeError(error.at(file), error.where) from error
    return regime
