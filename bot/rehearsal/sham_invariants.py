"""The invariants of dishonest staff: nothing of theirs was certified, no overrun is lost, every act is counted."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence

from bot.rehearsal.certified import sham_approvals, sham_closings, sham_publications
from bot.rehearsal.invariants import Invariant
from bot.rehearsal.shams import SHAMS, Attempt
from bot.rehearsal.witness import Witness
from handlers.rules.figures.acts import Act
from storage.tables import Request


async def check_shams(attempts: Sequence[Attempt], witness: Witness, acts: Sequence[Act]) -> AsyncIterator[Invariant]:
    """Yield the invariants of dishonest staff: they got nothing certified, and what they did is counted under them."""
    yield Invariant("through", sum(one.through for one in attempts), 0)
    yield Invariant("sham closings", len(await sham_closings()), 0)
    yield Invariant("sham publications", len(await sham_publications()), 0)
    yield Invariant("sham approvals", len(await sham_approvals()), 0)
    yield Invariant("stay", *await witness.kept())
    refused = await Request.filter(kind="withdrawal", state="rejected").values_list("asked_by", "incident_id")
    rejected = Counter((str(by), int(str(number))) for by, number in refused)
    yield Invariant("acts", *_counted(attempts, acts, rejected))


def _counted(tries: Sequence[Attempt], acts: Sequence[Act], rejected: Counter[tuple[str, int]]) -> tuple[int, int]:
    """Return how many of the shams that stand are in the figures under who did them, and how many have to be.

    `rejected` are the withdrawals that a leader refused, by person and matter: they count for nobody.
    """
    counted = Counter((one.person, one.act, number) for one in acts for number in one.numbers)
    done = Counter((one.person, str(SHAMS[one.sham]), one.number) for one in tries if one.stands)
    for (person, number), times in rejected.items():
        done[person, "withdrawn", number] -= times
    return sum((+done & counted).values()), sum((+done).values())
