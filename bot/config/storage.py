"""Where the tables and the timers are: the addresses of `[storage]`; `env:NAME` is read from the environment."""

from pathlib import Path

from bot.channels.config import secret
from bot.config.tables import Config
from storage.database.address import shown, sqlite_file

EMBEDDED = "embedded"


def database_address(config: Config) -> str:
    """Return the database's address. ConfigError if it is in a variable that is not set."""
    return secret(config.storage.database, "[storage] database")


def database_place(config: Config) -> str:
    """Return the database's name for people: its file, or PostgreSQL's address without the password."""
    address = database_address(config)
    file = sqlite_file(address)
    return shown(address) if file is None else str(file)


def redis_address(config: Config) -> str | None:
    """Return Redis's address; None for the embedded server. ConfigError if it is in a variable that is not set."""
    address = secret(config.storage.redis, "[storage] redis")
    return None if address == EMBEDDED else address


def data_directory(config: Config) -> Path | None:
    """Return the directory that the bot keeps data in; None if database and Redis are servers of their own."""
    if redis_address(config) is None:
        return Path(config.storage.directory)
    file = sqlite_file(database_address(config))
    return file.parent if file else None
