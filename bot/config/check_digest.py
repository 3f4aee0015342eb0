"""Contradictions in `[digest]`."""

from collections.abc import Iterator

from bot.config.tables import Config
from handlers.rules.time import schedule
from handlers.rules.toml_errors import Complaint


def digest_complaints(config: Config) -> Iterator[Complaint]:
    """Yield times that cannot be read and groups that are not there."""
    for kind, text in config.digest.times.items():
        try:
            schedule.parse(text)
        except ValueError as error:
            yield Complaint(f".digest.{kind}", str(error))
    known = {group.id for group in config.group}
    for n, group in enumerate(config.digest.groups):
        if group not in known:
            remedy = f'there is no group "{group}": name the id of a [[group]]'
            yield Complaint(f".digest.groups[{n}]", remedy)
