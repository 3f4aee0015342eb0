"""The tables of `config.toml`, as they are written there. Unknown keys are refused."""

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from bot.channels.config import GroupTable, Table
from bot.channels.dingtalk.config import DingTalkTable
from bot.channels.wecom.config import WeComAppTable, WeComRobotTable
from handlers.rules.people.institution import Role


class InstitutionTable(Table, frozen=True, kw_only=True):
    """`regime` is a shipped one's name, or a file of one's own beside the configuration, such as "rules.toml"."""

    name: str
    language: Literal["zh", "en"] = "zh"
    zone: str = "Asia/Shanghai"
    regime: str = "standard"
    business_hours: tuple[str, ...] = ("08:30-12:00", "14:00-17:30")


class CalendarTable(Table, frozen=True, kw_only=True):
    """Local days off and working days, each with its reason; they win over the State Council's."""

    days_off: dict[str, str] = field(default_factory=dict)
    working_days: dict[str, str] = field(default_factory=dict)
    complete_years: tuple[int, ...] = ()


class DepartmentTable(Table, frozen=True, kw_only=True):
    name: str
    aliases: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    leader: str | None = None


class PersonTable(Table, frozen=True, kw_only=True):
    id: str
    name: str
    roles: tuple[Role, ...]
    department: str | None = None
    accounts: dict[str, str] = field(default_factory=dict)
    deputy: str | None = None


class LocalTable(Table, frozen=True, kw_only=True):
    """The group page. `anyone_may_speak_as_anyone` lets it leave the loopback or stand beside a real platform."""

    clock_may_move: bool = True
    anyone_may_speak_as_anyone: bool = False


class ChannelTables(Table, frozen=True, kw_only=True):
    local: LocalTable | None = None
    dingtalk: DingTalkTable | None = None
    wecom_robot: WeComRobotTable | None = None
    wecom_app: WeComAppTable | None = None

    def has(self, channel: str) -> bool:
        """Whether a group on a channel has a table here; WeCom's are two."""
        if channel == "wecom":
            return self.wecom_robot is not None or self.wecom_app is not None
        return getattr(self, channel) is not None


class WebTable(Table, frozen=True, kw_only=True):
    host: str = "127.0.0.1"
    port: int = 8080


class StorageTable(Table, frozen=True, kw_only=True):
    """`redis` is "embedded" or an address, `shards` spread a Cluster's load; `synchronous` is SQLite's own word."""

    database: str = "sqlite:///var/huiyin.db"
    redis: str = "embedded"
    shards: Annotated[int, Meta(ge=1, le=64)] = 1
    directory: str = "var"
    synchronous: Literal["full", "normal"] = "full"


class FormsTable(Table, frozen=True, kw_only=True):
    """`directory` has the institution's own templates: liaison.docx, handling.docx, …; see docs/forms.md."""

    directory: str = ""


class RosterTable(Table, frozen=True, kw_only=True):
    """Who is on duty at the desk. `people` take turns, one or several ("zhou" or ["zhou", "li"]), from `since` on.

    Of several rosters each has a `name`.
    `rotate` says after how long the next ones come; on days of rest `holidays` of them are on duty together.
    """

    people: tuple[str | tuple[str, ...], ...]
    since: str
    name: str = ""
    shifts: tuple[str, ...] = ("08:00-08:00",)
    rotate: Literal["shift", "day", "week"] = "day"
    holidays: Annotated[int, Meta(ge=1, le=9)] = 1

    @property
    def teams(self) -> tuple[tuple[str, ...], ...]:
        """Those who are on duty together, in turn; a single name is a team of one."""
        return tuple((team,) if isinstance(team, str) else team for team in self.people)


class DigestTable(Table, frozen=True, kw_only=True):
    """When digests are sent: "17:30", "working days 17:30", "fri 16:00", "26 10:00". Without a time there is none.

    `groups` are the ids of those that hear them; without any it is the first. `numbered` is the one with 第 N 期.
    """

    daily: str = ""
    weekly: str = ""
    monthly: str = ""
    numbered: str = ""
    groups: tuple[str, ...] = ()

    @property
    def times(self) -> dict[str, str]:
        """Those that are sent, by their kind."""
        kinds = {"daily": self.daily, "weekly": self.weekly, "monthly": self.monthly, "numbered": self.numbered}
        return {kind: text for kind, text in kinds.items() if text}


class Config(Table, frozen=True, kw_only=True):
    """The whole file. `override` are keys of the regime that this institution sets otherwise."""

    institution: InstitutionTable
    calendar: CalendarTable = CalendarTable()
    department: tuple[DepartmentTable, ...]
    person: tuple[PersonTable, ...]
    group: tuple[GroupTable, ...]
    override: dict[str, Any] = field(default_factory=dict)
    forms: FormsTable = FormsTable()
    digest: DigestTable = DigestTable()
    roster: tuple[RosterTable, ...] = ()
    channel: ChannelTables = ChannelTables()
    web: WebTable = WebTable()
    storage: StorageTable = StorageTable()
