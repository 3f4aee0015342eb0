"""Regimes by their name, as the configuration and the command line give it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_file import load
from handlers.rules.regime.regime_parts import RegimeError

REGIMES = Path(__file__).parents[2] / "handlers" / "regimes"


def regime_files() -> dict[str, Path]:
    """Return the regimes that ship with the product, by name."""
    return {file.stem: file for file in sorted(REGIMES.glob("*.toml"))}


def named_regime(name: str, overrides: Mapping[str, Any] | None = None) -> Regime:
    """Return a shipped regime by its name, or a file of one's own by its path. RegimeError says what is wrong."""
    shipped = regime_files().get(name)
    file = shipped or Path(name)
    if not shipped and not (file.suffix == ".toml" and file.is_file()):
        raise RegimeError(f"there is no such regime; there are: {', '.join(regime_files())}, or name a .toml file")
    place = f"handlers/regimes/{file.name}" if shipped else name
    try:
        return load(file.read_bytes(), place, overrides)
    except OSError as error:
        raise RegimeError(f"{place}: {error.strerror}; name another file") from error
