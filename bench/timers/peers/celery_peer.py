import os
import sys
from datetime import UTC, datetime

from celery import Celery
from common import main, moments, record, time_scheduling

app = Celery("celery_peer", broker=os.environ.get("BENCH_URL") or sys.argv[1])
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=0, broker_connection_retry_on_startup=True)


@app.task(name="hit")
def hit(due):
    record(due)


async def produce(_url, how, count, first, rate):
    async def one(due):
        hit.apply_async((due,), eta=datetime.fromtimestamp(due, UTC))

    return await time_scheduling(one, moments(count, first, rate), how)


def work(_url):
    app.worker_main(
        [
            "worker",
            "--pool=threads",
            "--concurrency=4",
            "--loglevel=ERROR",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
    )


main(sys.argv, produce, work)
