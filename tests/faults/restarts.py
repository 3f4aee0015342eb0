"""How long a restart silences a group: from SIGTERM until somebody who asked meanwhile is answered there."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from signal import SIGTERM
from statistics import median
from typing import NamedTuple

from tests.faults.arena import Arena
from tests.faults.processes import RESTART_SECONDS, BotProcess, now
from tests.faults.school import DINGTALK_GROUPS, WECOM_GROUPS
from tests.support.dingtalk_stream import ROBOT
from tests.support.platforms import account

MOST_SECONDS = 60.0


class Restart(NamedTuple):
    """Seconds since SIGTERM: the process has ended, the new one answers, each group has its answer.

    `cpu` are the seconds of a processor that the start took, whatever else the machine does.
    """

    ended: float
    up: float
    wecom: float
    dingtalk: float
    cpu: float

    @property
    def silence(self) -> float:
        return max(self.wecom, self.dingtalk)


async def measure(arena: Arena, times: int) -> list[Restart]:
    """Restart the first process so often; return the times of each restart."""
    return [await _restarted(arena, arena.processes.all[0]) for _ in range(times)]


async def _restarted(arena: Arena, one: BotProcess) -> Restart:
    began = now()
    arena.doors.note_cut()
    process = one.process
    assert process
    arena.processes.end(one, SIGTERM)
    await process.wait()
    ended = now() - began
    asked = [asyncio.create_task(_ask_wecom(arena, began)), asyncio.create_task(_ask_dingtalk(arena, began))]
    await asyncio.sleep(RESTART_SECONDS / 2)
    await arena.processes.until_up(one)
    up, cpu = now() - began, _cpu(one)
    wecom, dingtalk = await asyncio.gather(*asked)
    await asyncio.sleep(1.0)
    return Restart(ended, up, wecom, dingtalk, cpu)


def _cpu(one: BotProcess) -> float:
    """Return the seconds of a processor that a process has used."""
    assert one.process
    fields = Path(f"/proc/{one.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _ask_wecom(arena: Arena, began: float) -> float:
    """Ask in a group of WeCom as soon as the robot is connected; return when the answer came."""
    robot, world = arena.fakes.robot, arena.fakes.world
    body = robot.callback(account("li"), WECOM_GROUPS[1], "text", text={"content": "@回音 帮助 签收"})
    await _until(lambda: robot.socket)
    before = len(world.seen)
    await robot.hand_over(body)
    await _until(lambda: any(one.to == WECOM_GROUPS[1] for one in world.seen[before:]))
    return now() - began


async def _ask_dingtalk(arena: Arena, began: float) -> float:
    ding = arena.fakes.ding
    before = len(ding.sent)
    if arena.setup.stream:
        data = ding.callback(account("li"), "帮助 签收", conversation=DINGTALK_GROUPS[1])
        await ding.gateway.hands_over(ROBOT, data)
    else:
        arena.doors.say("dingtalk", "li", "帮助 签收")
    await _until(lambda: any(one.to == DINGTALK_GROUPS[1] for one in ding.sent[before:]) or not arena.setup.stream)
    return now() - began


async def _until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(MOST_SECONDS):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def told(restarts: list[Restart], *, alone: bool) -> str:
    """Return the median and the largest silence, and what they are made of.

    Not `alone`, another process answers before the one that was restarted is up.
    """
    if not restarts:
        return "no restart was measured"
    silences = [one.silence for one in restarts]
    summary = f"median {median(silences):.2f} s, largest {max(silences):.2f} s of {len(restarts)}"
    if not alone:
        return f"{summary}, while another process answers"
    parts = {
        "stop": median(one.ended for one in restarts),
        "pause of the service manager": RESTART_SECONDS,
        "start": median(one.up - one.ended for one in restarts) - RESTART_SECONDS,
        "until WeCom's group is answered": median(one.wecom - one.up for one in restarts),
        "until DingTalk's is": median(one.dingtalk - one.up for one in restarts),
    }
    parts["processor time of a start"] = median(one.cpu for one in restarts)
    made = ", ".join(f"{name} {seconds:.2f}" for name, seconds in parts.items())
    return f"{summary} (medians: {made})"
