"""The same code works on a Redis Cluster: each shard's keys share a hash tag."""

import asyncio
import socket
import subprocess

import pytest
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster

from storage.timers import embedded
from storage.timers.timers import Timers

NOW = 1_764_000_000_000


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


async def become_a_cluster(port: int) -> None:
    async with Redis(port=port) as node:
        await node.ping()
        await node.execute_command("CLUSTER ADDSLOTSRANGE 0 16383")
        while (await node.execute_command("CLUSTER INFO"))["cluster_state"] != "ok":  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.fixture
async def cluster(tmp_path):
    port, bus = free_port(), free_port()
    options = ["--port", port, "--cluster-port", bus, "--cluster-enabled", "yes", "--dir", tmp_path]
    with (tmp_path / "log").open("wb") as log:
        command = [embedded.find_binary(), *map(str, options), "--bind", "127.0.0.1", "--save", ""]
        server = subprocess.Popen(command, stdout=log)  # noqa: ASYNC220
    try:
        await become_a_cluster(port)
        async with RedisCluster(host="127.0.0.1", port=port, decode_responses=True) as client:
            yield client
    finally:
        server.terminate()
        server.wait()


async def rows():
    yield [(f"{incident}:1", NOW + incident) for incident in range(20)]


async def test_every_call_works_on_a_cluster(cluster):
    timers = Timers(cluster, shards=4)
    await timers.schedule([(f"{incident}:1", NOW + incident) for incident in range(10)])
    claimed = [claim.id for claim in (await timers.tick(NOW + 4)).claimed]
    await timers.tick(NOW + 4, done=claimed[:1])
    await timers.cancel(["9:1"])
    assert (len(claimed), await timers.pending(), await timers.head()) == (5, 8, NOW + 5)
    assert await timers.scores(["5:1"]) == {"5:1": NOW + 5}
    rebuilt = await timers.rebuild(rows())
    assert (rebuilt.steps, await timers.epoch()) == (20, rebuilt.epoch)
    assert len([step async for page in timers.pages() for step in page]) == 16
    assert await timers.skew_ms(0) > NOW
    await timers.aclose()


async def test_a_nudge_reaches_a_sleeper_on_a_cluster(cluster):
    timers = Timers(cluster, shards=4)
    assert await timers.wait(30)
    await timers.schedule([("1:1", NOW)])
    assert await timers.wait(30)
    await timers.aclose()
