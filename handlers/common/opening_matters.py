"""Open a matter for a forwarded post, and announce it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import structs
from msgspec.structs import replace

from handlers.common.cards import to_acknowledge, to_assign
from handlers.common.context import Context, message_key
from handlers.common.office import Office
from handlers.common.other_matters import other_matters
from handlers.common.posts_of_a_message import untitled
from handlers.common.units import finder
from handlers.rules.incident.case import Decision, NewDuty
from handlers.rules.incident.duties import SUPERIOR
from handlers.rules.incident.handed_down import HANDED, least_tier, owed, record
from handlers.rules.incident.linking import by_words
from handlers.rules.incident.opening import NewMatter, open_matter
from handlers.rules.incident.orders import SuperiorOrder
from handlers.rules.incident.origin import body_named
from handlers.rules.language.messages import Reply
from handlers.rules.people.institution import DESK
from handlers.rules.posts.forwarded_post import Forwarded
from handlers.rules.posts.origins import Came
from handlers.rules.posts.topics import topics_in
from storage.changes import Written
from storage.opening import NewIncident, NewPost
from storage.reports import ReportRow


async def open_new(
    context: Context, post: Forwarded, posts: list[NewPost], came: Came, order: SuperiorOrder | None, *, brief: bool
) -> int:
    """Open a matter and return its number. `order` is what handed it down; `brief` if it is one of several."""
    office, site = context.office, posts[0].platform
    mentioned = [person.id for person in context.mentioned()]
    least = least_tier(order, office.regime) if order else "general"
    unit = office.institution.unit(finder(context))
    matter = open_matter(
        post,
        mentioned,
        untitled(context, site),
        office.institution,
        office.regime,
        context.now,
        least,
        unit,
        found_at=context.acted_at,
    )
    topics = topics_in(f"{matter.title}\n{matter.text}", office.institution.topics)
    decision = _opening(office, matter, order, context.now)
    decision = replace(decision, events=(*decision.events, *by_words(topics)))
    new = new_incident(context, columns_of(matter), posts, post.posted_at, came)
    others = await other_matters(context, matter, topics, brief=brief)

    def announced(one: Written, readers: Sequence[str]) -> tuple[Reply, ...]:
        past = others.past_for(readers)
        said = _brief(context, one, new, matter) if brief else _announcement(context, one, new, matter, past)
        said = _with(said, others.beside(context, readers))
        if order:
            said = with_order(context, said, one.number, order, decision.opened)
        elif came.origin == HANDED:
            said = structs.replace(said, text=f"{said.text}\n{context.text('hand_down.lacking', number=one.number)}")
        return (said,)

    return (await context.open(new, decision, announced)).number


def new_incident(
    context: Context, columns: dict[str, Any], posts: list[NewPost], posted_at: datetime | None, came: Came
) -> NewIncident:
    """Return the incident to open, with what stands in its columns."""
    office = context.office
    fields = {**columns, "platform": posts[0].platform, "posted_at": posted_at, "found_at": context.acted_at}
    fields |= {"origin": came.origin, "origin_body": body_named(came), "forwarded_by": context.person.id}
    fields["unit"] = finder(context)
    return NewIncident(
        held_by=DESK,
        fields=fields,
        regime=office.regime.name,
        policy=office.policy,
        digest=office.policy_digest,
        posts=posts,
        message=message_key(context),
    )


def _opening(office: Office, matter: NewMatter, order: SuperiorOrder | None, now: datetime) -> Decision:
    """Return the decision that opens a matter; with an order the report back is owed besides."""
    if order is None:
        return matter.decision
    event, document = record(order)
    duty = owed(order, office.regime, office.institution, matter.tier, now)
    opened = matter.decision
    return replace(opened, events=(*opened.events, event), opened=(*opened.opened, duty), ordered=(document,))


def _with(reply: Reply, beside: Reply) -> Reply:
    if not beside.text:
        return reply
    mentions = tuple(dict.fromkeys((*reply.mentions, *beside.mentions)))
    return structs.replace(reply, text=f"{reply.text}\n{beside.text}", mentions=mentions)


def with_order(context: Context, reply: Reply, number: int, order: SuperiorOrder, opened: Sequence[NewDuty]) -> Reply:
    """Return the announcement of a matter with what its superior wants, and by when."""
    duty = next(one for one in reversed(opened) if one.kind == SUPERIOR)
    text = context.text("hand_down.taken", number=number, order=order, duty=duty)
    return structs.replace(reply, text=f"{reply.text}\n{text}")


def columns_of(matter: NewMatter) -> dict[str, Any]:
    """Return what a new matter writes into its own columns."""
    names = ("title", "text", "tier", "kind", "stage", "department", "holder")
    helpers = [helper.name for helper in matter.route.helpers]
    return {**{name: getattr(matter, name) for name in names}, "helpers": helpers, "about": list(matter.about)}


def _announcement(
    context: Context, written: Written, new: NewIncident, matter: NewMatter, past: Sequence[ReportRow]
) -> Reply:
    number = written.number
    text = context.text("forward.opened", precedents=past, **_facts(written, new, matter))
    card = (
        to_acknowledge(context.office, number)
        if matter.department
        else to_assign(context.office, number, "", matter.route.candidates)
    )
    return Reply(text=text, mentions=_pinged(matter), card=card)


def _brief(context: Context, written: Written, new: NewIncident, matter: NewMatter) -> Reply:
    """Announce one of several matters in a few lines, without buttons: they stand in one message."""
    text = context.text("forward.opened_briefly", **_facts(written, new, matter))
    return Reply(text=text, mentions=_pinged(matter))


def _facts(written: Written, new: NewIncident, matter: NewMatter) -> dict[str, Any]:
    facts = {name: getattr(matter, name) for name in ("people", "told", "duties", "helpers")}
    facts |= {"number": written.number, "new": new.fields, "posts": new.posts, "where": matter.route}
    facts |= {"unnamed": matter.unnamed, "recused": bool(matter.about), "by_kind": matter.by_kind}
    return facts | {"unclear": matter.unclear, "desk": matter.asked}


def _pinged(matter: NewMatter) -> tuple[str, ...]:
    pinged = (*matter.people, *matter.helpers, *matter.told, *matter.asked)
    return tuple(dict.fromkeys(person.id for person in pinged))
