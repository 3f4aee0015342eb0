"""The tables of `config.toml`. Unknown keys are refused."""

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from bot.channels.config import GroupTable, Table
from bot.channels.dingtalk.config import DingTalkTable
from bot.channels.wecom.config import WeComAppTable, WeComRobotTable
from handlers.rules.people.institution import BodyKind, Role


class InstitutionTable(Table, frozen=True, kw_only=True):
    """`regime` is the name of a shipped regime, or the path of the institution's own file, such as "rules.toml"."""

    name: str
    language: Literal["zh", "en"] = "zh"
    zone: str = "Asia/Shanghai"
    regime: str = "standard"
    business_hours: tuple[str, ...] = ("08:30-12:00", "14:00-17:30")


class CalendarTable(Table, frozen=True, kw_only=True):
    """Local days off and working days, each with its reason; they override those of the State Council."""

    days_off: dict[str, str] = field(default_factory=dict)
    working_days: dict[str, str] = field(default_factory=dict)
    complete_years: tuple[int, ...] = ()


class DepartmentTable(Table, frozen=True, kw_only=True):
    name: str
    aliases: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    leader: str | None = None


class UnitTable(Table, frozen=True, kw_only=True):
    """A unit below the office (下属单位), such as a school of an education bureau, with people and groups of its own.

    `leader` is the office's leader in charge. A unit that is `suspended` keeps its matters and is given no others.
    """

    name: str
    aliases: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    leader: str | None = None
    suspended: bool = False


class BodyTable(Table, frozen=True, kw_only=True):
    """A body outside the institution, which hands matters down or is reported to.

    `address` is where reports to it go, which a superior needs; `contact` whom to call there.
    """

    name: str
    kind: BodyKind
    aliases: tuple[str, ...] = ()
    address: str = ""
    contact: str = ""


class TopicTable(Table, frozen=True, kw_only=True):
    """A topic (主题) that matters are counted by; a post with one of its `keywords` is of it."""

    name: str
    keywords: tuple[str, ...] = ()


class PersonTable(Table, frozen=True, kw_only=True):
    id: str
    name: str
    roles: tuple[Role, ...]
    department: str | None = None
    accounts: dict[str, str] = field(default_factory=dict)
    deputy: str | None = None


class LocalTable(Table, frozen=True, kw_only=True):
    """The group page. `anyone_may_speak_as_anyone` allows it beyond the loopback, and beside a real platform."""

    clock_may_move: bool = True
    anyone_may_speak_as_anyone: bool = False


class ChannelTables(Table, frozen=True, kw_only=True):
    local: LocalTable | None = None
    dingtalk: DingTalkTable | None = None
    wecom_robot: WeComRobotTable | None = None
    wecom_app: WeComAppTable | None = None

    def has(self, channel: str) -> bool:
        """Return whether a channel has a table here; WeCom has two."""
        if channel == "wecom":
            return self.wecom_robot is not None or self.wecom_app is not None
        return getattr(self, channel) is not None


class WebTable(Table, frozen=True, kw_only=True):
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8080


class StorageTable(Table, frozen=True, kw_only=True):
    """`redis` is "embedded" or an address; `shards` spread the load of a Cluster; `synchronous` is SQLite's setting."""

    database: str = "sqlite:///var/huiyin.db"
    redis: str = "embedded"
    shards: Annotated[int, Meta(ge=1, le=64)] = 1
    directory: str = "var"
    synchronous: Literal["full", "normal"] = "full"


class FormsTable(Table, frozen=True, kw_only=True):
    """`directory` holds the institution's own templates: liaison.docx, handling.docx, …; see docs/forms.md."""

    directory: str = ""


class PublicationTable(Table, frozen=True, kw_only=True):
    """With `look` the bot opens an answer's address before it asks its publisher whether the answer still stands."""

    look: bool = False


class RosterTable(Table, frozen=True, kw_only=True):
    """Who is on duty at the desk. `people` take turns from `since` on, one ("zhou") or several (["zhou", "li"]).

    `rotate` says after how long the turn passes on; on days of rest `holidays` teams are on duty together. Each of
    several rosters has a `name`.
    """

    people: tuple[str | tuple[str, ...], ...]
    since: str
    name: str = ""
    shifts: tuple[str, ...] = ("08:00-08:00",)
    rotate: Literal["shift", "day", "week"] = "day"
    holidays: Annotated[int, Meta(ge=1, le=9)] = 1

    @property
    def teams(self) -> tuple[tuple[str, ...], ...]:
        """Return the teams that take turns; a single name is a team of one."""
        return tuple((team,) if isinstance(team, str) else team for team in self.people)


class DigestTable(Table, frozen=True, kw_only=True):
    """When digests are sent: "17:30", "working days 17:30", "fri 16:00", "26 10:00". Without a time none is sent.

    `groups` are the ids of the groups that get them; by default the first group. `numbered` is the one with 第 N 期.
    """

    daily: str = ""
    weekly: str = ""
    monthly: str = ""
    numbered: str = ""
    groups: tuple[str, ...] = ()

    @property
    def times(self) -> dict[str, str]:
        """Return the times of the digests that are sent, by their kind."""
        kinds = {"daily": self.daily, "weekly": self.weekly, "monthly": self.monthly, "numbered": self.numbered}
        return {kind: text for kind, text in kinds.items() if text}


class Config(Table, frozen=True, kw_only=True):
    """The whole file. `override` replaces keys of the regime."""

    institution: InstitutionTable
    calendar: CalendarTable = CalendarTable()
    department: tuple[DepartmentTable, ...]
    unit: tuple[UnitTable, ...] = ()
    person: tuple[PersonTable, ...]
    body: tuple[BodyTable, ...] = ()
    group: tuple[GroupTable, ...]
    topic: tuple[TopicTable, ...] = ()
    override: dict[str, Any] = field(default_factory=dict)
    forms: FormsTable = FormsTable()
    digest: DigestTable = DigestTable()
    publication: PublicationTable = PublicationTable()
    roster: tuple[RosterTable, ...] = ()
    channel: ChannelTables = ChannelTables()
    web: WebTable = WebTable()
    storage: StorageTable = StorageTable()
