"""The institution's configuration: read, checked, and built into what the rules know."""

from bot.config.build import (
    build_institution,
    build_rosters,
    build_schedules,
    forms_directory,
    named_regime,
    read_regime,
    regime_files,
)
from bot.config.read import parse_config, read_config
from bot.config.tables import (
    ChannelTables,
    Config,
    LocalTable,
)
from bot.config_error import ConfigError

__all__ = [
    "ChannelTables",
    "Config",
    "ConfigError",
    "LocalTable",
    "build_institution",
    "build_rosters",
    "build_schedules",
    "forms_directory",
    "named_regime",
    "parse_config",
    "read_config",
    "read_regime",
    "regime_files",
]
