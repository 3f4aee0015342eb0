"""A row that cannot be decided does not stop the other reminders."""

from storage.tables import Duty, Outbox, Policy
from tests.support.story import Story, monday


async def test_a_broken_policy_puts_off_its_own_duties_only(story: Story) -> None:
    await story.opened()
    await Policy.filter(id=1).update(body="{}", digest="broken")  # the first incident's frozen regime
    await story.opened("@回音 空调坏了 https://weibo.com/1642634100/MzVRA2E8G")
    story.clock.set(monday("10:36"))
    sent = await story.settle()
    assert [one.text[:4] for one in sent] == ["〔#2〕", "有 1 "]
    assert "提醒 acknowledge 1 #1：出错，过后会再做" in sent[-1].text
    put_off = await Duty.get(incident_id=1, kind="acknowledge")
    assert put_off.next_at > story.clock.now()
    assert put_off.rung is None
    assert await Outbox.filter(duty=put_off.id).count() == 0
