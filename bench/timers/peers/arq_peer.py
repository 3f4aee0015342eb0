import os
import sys

from common import main, moments, record, time_scheduling


async def hit(_context, due):
    record(due)


async def produce(url, how, count, first, rate):
    from datetime import UTC, datetime

    from arq import create_pool
    from arq.connections import RedisSettings

    pool = await create_pool(RedisSettings.from_dsn(url))

    async def one(due):
        await pool.enqueue_job("hit", due, _defer_until=datetime.fromtimestamp(due, UTC))

    return await time_scheduling(one, moments(count, first, rate), how)


def work(url):
    from arq.connections import RedisSettings
    from arq.worker import Worker

    tuned = {"max_jobs": 250, "poll_delay": 0.01} if "BENCH_TUNED" in os.environ else {}
    Worker(
        functions=[hit], redis_settings=RedisSettings.from_dsn(url), keep_result=0, handle_signals=False, **tuned
    ).run()


main(sys.argv, produce, work)
