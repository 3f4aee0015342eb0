"""Reads `config.toml`, which is the institution. What is wrong in it is refused, with the line and the remedy."""

import tomllib
from pathlib import Path

import msgspec

from bot.config.check import complaints
from bot.config.tables import Config
from bot.config_error import ConfigError
from handlers.rules.toml_errors import line_of


def read_config(path: Path, **institution: str) -> Config:
    """The configuration in a file; `institution` overrides keys of that table. ConfigError says line and remedy."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(path, None, f"{error.strerror}; name another file with --config") from error
    return parse_config(text, path, **institution)


def parse_config(text: str, path: Path, **institution: str) -> Config:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, None, f"not valid TOML: {error}") from error
    tables.setdefault("institution", {}).update(institution)
    try:
        config = msgspec.convert(tables, Config)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        raise ConfigError(path, line_of(text, where.rstrip("`"), message), _remedy(message)) from error
    for where, complaint in complaints(config):
        raise ConfigError(path, line_of(text, where, ""), complaint)
    return config


def _remedy(message: str) -> str:
    if "unknown field" in message:
        return f"{message}: check the spelling, or take the key out"
    if "missing required" in message:
        return f"{message}: add it"
    if "Invalid enum value" in message:
        return f"{message}: write one of the words that the comments in config.toml name"
    return message
