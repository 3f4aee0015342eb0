"""Find secrets that are written into the configuration file: copies of it get mailed, printed and kept."""

from collections.abc import Iterator

from bot.channels.config import ENVIRONMENT
from bot.config.tables import Config
from handlers.rules.toml_errors import Complaint
from storage.database.address import has_password

SECRET = ("app_secret", "secret", "token", "aes_key")
OF_A_GROUP = ("webhook", "webhook_secret")


def secret_complaints(config: Config) -> Iterator[Complaint]:
    """Yield a complaint for each secret that is not in the environment; it never quotes the secret."""
    channel = config.channel
    tables = {"dingtalk": channel.dingtalk, "wecom_robot": channel.wecom_robot, "wecom_app": channel.wecom_app}
    for name, table in tables.items():
        yield from _of(table, f".channel.{name}", SECRET)
    for n, group in enumerate(config.group):
        yield from _of(group, f".group[{n}]", OF_A_GROUP, f"_{n + 1}" if len(config.group) > 1 else "")
    for name in ("database", "redis"):
        if has_password(getattr(config.storage, name)):
            variable = f"HUIYIN_{name.upper()}"
            remedy = f'write {name} = "env:{variable}", and export {variable}=… before the start'
            yield Complaint(f".storage.{name}", f"a password does not belong in a file: {remedy}")


def _of(table: object, where: str, names: tuple[str, ...], number: str = "") -> Iterator[Complaint]:
    for name in names:
        value = getattr(table, name, None) or ""
        if value and not value.startswith(ENVIRONMENT):
            variable = f"HUIYIN_{name.upper()}{number}"
            remedy = f'write {name} = "env:{variable}", and export {variable}=… before the start'
            yield Complaint(f"{where}.{name}", f"this is a secret and does not belong in a file: {remedy}")
