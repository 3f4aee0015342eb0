"""Contradictions in WeCom's tables."""

from collections.abc import Iterator

from bot.config.tables import Config


def wecom_complaints(config: Config) -> Iterator[tuple[str, str]]:
    """What cannot work, as (path, sentence)."""
    robot, app = config.channel.wecom_robot, config.channel.wecom_app
    if robot and robot.mode == "socket" and not robot.secret:
        yield ".channel.wecom_robot.secret", "the long connection needs the robot's secret: copy it from its page"
    if robot and robot.mode == "http" and not (robot.token and robot.aes_key):
        yield ".channel.wecom_robot.mode", 'mode "http" needs token and aes_key: copy both from the robot\'s page'
    if app and bool(app.token) != bool(app.aes_key):
        yield ".channel.wecom_app.token", "token and aes_key belong together: set both, or neither if it only speaks"
    unbound = [n for n, group in enumerate(config.group) if group.channel == "wecom" and not group.conversation]
    if len(unbound) > 1 and any(config.group[n].webhook for n in unbound):
        yield (
            f".group[{unbound[-1]}].conversation",
            "name it: of several groups that are to be bound nobody can tell whose webhook is whose",
        )
    if unbound and robot is None:
        yield f".group[{unbound[0]}].conversation", "name it as you like: without a robot nobody can bind the group"
    pushes = robot is not None and robot.mode == "socket"
    for n, group in enumerate(config.group):
        if group.channel == "wecom" and not group.webhook and not pushes:
            yield (
                f".group[{n}].channel",
                "nothing can speak first in this group: give it a webhook, or a [channel.wecom_robot] in socket mode",
            )
