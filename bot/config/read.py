"""Reads `config.toml`, which is the institution. What is wrong in it is refused, with the line and the remedy."""

from pathlib import Path

from bot.config.check import complaints
from bot.config.tables import Config
from bot.config_error import ConfigError
from handlers.rules.toml_errors import TomlError, convert, decode, parse, refusal


def read_config(path: Path, **institution: str) -> Config:
    """Return the configuration in a file; `institution` overrides keys of that table. ConfigError says the remedy."""
    try:
        return parse_config(path.read_bytes(), path, **institution)
    except OSError as error:
        raise ConfigError(path, None, f"{error.strerror}; name another file with --config") from error


def parse_config(toml: str | bytes, path: Path, **institution: str) -> Config:
    """Return the configuration of a text; `path` is what errors call it. ConfigError says line and remedy."""
    try:
        text = toml if isinstance(toml, str) else decode(toml)
        tables = parse(text)
        tables["institution"] = _overridden(tables.get("institution", {}), institution)
        config = convert(tables, Config, text)
        for complaint in complaints(config):
            raise refusal(complaint, text)
    except TomlError as error:
        raise ConfigError(path, error.line, str(error)) from error
    return config


def _overridden(table: object, keys: dict[str, str]) -> object:
    return {**table, **keys} if isinstance(table, dict) else table
