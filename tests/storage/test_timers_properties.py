"""Any sequence of schedules, moves, cancels, claims and acknowledgements by two processes loses no step.

No step is claimed twice within a lease, and a moved step is due at its new time. `HUIYIN_MACHINE=300 pytest` on this
file is a long run.
"""

import asyncio
import os
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from storage.timers.keys import shard_keys, shard_of
from storage.timers.timers import Timers, connect

EXAMPLES = int(os.environ.get("HUIYIN_MACHINE", "6"))
START, LEASE = 1_764_000_000_000, 100
STEPS = [f"{incident}:{duty}" for incident in range(4) for duty in range(3)]
steps = st.sampled_from(STEPS)
changes = st.dictionaries(steps, st.none() | st.integers(-50, 250), max_size=6)


class Shard:
    """A simple model of what the scripts do."""

    def __init__(self) -> None:
        self.due: dict[str, int] = {}
        self.leases: dict[str, int] = {}

    def change(self, step: str, due: int | None) -> None:
        self.leases.pop(step, None)
        self.due.pop(step, None)
        if due is not None:
            self.due[step] = due

    def tick(self, now: int, done: dict[str, int], limit: int) -> tuple[list[tuple[str, int]], int]:
        self.leases = {step: end for step, end in self.leases.items() if done.get(step) != end}
        ended = first(self.leases, now, limit)
        for step, end in ended:
            del self.leases[step]
            self.due[step] = end - LEASE
        claimed = first(self.due, now, limit)
        for step, _ in claimed:
            del self.due[step]
            self.leases[step] = now + LEASE
        return claimed, len(ended)


def first(scores: dict[str, int], until: int, limit: int) -> list[tuple[str, int]]:
    order = sorted(scores.items(), key=lambda item: (item[1], item[0]))
    return [item for item in order if item[1] <= until][:limit]


class TimersMachine(RuleBasedStateMachine):
    url = ""
    count = 1

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.run = self.runner.run
        self.redis = connect(self.url)
        self.run(self.redis.flushall())
        self.processes = [Timers(self.redis, shards=self.count, lease_ms=LEASE) for _ in range(2)]
        self.shards = [Shard() for _ in range(self.count)]
        self.held: list[dict[str, int]] = [{}, {}]
        self.owned_until: dict[str, int] = {}
        self.rows: dict[str, int] = {}
        self.now = START

    def teardown(self) -> None:
        try:
            self.nothing_is_lost()
        finally:
            self.run(self.close())
            self.runner.close()

    async def close(self) -> None:
        for process in self.processes:
            await process.aclose()
        await self.redis.aclose()

    @rule(process=st.integers(0, 1), changed=changes)
    def change(self, process: int, changed: dict[str, int | None]) -> None:
        """Schedule, move and cancel steps together, in one turn of the event loop."""
        at = {step: None if delay is None else self.now + delay for step, delay in changed.items()}
        self.run(self.call(self.processes[process], at))
        for step, due in at.items():
            self.note(step, due)

    async def call(self, timers: Timers, at: dict[str, int | None]) -> None:
        single = [timers.schedule([(step, due)]) for step, due in at.items() if due is not None]
        await asyncio.gather(*single, timers.cancel([step for step, due in at.items() if due is None]))

    def note(self, step: str, due: int | None) -> None:
        self.shards[shard_of(step, self.count)].change(step, due)
        self.owned_until.pop(step, None)
        self.rows.pop(step, None)
        if due is not None:
            self.rows[step] = due

    @rule(by=st.sampled_from([1, 30, LEASE // 2, LEASE]))
    def time_passes(self, by: int) -> None:
        self.now += by

    @rule(process=st.integers(0, 1), limit=st.sampled_from([0, 1, 1, 2, 8]), done=st.sets(steps, max_size=6))
    def tick(self, process: int, limit: int, done: set[str]) -> None:
        held = self.held[process]
        mine = {step: held[step] for step in done if step in held}
        for step, end in mine.items():
            if self.shards[shard_of(step, self.count)].leases.get(step) == end:
                self.rows.pop(step)
                self.owned_until.pop(step)
        self.compare(process, limit, done, mine)

    def compare(self, process: int, limit: int, done: set[str], mine: dict[str, int]) -> None:
        tick = self.run(self.processes[process].tick(self.now, done, limit))
        share = limit and max(1, limit // self.count)
        expected = [shard.tick(self.now, mine, share) for shard in self.shards]
        assert sorted(tick.claimed) == sorted(step for claimed, _ in expected for step in claimed)
        assert tick.returned == sum(returned for _, returned in expected)
        assert tick.next_ms == min(self.known().values(), default=None)
        self.take(process, mine, [step for step, _ in tick.claimed])

    def take(self, process: int, mine: dict[str, int], claimed: list[str]) -> None:
        held = {step: end for step, end in self.held[process].items() if step not in mine and end > self.now}
        self.held[process] = held | dict.fromkeys(claimed, self.now + LEASE)
        for step in claimed:
            assert self.owned_until.get(step, 0) <= self.now, f"{step} is claimed by two"
            assert self.rows[step] <= self.now, f"{step} came before its time"
            self.owned_until[step] = self.now + LEASE

    def known(self) -> dict[str, int]:
        return {step: at for shard in self.shards for step, at in (shard.due | shard.leases).items()}

    @rule(wiped=st.booleans(), size=st.integers(1, 4), meanwhile=changes, after=st.integers(0, 3))
    def rebuild(self, wiped: bool, size: int, meanwhile: dict[str, int | None], after: int) -> None:
        """Rebuild from rows that were read before some of them changed."""
        at = {step: None if delay is None else self.now + delay for step, delay in meanwhile.items()}
        if wiped:
            self.run(self.redis.flushall())
            self.owned_until.clear()
        self.run(self.processes[0].rebuild(self.batches(size, at, after)))
        for shard in self.shards:
            shard.leases = {} if wiped else {step: end for step, end in shard.leases.items() if step in self.rows}
            shard.due = {}
        for step, due in self.rows.items():
            shard = self.shards[shard_of(step, self.count)]
            if step not in shard.leases:
                shard.due[step] = due
        for step, due in at.items():
            self.note(step, due)

    async def batches(self, size: int, at: dict[str, int | None], after: int):
        stale = list(self.rows.items())
        pages = [stale[start : start + size] for start in range(0, len(stale), size)]
        for number, page in enumerate([*pages, [], [], [], []]):
            if number == after:
                await self.call(self.processes[1], at)
            yield page

    @invariant()
    def redis_is_what_the_model_says(self) -> None:
        for number, shard in enumerate(self.shards):
            assert self.run(self.read(number)) == (shard.due, shard.leases)

    async def read(self, number: int) -> tuple[dict[str, int], dict[str, int]]:
        key = shard_keys("huiyin", number)
        return tuple([dict(await self.redis.zrange(name, 0, -1, withscores=True)) for name in (key.due, key.leases)])

    def nothing_is_lost(self) -> None:
        came: dict[str, int] = defaultdict(int)
        expected = set(self.rows)
        self.now += 10 * LEASE
        for _ in range(3):
            for step, _ in self.run(self.processes[0].tick(self.now, list(came))).claimed:
                came[step] += 1
        assert dict(came) == dict.fromkeys(expected, 1)


@pytest.mark.parametrize("shards", [1, 3])
def test_the_index_does_what_the_model_does(valkey, shards):
    machine = type("Machine", (TimersMachine,), {"url": valkey.url, "count": shards})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
