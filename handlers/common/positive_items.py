"""Open a post as a positive item."""

from collections.abc import Sequence

from handlers.common.context import Context
from handlers.common.joining_posts import going_on
from handlers.common.opening_matters import columns_of, new_incident
from handlers.common.posts_of_a_message import posts_in, untitled
from handlers.common.units import finder, must_be_its_own_group
from handlers.rules.incident.case import AuditEvent, Decision
from handlers.rules.incident.opening import open_matter
from handlers.rules.incident.positive import POSITIVE, columns, may_open, receivers
from handlers.rules.language.messages import Reply
from handlers.rules.posts.forwarded_post import read
from handlers.rules.posts.origins import FOUND
from handlers.rules.refusal import Refusal
from storage import opening
from storage.changes import Written


async def open_positive(context: Context, words: str) -> None:
    """Open a post as a positive item. Refusal if it is known, if it complains, or if the speaker may not say so."""
    must_be_its_own_group(context)
    institution = context.office.institution
    links = context.message.links
    text = "\n".join((words, *(link.url for link in links)))
    post = read(text, tuple(link.title for link in links if link.title), context.said_at, institution.zone)
    posts = posts_in(post)
    known = await opening.known_posts([one.fingerprint for one in posts])
    if known:
        case = await going_on(context, min(known.values()))
        raise Refusal("positive.known", case=await context.case(case.number))
    site = posts[0].platform
    unit = institution.unit(finder(context))
    matter = open_matter(post, (), untitled(context, site), institution, context.office.regime, context.now, unit=unit)
    may_open(context.person, f"{matter.title}\n{matter.text}", matter.about)
    event = AuditEvent(POSITIVE, {"reason": "", "kind": matter.kind})
    new = new_incident(
        context, {**columns_of(matter), **columns(context.acted_at), "tier": "general"}, posts, post.posted_at, FOUND
    )
    decision = Decision(events=(*matter.decision.events, event))
    people = receivers(institution, matter.department, matter.about)

    def announced(one: Written, _: Sequence[str]) -> tuple[Reply, ...]:
        facts = {"title": matter.title, "by": context.person.id, "people": people}
        said = context.text("positive.opened", number=one.number, **facts)
        return (Reply(text=said, mentions=tuple(person.id for person in people)),)

    await context.open(new, decision, announced)
