"""Let what is forwarded join the matter that it belongs to, and let words tell what a matter is about."""

from msgspec import structs
from msgspec.structs import replace

from handlers.common.conflict_notices import handed_over
from handlers.common.context import Context
from handlers.common.opening_matters import with_order
from handlers.common.posts_of_a_message import untitled
from handlers.common.tier_announcement import announcement
from handlers.common.units import also_found
from handlers.rules.incident.case import OPEN_STAGES, Amended, Case
from handlers.rules.incident.closing import together
from handlers.rules.incident.handed_down import hand_down
from handlers.rules.incident.joining import Joining, join, may_name
from handlers.rules.incident.orders import SuperiorOrder
from handlers.rules.incident.permissions import permit
from handlers.rules.language.messages import Reply
from handlers.rules.posts.forwarded_post import Forwarded, read
from handlers.rules.posts.labels import is_unnamed
from storage.opening import NewPost


async def add_words(context: Context, case: Case, words: str) -> bool:
    """Let words complete a matter of which only an address or a file is known.

    Return False if more is known, or if it is not for the speaker to say.
    """
    title = untitled(context, case.incident.platform)
    if (
        case.incident.stage not in OPEN_STAGES
        or not may_name(case, context.person)
        or not is_unnamed(case.incident.text, case.incident.title, title)
    ):
        return False
    permit(case, context.person, "note")
    joining = join(
        case, read(words, (), context.said_at, case.institution.zone), (), title, context.person, context.now
    )
    if not joining.title:
        return False
    replies = _joined(context, case, joining, context.text("forward.named", case=case, joining=joining))
    await context.commit(case, joining.decision, lambda _: replies)
    return True


async def join_known(
    context: Context, post: Forwarded, posts: list[NewPost], known: dict[str, int], order: SuperiorOrder | None
) -> None:
    """Record posts with the matter that one of them is known from, and what they add to it."""
    standing = {case.number: case for case in [await going_on(context, number) for number in {*known.values()}]}
    if hidden := [case for case in standing.values() if not context.may_see(case)]:
        await also_found(context, hidden[0])
        return
    case = standing[min(standing)]
    others = sorted(standing.keys() - {case.number})
    new = [one for one in posts if one.fingerprint not in known]
    prints, title = [one.fingerprint for one in new], untitled(context, case.incident.platform)
    joining = join(case, post, prints, title, context.person, context.now)
    if order:
        joining = _ordered(context, case, joining, order)
    if case.incident.stage not in OPEN_STAGES:
        replies: tuple[Reply, ...] = (Reply(text=context.text("forward.joined_closed", case=case, joining=joining)),)
    else:
        text = context.text("forward.joined", case=case, new=len(new), others=others, joining=joining)
        replies = _joined(context, case, joining, text)
    if order:
        replies = (with_order(context, replies[0], case.number, order, joining.decision.opened), *replies[1:])
    await context.join(case, new, joining.decision, replies)


def _ordered(context: Context, case: Case, joining: Joining, order: SuperiorOrder) -> Joining:
    """Return what joins a matter that a superior hands down by it."""
    after = replace(case, incident=Amended(case.incident, **joining.decision.changes))
    decision = together(joining.decision, hand_down(after, context.person, order, context.now))
    return structs.replace(joining, decision=decision)


def _joined(context: Context, case: Case, joining: Joining, text: str) -> tuple[Reply, ...]:
    """Return what is said of a text that joins: with its tier if that rises, and to the desk if it takes over."""
    told = announcement(context.office, case, joining.decision, text)
    asked = tuple(person.id for person in joining.asked)
    first = structs.replace(told, mentions=tuple(dict.fromkeys((*told.mentions, *asked))))
    return (first, *(handed_over(context, case, joining.decision) if joining.conflict else ()))


async def going_on(context: Context, number: int) -> Case:
    """Load the matter; if it was merged, the one that it was merged into. Nothing of it is told yet."""
    case = await context.any_case(number)
    while case.incident.merged_into:
        case = await context.any_case(case.incident.merged_into)
    return case
