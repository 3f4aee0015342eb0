"""Contradictions in a configuration: each complaint names the key's path and the remedy."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.config.build import build_institution, business, calendar, read_regime
from bot.config.check_channels import channel_complaints
from bot.config.check_digest import digest_complaints
from bot.config.check_people import people_complaints
from bot.config.check_roster import forms_complaints, roster_complaints
from bot.config.check_secrets import secret_complaints
from bot.config.tables import Config
from handlers.rules.regime.regime import RegimeError
from handlers.rules.regime.regime_check import unmanned
from handlers.rules.toml_errors import Complaint


def complaints(config: Config) -> Iterator[Complaint]:
    """Yield every contradiction; the first one stops the start."""
    yield from _place(config)
    yield from people_complaints(config)
    yield from channel_complaints(config)
    yield from roster_complaints(config)
    yield from forms_complaints(config)
    yield from digest_complaints(config)
    yield from secret_complaints(config)
    for sentence in unmanned(read_regime(config), build_institution(config)):
        yield Complaint(".institution.regime", f"regime {config.institution.regime}: {sentence}")


def _place(config: Config) -> Iterator[Complaint]:
    try:
        ZoneInfo(config.institution.zone)
    except (ZoneInfoNotFoundError, ValueError):
        remedy = f'"{config.institution.zone}" is no time zone: write "Asia/Shanghai"'
        yield Complaint(".institution.zone", remedy)
    try:
        business(config)
    except ValueError as error:
        yield Complaint(".institution.business_hours", f'{error}: write "08:30-12:00"')
    try:
        calendar(config)
    except ValueError as error:
        yield Complaint(".calendar", f'{error}: write dates as "2026-12-24"')
    try:
        read_regime(config)
    except RegimeError as error:
        yield Complaint(".institution.regime", f'regime "{config.institution.regime}": {error}')
