import asyncio
import sys
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

sys.modules.setdefault("apscheduler_peer", sys.modules[__name__])  # jobs are stored by the function's name

from apscheduler.jobstores.redis import RedisJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from common import main, moments, record, time_scheduling


async def hit(due):
    record(due)


hit.__module__ = "apscheduler_peer"


def scheduler(url):
    parts = urlsplit(url)
    store = RedisJobStore(host=parts.hostname, port=parts.port)
    defaults = {"misfire_grace_time": None, "max_instances": 100_000}
    return AsyncIOScheduler(jobstores={"default": store}, job_defaults=defaults, timezone=UTC)


async def produce(url, how, count, first, rate):
    one_scheduler = scheduler(url)
    one_scheduler.start(paused=True)

    async def one(due):
        one_scheduler.add_job(hit, "date", run_date=datetime.fromtimestamp(due, UTC), args=[due])

    if how == "move":
        jobs = [
            one_scheduler.add_job(hit, "date", run_date=datetime.fromtimestamp(first, UTC), args=[first])
            for _ in range(count)
        ]
        begun = time.perf_counter()
        for job in jobs:
            job.reschedule("date", run_date=datetime.fromtimestamp(first + 60, UTC))
        return time.perf_counter() - begun
    return await time_scheduling(one, moments(count, first, rate), how)


def work(url):
    async def forever():
        scheduler(url).start()
        await asyncio.Event().wait()

    asyncio.run(forever())


main(sys.argv, produce, work)
