"""The raw limit of Redis: a sorted set and a script that claims, with no effect. Same commands as each contestant."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

from redis.asyncio import Redis

from bench.timers.contestant import RECORD

CLAIM = """
local due = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, 256, 'WITHSCORES')
if #due > 0 then redis.call('ZREMRANGEBYRANK', KEYS[1], 0, #due / 2 - 1) end
return {due, redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] or false}
"""


async def produce(redis: Redis, how: str, count: int, first: float, rate: float) -> float:
    steps = {f"{n}:{n}": (first + (n / rate if rate else 0)) * 1000 for n in range(count)}
    begun = time.perf_counter()
    if how == "bulk":
        names = list(steps)
        for start in range(0, count, 2000):
            await redis.zadd("raw", {name: steps[name] for name in names[start : start + 2000]})
    elif how == "light":
        for n in range(count):
            await redis.zadd("raw", {f"{n}": (time.time() + 0.15) * 1000})
            await redis.publish("raw", "1")
            await asyncio.sleep(0.1)
    else:
        for name, due in steps.items():
            await redis.zadd("raw", {name: due})
    return time.perf_counter() - begun


async def work(redis: Redis, file: Path) -> None:
    out, claim = os.open(file, os.O_WRONLY | os.O_APPEND), redis.register_script(CLAIM)
    nudges = redis.pubsub(ignore_subscribe_messages=True)
    await nudges.subscribe("raw")
    while True:
        due, head = await claim(keys=["raw"], args=[time.time() * 1000])
        now = time.time()
        os.write(out, b"".join(RECORD.pack(float(at) / 1000, now) for at in due[1::2]))
        if not due:
            await nudges.get_message(timeout=min(max((float(head) / 1000 - now) if head else 1.0, 0.0), 1.0))


async def main() -> None:
    url, task, *rest = sys.argv[1:]
    async with Redis.from_url(url, decode_responses=True) as redis:
        if task == "work":
            await work(redis, Path(rest[0]))
        else:
            how, count, first, rate = rest
            print(json.dumps(await produce(redis, how, int(count), float(first), float(rate))))


if __name__ == "__main__":
    asyncio.run(main())
