"""Contradictions in a configuration: each complaint names the key's path and the remedy."""

from collections.abc import Iterator
from ipaddress import ip_address
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.channels.dingtalk.wire import OUTSIDER
from bot.channels.wecom.config import wecom_complaints
from bot.config.build import build_institution, business, calendar, read_regime
from bot.config.check_digest import digest_complaints
from bot.config.check_roster import forms_complaints, roster_complaints
from bot.config.check_secrets import secret_complaints
from bot.config.tables import Config
from handlers.rules.people.institution import ROLES
from handlers.rules.regime.regime import RegimeError
from handlers.rules.regime.regime_check import unmanned

Complaint = tuple[str, str]


def complaints(config: Config) -> Iterator[Complaint]:
    """Contradictions as (path, sentence), the first of which stops the start."""
    yield from _place(config)
    yield from _doubles(config)
    departments = {department.name for department in config.department}
    people = {person.id for person in config.person}
    for n, person in enumerate(config.person):
        if person.department is not None and person.department not in departments:
            yield f".person[{n}].department", f'there is no department "{person.department}": add it as [[department]]'
        if person.deputy is not None and person.deputy not in people - {person.id}:
            yield f".person[{n}].deputy", f'there is no other person "{person.deputy}": name the id of a [[person]]'
        if not person.roles:
            yield f".person[{n}].roles", f"{person.name} has no role: give one of {', '.join(ROLES)}"
    for n, department in enumerate(config.department):
        if department.leader is not None and department.leader not in people:
            yield f".department[{n}].leader", f'there is no person "{department.leader}": name the id of a [[person]]'
        if not any(p.department == department.name and {"liaison", "head"} & {*p.roles} for p in config.person):
            yield f".department[{n}].name", f"nobody answers for {department.name}: give it a liaison or a head"
    yield from _roles(config)
    yield from _channels(config)
    yield from roster_complaints(config)
    yield from forms_complaints(config)
    yield from digest_complaints(config)
    yield from secret_complaints(config)
    for complaint in unmanned(read_regime(config), build_institution(config)):
        yield ".institution.regime", f"regime {config.institution.regime}: {complaint}"


def _place(config: Config) -> Iterator[Complaint]:
    try:
        ZoneInfo(config.institution.zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield ".institution.zone", f'"{config.institution.zone}" is no time zone: write "Asia/Shanghai"'
    try:
        business(config)
    except ValueError as error:
        yield ".institution.business_hours", f'{error}: write "08:30-12:00"'
    try:
        calendar(config)
    except ValueError as error:
        yield ".calendar", f'{error}: write dates as "2026-12-24"'
    try:
        read_regime(config)
    except RegimeError as error:
        yield ".institution.regime", f'regime "{config.institution.regime}": {error}'


def _doubles(config: Config) -> Iterator[Complaint]:
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
    if any(account.startswith(OUTSIDER) for _, account in accounts):
        yield ".person", f'"{OUTSIDER}…" is nobody of this organisation: take the account out'


def _roles(config: Config) -> Iterator[Complaint]:
    roles = {role for person in config.person for role in person.roles}
    if not roles & {"leader", "chief"}:
        yield ".person", 'nobody can approve a reply: give a person the role "leader" or "chief"'
    if not roles & {"office", "officer"}:
        yield ".person", 'nobody runs the desk: give a person the role "office" or "officer"'


def _channels(config: Config) -> Iterator[Complaint]:
    channel = config.channel
    for n, group in enumerate(config.group):
        if not channel.has(group.channel):
            table = "wecom_robot" if group.channel == "wecom" else group.channel
            yield f".group[{n}].channel", f"there is no [channel.{table}]: add it, or take the group out"
    yield from wecom_complaints(config)
    if channel.dingtalk and channel.dingtalk.card_template and channel.dingtalk.mode == "http":
        yield ".channel.dingtalk.card_template", 'pressed buttons come over Stream only: set mode = "stream"'
    for n, group in enumerate(config.group):
        if not group.conversation and (group.channel == "local" or (group.webhook and group.channel != "wecom")):
            yield f".group[{n}].conversation", "name it: only a group without a webhook can be bound later"
    if channel.local and not any(group.channel == "local" for group in config.group):
        yield ".channel.local", 'the group page has no group: add a [[group]] with channel = "local"'
    if channel.local and not channel.local.anyone_may_speak_as_anyone:
        remedy = "take [channel.local] out, or set anyone_may_speak_as_anyone = true in it if you mean it"
        if channel.has("dingtalk") or channel.has("wecom"):
            yield ".channel.local", f"the group page lets anyone speak as anyone beside a real platform: {remedy}"
        if not _loopback(config.web.host):
            yield ".web.host", f"the group page lets anyone speak as anyone and listens beyond this machine: {remedy}"


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
