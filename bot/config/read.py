"""Read `config.toml`, which describes the institution. Refuse what is wrong in it, with the line and the remedy."""

from pathlib import Path

from bot.config.check import complaints
from bot.config.installation import CannotBuild, Installation, install
from bot.config.tables import Config
from bot.errors import ConfigError
from handlers.rules.toml_errors import TomlError, convert, decode, parse, refusal


def read_installation(path: Path, **institution: str) -> Installation:
    """Return what a file describes; `institution` overrides keys of that table. ConfigError says line and remedy."""
    try:
        return parse_installation(path.read_bytes(), path, **institution)
    except OSError as error:
        raise ConfigError(path, None, f"{error.strerror}; name another file with --config") from error


def parse_installation(toml: str | bytes, path: Path, **institution: str) -> Installation:
    """Return what a text describes; `path` is what errors call it. ConfigError says line and remedy."""
    try:
        text = toml if isinstance(toml, str) else decode(toml)
        tables = parse(text)
        tables["institution"] = _overridden(tables.get("institution", {}), institution)
        return _installed(convert(tables, Config, text), text)
    except TomlError as error:
        raise ConfigError(path, error.line, str(error)) from error


def _overridden(table: object, keys: dict[str, str]) -> object:
    return {**table, **keys} if isinstance(table, dict) else table


def _installed(config: Config, text: str) -> Installation:
    """Build it, and refuse the first contradiction in what was built."""
    try:
        installation = install(config)
    except CannotBuild as error:
        raise refusal(error.complaint, text) from error
    for complaint in complaints(installation):
        raise refusal(complaint, text)
    return installation
