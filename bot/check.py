"""`python -m bot check`: one line for each thing that has to work, with the remedy where it does not."""

from datetime import datetime
from pathlib import Path

from bot.config import Config, build_institution, read_regime, secret
from bot.config.error import ConfigError
from handlers.rules.institution import Institution

OCTOBER = 10


async def lines(config: Config, path: Path, now: datetime) -> list[str]:
    """What works (✓), what needs attention (!) and what does not work (✗), in the institution's language."""
    institution = build_institution(config)
    chinese = institution.language == "zh"
    regime = read_regime(config)
    found = [
        f"✓ {path}: {institution.name}, {len(institution.people)} {'人' if chinese else 'people'}",
        f"✓ {'规则' if chinese else 'regime'}: {regime.title[institution.language]} ({regime.name})",
    ]
    return [*found, *_calendar(institution, now), *_secrets(config, chinese)]


def _calendar(institution: Institution, now: datetime) -> list[str]:
    """From October on next year's calendar is expected; until it comes, due times in it are provisional."""
    local = now.astimezone(institution.zone)
    year = local.year + (local.month >= OCTOBER)
    if institution.calendar.published(year):
        return [f"✓ {year}: {'放假安排已知' if institution.language == 'zh' else 'the calendar is known'}"]
    if institution.language == "zh":
        return [
            f"! {year} 年放假安排还没有：到期日在该年的先按暂定计算。国务院公布后请升级 chinesecalendar，"
            f"或在 [calendar] 里写上 days_off、working_days 和 complete_years = [{year}]"
        ]
    return [
        f"! the calendar of {year} is not here yet: due times in it are provisional. When the State Council publishes "
        f"it, upgrade chinesecalendar, or fill in [calendar] and set complete_years = [{year}]"
    ]


def _secrets(config: Config, chinese: bool) -> list[str]:
    table = config.channel.dingtalk
    if table is None:
        return []
    try:
        secret(table.app_secret, "channel.dingtalk.app_secret")
    except ConfigError as error:
        return [f"✗ {error}"]
    return [f"✓ dingtalk: {'密钥已读到' if chinese else 'the secret is set'}"]
