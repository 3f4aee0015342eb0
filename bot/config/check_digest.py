"""Contradictions in `[digest]`."""

from collections.abc import Iterator

from bot.config.tables import Config
from handlers.rules.time import schedule


def digest_complaints(config: Config) -> Iterator[tuple[str, str]]:
    """What cannot work, as (path, sentence)."""
    for kind, text in config.digest.times.items():
        try:
            schedule.parse(text)
        except ValueError as error:
            yield f".digest.{kind}", str(error)
    known = {group.id for group in config.group}
    for n, group in enumerate(config.digest.groups):
        if group not in known:
            yield f".digest.groups[{n}]", f'there is no group "{group}": name the id of a [[group]]'
