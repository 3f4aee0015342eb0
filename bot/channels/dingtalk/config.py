"""DingTalk's table of `config.toml`, and what cannot work in it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal

from msgspec import Meta

from bot.channels.config import GroupTable, Table
from handlers.rules.toml_errors import Complaint

CHANNEL = "dingtalk"
OUTSIDER = "outsider:"
"""Before the id of a sender without a staff id here. No staff id has a colon (letters, digits, `_-@.`)."""


class DingTalkTable(Table, frozen=True, kw_only=True):
    """`mode` says how messages come: over a connection of ours, or to an address of ours.

    `card_template` is a card with buttons (see docs/dingtalk.md). `monthly_calls` and `monthly_deliveries` are the
    organisation's quotas: those of the standard edition since November 2025.
    """

    app_key: str
    app_secret: str
    robot_code: str
    mode: Literal["stream", "http"] = "stream"
    card_template: str = ""
    monthly_calls: Annotated[int, Meta(ge=1)] = 5_000
    monthly_deliveries: Annotated[int, Meta(ge=1)] = 3_000
    api: str = "https://api.dingtalk.com"
    oapi: str = "https://oapi.dingtalk.com"


def complaints(table: DingTalkTable | None, groups: Sequence[GroupTable]) -> Iterator[Complaint]:
    """Yield what cannot work in DingTalk's table and groups."""
    if table and table.card_template and table.mode == "http":
        remedy = 'pressed buttons come over Stream only: set mode = "stream"'
        yield Complaint(".channel.dingtalk.card_template", remedy)
    for n, group in enumerate(groups):
        if group.channel == CHANNEL and group.webhook and not group.conversation:
            yield Complaint(f".group[{n}].conversation", "name it: only a group without a webhook can be bound later")


def account_complaints(accounts: Iterable[str]) -> Iterator[Complaint]:
    """Yield a complaint if an account has the mark of senders from outside: it would give them authority."""
    if any(account.startswith(OUTSIDER) for account in accounts):
        yield Complaint(".person", f'"{OUTSIDER}…" is nobody of this organisation: take the account out')
