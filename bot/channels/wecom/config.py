"""WeCom's tables of `config.toml`, the AI robot and the self-built app, and what cannot work in them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from bot.channels.config import GroupTable, Table
from handlers.rules.toml_errors import Complaint

CHANNEL = "wecom"
Groups = Mapping[int, GroupTable]
"""WeCom's groups by their place among all."""


class WeComRobotTable(Table, frozen=True, kw_only=True):
    """The AI robot. `mode` says how messages come: over a connection of ours (`secret`), or to an address of ours.

    The latter needs `token` and `aes_key`, and answers only. `names` are what people call the robot in the group.
    """

    bot_id: str
    secret: str = ""
    token: str = ""
    aes_key: str = ""
    mode: Literal["socket", "http"] = "socket"
    names: tuple[str, ...] = ("回音", "Huiyin")
    socket: str = "wss://openws.work.weixin.qq.com"
    api: str = "https://qyapi.weixin.qq.com"
    media_hosts: tuple[str, ...] = (".myqcloud.com", ".qq.com")

    @property
    def pushes(self) -> bool:
        """Return whether the robot can speak first in a group."""
        return self.mode == "socket"


class WeComAppTable(Table, frozen=True, kw_only=True):
    """The self-built app. Without `token` and `aes_key` it only speaks, and has no buttons."""

    corp_id: str
    agent_id: int
    secret: str
    token: str = ""
    aes_key: str = ""
    api: str = "https://qyapi.weixin.qq.com"


def complaints(
    robot: WeComRobotTable | None, app: WeComAppTable | None, groups: Sequence[GroupTable]
) -> Iterator[Complaint]:
    """Yield what cannot work in WeCom's tables and groups."""
    ours = {n: group for n, group in enumerate(groups) if group.channel == CHANNEL}
    yield from _robot(robot) if robot else ()
    yield from _app(app) if app else ()
    yield from _unbound(robot, {n: group for n, group in ours.items() if not group.conversation})
    yield from _mute(robot, ours)


def _robot(robot: WeComRobotTable) -> Iterator[Complaint]:
    if robot.mode == "socket" and not robot.secret:
        remedy = "the long connection needs the robot's secret: copy it from its page"
        yield Complaint(".channel.wecom_robot.secret", remedy)
    if robot.mode == "http" and not (robot.token and robot.aes_key):
        remedy = 'mode "http" needs token and aes_key: copy both from the robot\'s page'
        yield Complaint(".channel.wecom_robot.mode", remedy)


def _app(app: WeComAppTable) -> Iterator[Complaint]:
    if bool(app.token) != bool(app.aes_key):
        remedy = "token and aes_key belong together: set both, or neither if it only speaks"
        yield Complaint(".channel.wecom_app.token", remedy)


def _unbound(robot: WeComRobotTable | None, unbound: Groups) -> Iterator[Complaint]:
    """Yield why groups without a conversation cannot be bound later."""
    if len(unbound) > 1 and any(group.webhook for group in unbound.values()):
        remedy = "name it: of several groups that are to be bound nobody can tell whose webhook is whose"
        yield Complaint(f".group[{max(unbound)}].conversation", remedy)
    if unbound and robot is None:
        remedy = "name it as you like: without a robot nobody can bind the group"
        yield Complaint(f".group[{min(unbound)}].conversation", remedy)


def _mute(robot: WeComRobotTable | None, groups: Groups) -> Iterator[Complaint]:
    """Yield the groups in which neither a webhook nor the robot can speak first."""
    if robot and robot.pushes:
        return
    remedy = "nothing can speak first in this group: give it a webhook, or a [channel.wecom_robot] in socket mode"
    for n, group in groups.items():
        if not group.webhook:
            yield Complaint(f".group[{n}].channel", remedy)
