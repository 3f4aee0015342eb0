"""Rows as earlier versions wrote them, and what must still be true of them after the migration."""

from datetime import timedelta

from storage import done_again, failures, inbox_claims, incidents, ledger, outbox_claims, overruns, takeover
from storage.tables import EPOCH, HandedDown, Inbox, Incident, Outbox

OF_THE_THIRD_VERSION = (
    "INSERT INTO inbox (channel, message, body, received_at, state, attempts, lease_until) "
    "VALUES ('local', 'm1', '{}', 0, 'new', 1, 5000), ('local', 'm2', '{}', 0, 'new', 0, NULL)",
    "INSERT INTO inbox (channel, message, body, received_at, state, handled_at, error) "
    "VALUES ('local', 'm3', '{}', 0, 'failed', 0, 'trace 1'), ('local', 'm4', '{}', 0, 'done', 0, NULL)",
    "INSERT INTO outbox (channel, conversation, duty, body, urgency, planned_at, not_before, state, lease_until) "
    "VALUES ('local', 'a', 7, '{}', 5, 0, 0, 'planned', NULL), ('local', 'b', NULL, '{}', 0, 0, 0, 'sending', 5000), "
    "('local', 'c', NULL, '{}', 0, 0, 0, 'unknown', NULL)",
)
"""A message being handled, one that waits, a failed and a handled one; a reminder, a send under way, an unknown one."""

OF_THE_FOURTH_VERSION = (
    "INSERT INTO policies (name, digest, body, created_at) VALUES ('standard', 'd', '{}', 0)",
    "INSERT INTO incidents (number, version, title, text, tier, stage, holder, channel, conversation, platform, "
    "found_at, forwarded_by, policy_id, helpers, about, bounces) SELECT 1, 3, 'a', 'b', 'general', 'unassigned', "
    "'desk', 'local', 'work', 'x', 5, 'zhou', id, '[]', '[\"person:qian\"]', '[]' FROM policies",
)
"""A matter that is about somebody; nobody knew then who had said so."""

OF_THE_FIFTH_VERSION = (
    "INSERT INTO policies (name, digest, body, created_at) VALUES ('standard', 'd', '{}', 0)",
    "INSERT INTO incidents (number, version, title, text, tier, stage, holder, channel, conversation, platform, "
    "found_at, forwarded_by, policy_id, helpers, about, about_by, bounces) VALUES "
    "(1, 3, 'a', '', 'general', 'assigned', 'desk', 'local', 'work', 'x', 5, 'zhou', 1, '[]', '[]', NULL, '[]')",
)
"""An open matter, from before it was kept how matters came here."""

OF_THE_SIXTH_VERSION = (
    *OF_THE_FIFTH_VERSION,
    'INSERT INTO handed_down (incident_id, body, document, fingerprint, "by", at) '
    "VALUES (1, '区教育局', '31号', 'x', 'li', 0)",
)
"""An open matter that was handed down, from before there were units below the office."""

LEASE = timedelta(seconds=30)


async def a_third_version_still_works() -> None:
    """Assert that the rows of OF_THE_THIRD_VERSION are claimed, sent, listed and kept as the new version does it."""
    now = EPOCH + timedelta(seconds=1)
    assert await takeover.from_the_dead(now) == 0
    assert [one.id for one in await inbox_claims.claim(now, LEASE)] == [
        2
    ]  # rows without a conversation wait for nobody
    assert [one.id for one in await inbox_claims.claim(now + 5 * timedelta(seconds=1), LEASE)] == [1]
    [reminder] = await outbox_claims.claim("local", now, LEASE)
    assert await outbox_claims.are_stale([reminder]) == [reminder]  # its duty does not exist any more
    assert await done_again.stopped_by_a_bug(EPOCH - LEASE) == []
    assert await failures.recent(now, now, 9, untold=True) == []
    assert [one.id for one in await failures.recent(EPOCH - LEASE, now, 9)] == [3]
    assert {row.state for row in await Inbox.all()} == {"new", "failed", "done"}
    assert (await Outbox.get(id=3)).doubts == 0


async def a_fourth_version_still_works() -> None:
    """Assert that the rows of OF_THE_FOURTH_VERSION are read, and keep who names somebody from now on."""
    record = await incidents.load(1)
    assert record is not None
    assert (record.incident.about, record.incident.about_by) == (["person:qian"], None)
    await Incident.filter(number=1).update(about_by={"person:sun": "li"})
    record = await incidents.load(1)
    assert record is not None
    assert record.incident.about_by == {"person:sun": "li"}


async def a_fifth_version_still_works() -> None:
    """Assert that a matter of OF_THE_FIFTH_VERSION was found by the institution itself, and can be handed down."""
    record = await incidents.load(1)
    assert record
    row = record.incident
    assert (row.origin, row.origin_body, row.superior) == ("found", None, None)
    until = EPOCH + timedelta(days=1)
    [[line]] = [page async for page in ledger.pages(EPOCH, until, until)]
    assert (line["origin"], line["orders"]) == ("found", [])
    assert await ledger.positive(EPOCH, until) == []
    assert await overruns.struck(EPOCH, until, until) == []
    await HandedDown.create(incident_id=1, body="区教育局", document="31号", fingerprint="x", by="li", at=EPOCH)


async def a_sixth_version_still_works() -> None:
    """Assert that the matter of OF_THE_SIXTH_VERSION counts for the office itself, and for no unit."""
    record = await incidents.load(1)
    assert record
    assert record.incident.unit is None
    until = EPOCH + timedelta(days=1)
    [[line]] = [page async for page in ledger.pages(EPOCH, until, until)]
    assert (line["unit"], len(line["orders"])) == (None, 1)
    assert await ledger.settled(EPOCH, until, "") == await ledger.settled(EPOCH, until)
    assert [len(one) for one in (await ledger.days(EPOCH, until, "实验小学")).values()] == [0, 0]


EARLIER = {
    "0003_overruns_and_publications": (OF_THE_THIRD_VERSION, a_third_version_still_works),
    "0004_faults": (OF_THE_FOURTH_VERSION, a_fourth_version_still_works),
    "0005_who_named": (OF_THE_FIFTH_VERSION, a_fifth_version_still_works),
    "0006_origins": (OF_THE_SIXTH_VERSION, a_sixth_version_still_works),
}
"""Of each version: the rows that it wrote, and what asserts that they are still worth what they were."""
