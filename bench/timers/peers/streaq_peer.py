import os
import sys
import time
from datetime import UTC, datetime

from common import main, moments, record, time_scheduling
from streaq import Worker

worker = Worker(redis_url=sys.argv[1], concurrency=250)


@worker.task()
async def hit(due: float) -> None:
    record(due)


def task(due):
    return hit.enqueue(due).start(schedule=datetime.fromtimestamp(due, UTC))


async def produce(_url, how, count, first, rate):
    dues = moments(count, first, rate)
    async with worker:
        if how == "bulk":
            begun = time.perf_counter()
            for start in range(0, count, 1000):
                await worker.enqueue_many([task(due) for due in dues[start : start + 1000]])
            return time.perf_counter() - begun

        async def one(due):
            await task(due)

        return await time_scheduling(one, dues, how)


def work(_url):
    os.environ.setdefault("BENCH_FILE", sys.argv[-1])
    worker.run_sync()


main(sys.argv, produce, work)
