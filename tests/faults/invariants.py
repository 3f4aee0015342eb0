"""What has to hold after any faults. Each check returns the rows that break it; none if all is well."""

from collections.abc import Awaitable, Callable

from tests.faults import matter_invariants as matters
from tests.faults import message_invariants as messages
from tests.faults.evidence import Broken, Evidence

Check = Callable[[Evidence], Awaitable[Broken]]
CHECKS: dict[str, Check] = {
    "no message is lost": messages.no_message_lost,
    "nothing waits": messages.nothing_waits,
    "what was not sent is told": messages.what_was_not_sent_is_told,
    "what was sent arrived": messages.what_was_sent_arrived,
    "what is unknown was tried": messages.unknown_was_tried,
    "repeats are marked": messages.repeats_are_marked,
    "marks mean repeats": messages.marks_mean_repeats,
    "one incident for a post": matters.one_incident_for_a_post,
    "one effect for a message": matters.one_effect_for_a_message,
    "people are answered": messages.answered,
    "every duty has its timer": matters.every_duty_has_its_timer,
    "every step once": matters.every_step_once,
    "the chain is whole": matters.chain_is_whole,
}
