"""Reads `config.toml`, which is the institution. What is wrong in it is refused, with the line and the remedy."""

import os
import tomllib
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Struct, field

from bot.config_error import ConfigError
from handlers.rules.calendar import Calendar, Interval
from handlers.rules.institution import ROLES, Department, Group, Institution, Person, Role
from handlers.rules.regimes import Regime, RegimeError, load
from handlers.rules.toml_lines import line_of

REGIMES = Path(__file__).parent.parent / "handlers" / "regimes"


class _Table(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class InstitutionTable(_Table, frozen=True, kw_only=True):
    name: str
    language: Literal["zh", "en"] = "zh"
    zone: str = "Asia/Shanghai"
    regime: str = "standard"
    business_hours: tuple[str, ...] = ("08:30-12:00", "14:00-17:30")


class CalendarTable(_Table, frozen=True, kw_only=True):
    """Local days off and working days, each with its reason; they win over the State Council's."""

    days_off: dict[str, str] = field(default_factory=dict)
    working_days: dict[str, str] = field(default_factory=dict)
    complete_years: tuple[int, ...] = ()


class DepartmentTable(_Table, frozen=True, kw_only=True):
    name: str
    aliases: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    leader: str | None = None


class PersonTable(_Table, frozen=True, kw_only=True):
    id: str
    name: str
    roles: tuple[Role, ...]
    department: str | None = None
    accounts: dict[str, str] = field(default_factory=dict)


class GroupTable(_Table, frozen=True, kw_only=True):
    id: str
    name: str
    channel: Literal["local", "dingtalk"]
    conversation: str
    webhook: str | None = None
    webhook_secret: str | None = None


class LocalTable(_Table, frozen=True, kw_only=True):
    """The group page. `anyone_may_speak_as_anyone` lets it leave the loopback or stand beside a real platform."""

    clock_may_move: bool = True
    anyone_may_speak_as_anyone: bool = False


class DingTalkTable(_Table, frozen=True, kw_only=True):
    app_key: str
    app_secret: str
    robot_code: str
    api: str = "https://api.dingtalk.com"
    oapi: str = "https://oapi.dingtalk.com"


class ChannelTables(_Table, frozen=True, kw_only=True):
    local: LocalTable | None = None
    dingtalk: DingTalkTable | None = None


class WebTable(_Table, frozen=True, kw_only=True):
    host: str = "127.0.0.1"
    port: int = 8080


class StorageTable(_Table, frozen=True, kw_only=True):
    """`redis` is "embedded" or an address; `synchronous` is SQLite's own word."""

    database: str = "sqlite:///var/huiyin.db"
    redis: str = "embedded"
    directory: str = "var"
    synchronous: Literal["full", "normal"] = "full"


class Config(_Table, frozen=True, kw_only=True):
    institution: InstitutionTable
    calendar: CalendarTable = CalendarTable()
    department: tuple[DepartmentTable, ...]
    person: tuple[PersonTable, ...]
    group: tuple[GroupTable, ...]
    channel: ChannelTables = ChannelTables()
    web: WebTable = WebTable()
    storage: StorageTable = StorageTable()


def read_config(path: Path, **institution: str) -> Config:
    """The configuration in a file; `institution` overrides keys of that table. ConfigError says line and remedy."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(path, None, f"{error.strerror}; name another file with --config") from error
    return parse_config(text, path, **institution)


def parse_config(text: str, path: Path, **institution: str) -> Config:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, None, f"not valid TOML: {error}") from error
    tables.setdefault("institution", {}).update(institution)
    try:
        config = msgspec.convert(tables, Config)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        raise ConfigError(path, line_of(text, where.rstrip("`"), message), _remedy(message)) from error
    for where, complaint in _complaints(config):
        raise ConfigError(path, line_of(text, where, ""), complaint)
    return config


def _remedy(message: str) -> str:
    if "unknown field" in message:
        return f"{message}: check the spelling, or take the key out"
    if "missing required" in message:
        return f"{message}: add it"
    if "Invalid enum value" in message:
        return f"{message}: write one of the words that the comments in config.toml name"
    return message


def _complaints(config: Config) -> Any:
    """Contradictions as (path, sentence), the first of which stops the start."""
    yield from _place(config)
    yield from _doubles(config)
    departments = {department.name for department in config.department}
    people = {person.id for person in config.person}
    for n, department in enumerate(config.department):
        if department.leader is not None and department.leader not in people:
            yield f".department[{n}].leader", f'there is no person "{department.leader}": name the id of a [[person]]'
        if not any(p.department == department.name and {"liaison", "head"} & {*p.roles} for p in config.person):
            yield f".department[{n}].name", f"nobody answers for {department.name}: give it a liaison or a head"
    for n, person in enumerate(config.person):
        if person.department is not None and person.department not in departments:
            yield f".person[{n}].department", f'there is no department "{person.department}": add it as [[department]]'
        if not person.roles:
            yield f".person[{n}].roles", f"{person.name} has no role: give one of {', '.join(ROLES)}"
    yield from _roles(config)
    yield from _channels(config)


def _place(config: Config) -> Any:
    try:
        ZoneInfo(config.institution.zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield ".institution.zone", f'"{config.institution.zone}" is no time zone: write "Asia/Shanghai"'
    try:
        _business(config)
    except ValueError as error:
        yield ".institution.business_hours", f'{error}: write "08:30-12:00"'
    try:
        _calendar(config)
    except ValueError as error:
        yield ".calendar", f'{error}: write dates as "2026-12-24"'
    try:
        read_regime(config)
    except RegimeError as error:
        yield ".institution.regime", f'regime "{config.institution.regime}": {error}'


def _doubles(config: Config) -> Any:
    accounts = [(c, a) for person in config.person for c, a in person.accounts.items()]
    for table, names in {
        "person": [person.id for person in config.person],
        "department": [department.name for department in config.department],
        "group": [group.id for group in config.group],
    }.items():
        if double := next((name for name in names if names.count(name) > 1), None):
            where = f".{table}[{len(names) - 1 - names[::-1].index(double)}]"
            yield where, f'"{double}" is there twice: every {table} needs a name of its own'
    if twice := next((account for account in accounts if accounts.count(account) > 1), None):
        yield ".person", f"two people have the {twice[0]} account {twice[1]}: an account belongs to one person"


def _roles(config: Config) -> Any:
    roles = {role for person in config.person for role in person.roles}
    if not roles & {"leader", "chief"}:
        yield ".person", 'nobody can approve a reply: give a person the role "leader" or "chief"'
    if not roles & {"office", "officer"}:
        yield ".person", 'nobody runs the desk: give a person the role "office" or "officer"'


def _channels(config: Config) -> Any:
    channel = config.channel
    for n, group in enumerate(config.group):
        if getattr(channel, group.channel) is None:
            yield f".group[{n}].channel", f"there is no [channel.{group.channel}]: add it, or take the group out"
    if channel.local and not any(group.channel == "local" for group in config.group):
        yield ".channel.local", 'the group page has no group: add a [[group]] with channel = "local"'
    if channel.local and not channel.local.anyone_may_speak_as_anyone:
        remedy = "take [channel.local] out, or set anyone_may_speak_as_anyone = true in it if you mean it"
        if channel.dingtalk:
            yield ".channel.local", f"the group page lets anyone speak as anyone beside a real platform: {remedy}"
        if not _loopback(config.web.host):
            yield ".web.host", f"the group page lets anyone speak as anyone and listens beyond this machine: {remedy}"


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _business(config: Config) -> tuple[Interval, ...]:
    return tuple(Interval.parse(hours) for hours in config.institution.business_hours)


def _calendar(config: Config) -> Calendar:
    table = config.calendar
    return Calendar(
        zone=ZoneInfo(config.institution.zone),
        business=_business(config),
        days_off={date.fromisoformat(day): reason for day, reason in table.days_off.items()},
        working_days={date.fromisoformat(day): reason for day, reason in table.working_days.items()},
        known_years=frozenset(table.complete_years),
    )


def read_regime(config: Config) -> Regime:
    """The regime that the institution chose, from the files that ship with the product. RegimeError if it is none."""
    files = {file.stem: file for file in REGIMES.glob("*.toml")}
    chosen = files.get(config.institution.regime)
    if chosen is None:
        raise RegimeError(f"there is no such regime; there are: {', '.join(sorted(files))}")
    return load(chosen.read_text(encoding="utf-8"), f"handlers/regimes/{chosen.name}")


def build_institution(config: Config) -> Institution:
    """The institution as the rules know it. On the local channel everybody's account is their own id."""
    return Institution(
        name=config.institution.name,
        language=config.institution.language,
        zone=ZoneInfo(config.institution.zone),
        calendar=_calendar(config),
        departments=tuple(Department(d.name, d.aliases, d.keywords, d.leader) for d in config.department),
        people=tuple(Person(p.id, p.name, p.roles, p.department, {"local": p.id, **p.accounts}) for p in config.person),
        groups=tuple(Group(g.id, g.name, g.channel, g.conversation) for g in config.group),
    )


def secret(value: str, where: str) -> str:
    """A credential: `env:NAME` is read from the environment. ConfigError when it is not set there."""
    if not value.startswith("env:"):
        return value
    name = value.removeprefix("env:")
    found = os.environ.get(name)
    if not found:
        raise ConfigError(None, None, f"{where} is env:{name}, but {name} is not set: export {name}=…")
    return found
