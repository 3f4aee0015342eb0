"""The institution's configuration: read, checked, and built into what the rules know."""

from bot.config.build import (
    build_institution,
    build_rosters,
    build_schedules,
    forms_directory,
    named_regime,
    read_regime,
    regime_files,
    secret,
)
from bot.config.error import ConfigError
from bot.config.read import parse_config, read_config
from bot.config.tables import (
    ChannelTables,
    Config,
    DingTalkTable,
    GroupTable,
    LocalTable,
    WeComAppTable,
    WeComRobotTable,
)

__all__ = [
    "ChannelTables",
    "Config",
    "ConfigError",
    "DingTalkTable",
    "GroupTable",
    "LocalTable",
    "WeComAppTable",
    "WeComRobotTable",
    "build_institution",
    "build_rosters",
    "build_schedules",
    "forms_directory",
    "named_regime",
    "parse_config",
    "read_config",
    "read_regime",
    "regime_files",
    "secret",
]
