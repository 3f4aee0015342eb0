"""The Prometheus metrics of one running bot, served at `/metrics`. Each bot has its own registry."""

from collections.abc import Mapping, Sequence
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.usage import Used

Cause = Literal["wiped", "missing", "moved", "stray", "unheard"]
"""Why timers were repaired: Redis was emptied (wiped), lacked a step (missing), had it at another time (moved), had a
step that the tables do not have (stray), or did not wake the timekeeper for a due step (unheard)."""


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
        self.repairs = Counter("huiyin_timer_repairs", "Timers repaired from the tables.", ["cause"], registry=registry)
        self.redis = Gauge("huiyin_redis_up", "Whether Redis answers.", registry=registry)
        self.skew = Gauge("huiyin_redis_clock_ahead_seconds", "How far Redis's clock is ahead.", registry=registry)
        self.redis.set(1)
        self.database_up = Gauge("huiyin_database_up", "Whether the database can be written.", registry=registry)
        self.database_up.set(1)
        self.database_damaged = Gauge("huiyin_database_damaged", "Whether damage was met.", registry=registry)
        self.database_age = Gauge(
            "huiyin_database_last_success_seconds", "How long ago the database last answered.", registry=registry
        )
        self.database_outage = Gauge(
            "huiyin_database_outage_seconds",
            "How long the present outage has lasted; 0 without one.",
            registry=registry,
        )
        self.database_outages = Counter("huiyin_database_outages", "Outages of the database.", registry=registry)
        self.database_waits = Counter(
            "huiyin_database_waits", "Tries that waited for the database in vain.", registry=registry
        )
        self.sends = Counter(
            "huiyin_sends", "Outcomes of sends: sent, accepted, put off, ….", ["channel", "outcome"], registry=registry
        )
        self.inbox = Gauge("huiyin_inbox", "Messages that wait or failed, by fault.", ["kind"], registry=registry)
        self.outbox = Gauge("huiyin_outbox", "Messages to send, by state.", ["state"], registry=registry)

        self.used = Gauge(
            "huiyin_limit_used", "What is used of a platform's limits.", ["platform", "what"], registry=registry
        )
        self.limit = Gauge("huiyin_limit", "The platforms' limits.", ["platform", "what"], registry=registry)

    def use(self, found: Sequence[Used]) -> None:
        """Set what is used of the platforms' limits; what is not found has not been used."""
        self.used.clear()
        for one in found:
            self.used.labels(one.platform, one.what).set(one.used)
            self.limit.labels(one.platform, one.what).set(one.limit)

    def repaired(self, cause: Cause, count: int) -> None:
        self.repairs.labels(cause).inc(count)

    def sent(self, channel: str, outcome: str, count: int) -> None:
        self.sends.labels(channel, outcome).inc(count)

    def count(self, inbox: Mapping[str, int], outbox: Mapping[str, int]) -> None:
        """Set how many messages wait or failed, by fault, and how many sends there are, by state."""
        for gauge, found in ((self.inbox, inbox), (self.outbox, outbox)):
            gauge.clear()
            for name, count in found.items():
                gauge.labels(name).set(count)

    def text(self) -> bytes:
        """Return the metrics in Prometheus's text format."""
        return generate_latest(self.registry)
