"""The tables of `config.toml`, as they are written there. Unknown keys are refused."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from handlers.rules.institution import Role


class _Table(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class InstitutionTable(_Table, frozen=True, kw_only=True):
    """`regime` is a shipped one's name, or a file of one's own beside the configuration, such as "rules.toml"."""

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
    """`redis` is "embedded" or an address, `shards` spread a Cluster's load; `synchronous` is SQLite's own word."""

    database: str = "sqlite:///var/huiyin.db"
    redis: str = "embedded"
    shards: Annotated[int, Meta(ge=1, le=64)] = 1
    directory: str = "var"
    synchronous: Literal["full", "normal"] = "full"


class Config(_Table, frozen=True, kw_only=True):
    """The whole file. `override` are keys of the regime that this institution sets otherwise."""

    institution: InstitutionTable
    calendar: CalendarTable = CalendarTable()
    department: tuple[DepartmentTable, ...]
    person: tuple[PersonTable, ...]
    group: tuple[GroupTable, ...]
    override: dict[str, Any] = field(default_factory=dict)
    channel: ChannelTables = ChannelTables()
    web: WebTable = WebTable()
    storage: StorageTable = StorageTable()
