"""What was given back is handed up again for a new reason alone: other courtesy or another order is none."""

from handlers.rules.incident.handing_up import says_nothing_new
from tests.support.each import for_each

BEFORE = ("涉及交警，请局里牵头",)
ENGLISH = ("it concerns the traffic police, please lead",)
SAME = [
    (BEFORE, "涉及交警，请局里牵头"),
    (BEFORE, "请局里牵头，涉及交警"),
    (BEFORE, "涉及交警，请局里牵头，谢谢领导"),
    (BEFORE, "领导好，恳请局里牵头，涉及交警！辛苦各位领导了"),
    (BEFORE, "请局里牵头"),
    (BEFORE, "谢谢"),
    (("涉及交警", "请局里牵头"), "请局里牵头，涉及交警"),
    (BEFORE, "涉及交警的，请局里牵头"),
    (ENGLISH, "Please lead: the traffic police it concerns. Thank you!"),
]
NEW = [
    (BEFORE, "涉及交警，请局里牵头，家长已到区教育局"),
    (BEFORE, "家长围堵校门"),
    (BEFORE, "停电"),
    (ENGLISH, "it concerns the traffic police, and parents block the gate"),
]


@for_each(("before", "reason"), SAME)
def test_said_before_in_other_words_of_courtesy_or_another_order(before: tuple[str, ...], reason: str) -> None:
    assert says_nothing_new(reason, before)


@for_each(("before", "reason"), NEW)
def test_something_new_is_said(before: tuple[str, ...], reason: str) -> None:
    assert not says_nothing_new(reason, before)
