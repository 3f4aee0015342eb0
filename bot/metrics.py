"""What `/metrics` tells: figures of one running bot for Prometheus, in a registry of its own."""

from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

Cause = Literal["wiped", "missing", "moved", "stray", "unheard"]
"""Why a timer was put right: Redis was emptied, lacked a step, had it at another time, had one that the tables do not
have, or did not wake us for one."""


class Metrics:
    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.fired = Counter("huiyin_steps_fired", "Steps taken up the overdue ladder.", registry=registry)
        self.lateness = Histogram(
            "huiyin_step_lateness_seconds",
            "How long after its time the earliest step of a batch was taken.",
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 60, 3600),
            registry=registry,
        )
        self.repairs = Counter("huiyin_timer_repairs", "Timers put right by the tables.", ["cause"], registry=registry)
        self.redis = Gauge("huiyin_redis_up", "Whether Redis answers.", registry=registry)
        self.skew = Gauge("huiyin_redis_clock_ahead_seconds", "How far Redis's clock is ahead.", registry=registry)
        self.redis.set(1)

    def repaired(self, cause: Cause, count: int) -> None:
        self.repairs.labels(cause).inc(count)

    def text(self) -> bytes:
        """In Prometheus's own format."""
        return generate_latest(self.registry)
