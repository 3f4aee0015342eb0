"""The institution's configuration: read, checked, and built once into what the rules know."""

from bot.config.installation import Installation, install
from bot.config.read import parse_installation, read_installation
from bot.config.regimes import named_regime, regime_files
from bot.config.tables import ChannelTables, Config, LocalTable
from bot.errors import ConfigError

__all__ = [
    "ChannelTables",
    "Config",
    "ConfigError",
    "Installation",
    "LocalTable",
    "install",
    "named_regime",
    "parse_installation",
    "read_installation",
    "regime_files",
]
