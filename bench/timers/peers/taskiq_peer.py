import asyncio
import sys
from datetime import UTC, datetime

from common import main, moments, record, time_scheduling
from taskiq import TaskiqScheduler
from taskiq.api import run_receiver_task, run_scheduler_task
from taskiq_redis import ListQueueBroker, ListRedisScheduleSource

broker = ListQueueBroker(sys.argv[1])
source = ListRedisScheduleSource(sys.argv[1], max_connection_pool_size=500)


@broker.task(task_name="hit")
async def hit(due: float) -> None:
    record(due)


async def produce(_url, how, count, first, rate):
    await source.startup()

    async def one(due):
        await hit.schedule_by_time(source, datetime.fromtimestamp(due, UTC), due)

    return await time_scheduling(one, moments(count, first, rate), how)


def work(_url):
    async def forever():
        scheduler = TaskiqScheduler(broker, [source])
        broker.is_worker_process = True
        await scheduler.startup()
        await asyncio.gather(run_receiver_task(broker, run_startup=True), run_scheduler_task(scheduler))

    asyncio.run(forever())


main(sys.argv, produce, work)
