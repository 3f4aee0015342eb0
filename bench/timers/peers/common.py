"""Shared by the peers' scripts. It runs in their environments and needs only the standard library."""

import asyncio
import json
import os
import struct
import time

TOGETHER = 200  # concurrent calls in a bulk, for libraries without a bulk call
_file = None


def record(due):
    global _file
    if _file is None:
        _file = os.open(os.environ["BENCH_FILE"], os.O_WRONLY | os.O_APPEND)
    os.write(_file, struct.pack("dd", due, time.time()))


def moments(count, first, rate):
    return [first + (n / rate if rate else 0) for n in range(count)]


async def time_scheduling(one, dues, how):
    """Schedule all timers and return the seconds: one by one, many at once, or one every 100 ms, 150 ms ahead."""
    begun = time.perf_counter()
    if how == "single":
        for due in dues:
            await one(due)
    elif how == "light":
        for _ in dues:
            await one(time.time() + 0.15)
            await asyncio.sleep(0.1)
    else:
        for start in range(0, len(dues), TOGETHER):
            await asyncio.gather(*(one(due) for due in dues[start : start + TOGETHER]))
    return time.perf_counter() - begun


def main(argv, produce, work):
    url, task, *rest = argv[1:]
    if task == "work":
        work(url)
    else:
        how, count, first, rate = rest
        print(json.dumps(asyncio.run(produce(url, how, int(count), float(first), float(rate)))))
