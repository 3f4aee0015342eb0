"""Take in what a superior hands down: it opens a matter, or marks one; the same document is not taken in twice."""

from tortoise.exceptions import IntegrityError

from handlers.common.context import Context
from handlers.common.known_orders import must_be_new
from handlers.common.registration import register
from handlers.common.tier_announcement import announcement
from handlers.common.whole_words import for_others
from handlers.rules.incident.cancelled_order import ORDERED, cancel_order, order_of
from handlers.rules.incident.case import Case
from handlers.rules.incident.handed_down import HANDED, hand_down, may_hand_down, must_have_limit, put_off
from handlers.rules.incident.orders import SuperiorOrder, body_before, read_order
from handlers.rules.incident.taken_back import UNDONE, standing
from handlers.rules.language.commands import clean, spoken
from handlers.rules.language.messages import Reply, quoted_code
from handlers.rules.people import recusal
from handlers.rules.posts.labels import says_something
from handlers.rules.posts.links import find
from handlers.rules.posts.origins import Came
from handlers.rules.refusal import Refusal
from storage import audit, handed_down
from storage.tables import EPOCH

HANDS_DOWN = ("上级交办", "交办")
"""The words that hand something down where a known body follows them; a leader's own 交办 is an instruction."""
EXAMPLES = {"zh": ("交办 12 教育局 11-30前",), "en": ("handed down 12 Education Bureau by 30 November",)}


def is_handed_down(context: Context, words: str) -> bool:
    """Return whether a message hands down what a known body wants: 交办 with the body's name behind it."""
    said = spoken(clean(context.message.text, context.office.bot_names), HANDS_DOWN, glued=True)
    return said is not None and body_before(words, context.office.institution.bodies) is not None


async def take_order(context: Context, number: int | None, words: str) -> None:
    """Open a matter for an order, or mark the one that is named or quoted."""
    order = read_order(words, context.office.institution, context.said_at)
    if order is None:
        raise Refusal("hand_down.whom", bodies=context.office.institution.bodies)
    if number is None and quoted_code(context.message) is None:
        await _open(context, order)
        return
    case = await context.meant(number, EXAMPLES)
    if order.put_off:
        await _put_off(context, case, order)
        return
    await must_be_new(context, order)
    decision = hand_down(case, context.person, order, context.now)
    text = context.text("hand_down.done", case=case, by=context.person.id, order=order, duty=decision.opened[-1])
    reply = await for_others(context, case, announcement(context.office, case, decision, text), words)
    try:
        await context.commit(case, decision, lambda _: (reply,))
    except IntegrityError:
        await must_be_new(context, order)
        raise


async def _put_off(context: Context, case: Case, order: SuperiorOrder) -> None:
    files = len([one for one in context.message.attachments if one.id is not None])
    decision = put_off(case, context.person, order, files, context.now)
    before = next(duty.due_at for duty in case.duties if duty.id == decision.moved[0].id)
    facts = {"by": context.person.id, "order": order, "due": decision.moved[0].due.at, "latest": before}
    text = context.text("hand_down.put_off", case=case, **facts)
    await context.commit(case, decision, lambda _: (Reply(text=text),))


async def cancel(context: Context, number: int | None, reason: str) -> None:
    """Take an order off the wrong matter; the leaders of who recorded it hear it."""
    case = await context.meant(number, EXAMPLES)
    recorded = standing(await audit.of_incident(case.number, (ORDERED, UNDONE), EPOCH))
    order = order_of(case, context.person, recorded, reason)
    decision = cancel_order(case, order, await handed_down.of_incident(case.number), reason)
    leaders = context.office.institution.leaders(context.person.department)
    people = recusal.told(leaders, case.incident.about, context.office.institution)
    facts = {"order": order, "reason": reason, "people": people}
    text = context.text("hand_down.cancelled", case=case, by=context.person.id, **facts)
    reply = await for_others(context, case, Reply(text=text, mentions=tuple(one.id for one in people)), reason)
    await context.commit(case, decision, lambda _: (reply,))


async def _open(context: Context, order: SuperiorOrder) -> None:
    may_hand_down(context.person)
    must_have_limit(None, order, context.now)
    if not (says_something(order.text) or find(order.text) or context.message.links or context.message.attachments):
        raise Refusal("hand_down.contents", order=order)
    await register(context, order.text, came=Came(HANDED, order.body.name), order=order)
