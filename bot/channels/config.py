"""What the platforms' configuration has in common: tables that refuse unknown keys, groups, secrets."""

import os
from typing import Literal

from msgspec import Struct

from bot.errors import ConfigError

ENVIRONMENT = "env:"


class Table(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of `config.toml`."""


class GroupTable(Table, frozen=True, kw_only=True):
    """A group without a `conversation` gets it when a member says `绑定` in it; `unit` is the unit whose own it is."""

    id: str
    name: str
    channel: Literal["local", "dingtalk", "wecom"]
    conversation: str = ""
    webhook: str | None = None
    webhook_secret: str | None = None
    unit: str | None = None


def secret(value: str, where: str) -> str:
    """Return a credential: `env:NAME` is read from the environment. ConfigError when it is not set there."""
    if not value.startswith(ENVIRONMENT):
        return value
    name = value.removeprefix(ENVIRONMENT)
    found = os.environ.get(name)
    if not found:
        raise ConfigError(None, None, f"{where} is env:{name}, but {name} is not set: export {name}=…")
    return found
