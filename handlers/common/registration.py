"""Register a forwarded post: it opens a matter, or joins the one that it belongs to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import structs
from msgspec.structs import replace
from tortoise.exceptions import IntegrityError

from handlers.common.cards import to_acknowledge, to_assign
from handlers.common.case_library import open_alike, precedents
from handlers.common.conflict_notices import handed_over
from handlers.common.context import CONFLICT_TRIES, Context, message_key
from handlers.common.known_orders import must_be_new
from handlers.common.office import Office
from handlers.common.recurrence import same_topic_lately
from handlers.common.tier_announcement import announcement
from handlers.common.units import also_found, finder, must_be_its_own_group
from handlers.rules.incident.case import OPEN_STAGES, Amended, AuditEvent, Case, Decision, NewDuty
from handlers.rules.incident.closing import together
from handlers.rules.incident.duties import SUPERIOR
from handlers.rules.incident.handed_down import HANDED, hand_down, least_tier, owed, record
from handlers.rules.incident.joining import Joining, join, may_name
from handlers.rules.incident.linking import by_words
from handlers.rules.incident.opening import NewMatter, open_matter
from handlers.rules.incident.orders import SuperiorOrder
from handlers.rules.incident.origin import body_named
from handlers.rules.incident.permissions import permit
from handlers.rules.incident.positive import POSITIVE, columns, may_open, receivers
from handlers.rules.language.messages import Reply
from handlers.rules.people import recusal
from handlers.rules.people.institution import DESK, Person
from handlers.rules.posts.forwarded_post import Forwarded, read
from handlers.rules.posts.labels import is_unnamed
from handlers.rules.posts.links import fingerprint, platform, text_fingerprint
from handlers.rules.posts.origins import FOUND, Came
from handlers.rules.posts.topics import topics_in
from handlers.rules.refusal import Refusal
from handlers.rules.regime.listeners import listening
from storage import files, opening, publications
from storage.changes import Written
from storage.incidents import Conflict
from storage.opening import NewIncident, NewPost
from storage.reports import ReportRow


async def register(
    context: Context, words: str, *, came: Came = FOUND, order: SuperiorOrder | None = None, brief: bool = False
) -> int | None:
    """Open a matter for a post and return its number, or record the post with the matter that it belongs to.

    `came` says how it came here, and `order` is what handed it down; `brief` if it is one of several.
    """
    must_be_its_own_group(context)
    institution = context.office.institution
    links = context.message.links
    text = "\n".join((words, *(link.url for link in links)))
    post = read(text, tuple(link.title for link in links if link.title), context.said_at, institution.zone)
    posts = _posts(post) if text.strip() else await _pictures(context)
    for _ in range(CONFLICT_TRIES):
        if order:
            await must_be_new(context, order)
        known = await opening.known_posts([one.fingerprint for one in posts])
        posts = await _without_answers(context, posts, known)
        try:
            if not known:
                return await _open(context, post, posts, came, order, brief=brief)
            await _join(context, post, posts, known, order)
        except IntegrityError:
            await opening.must_be_new(message_key(context))
            continue  # another process registered the same post a moment ago
        except Conflict:
            continue
        return None
    raise RuntimeError("a post could neither be opened nor joined")


async def _without_answers(context: Context, posts: list[NewPost], known: dict[str, int]) -> list[NewPost]:
    """Leave out the pages of our own answers. Refusal that names the answered matter if nothing else was forwarded."""
    answers = await publications.answered_at([one.fingerprint for one in posts if one.fingerprint not in known])
    others = [one for one in posts if one.fingerprint not in answers]
    if answers and not others:
        raise Refusal("forward.an_answer", case=await context.case(max(answers.values())))
    return others


def _posts(post: Forwarded) -> list[NewPost]:
    if not post.urls:
        mark = text_fingerprint(post.text)
        return [NewPost(fingerprint=mark, url=None, platform="text", posted_at=post.posted_at)]
    return [
        NewPost(fingerprint=fingerprint(url), url=url, platform=platform(url), posted_at=post.posted_at)
        for url in post.urls
    ]


async def _pictures(context: Context) -> list[NewPost]:
    """Return a post for each picture; the same picture is the same post."""
    kept = await files.facts([one.id for one in context.message.attachments if one.id is not None])
    return [
        NewPost(fingerprint=f"file:{one.digest}", url=None, platform=_shape(one.type), posted_at=None) for one in kept
    ]


def _shape(type: str) -> str:
    return "picture" if type.startswith("image/") else "file"


def untitled(context: Context, platform: str) -> str:
    """Return the title of a matter of which nobody knows yet what it is about."""
    return context.text("forward.untitled", platform=platform)


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


async def _join(
    context: Context, post: Forwarded, posts: list[NewPost], known: dict[str, int], order: SuperiorOrder | None
) -> None:
    standing = {case.number: case for case in [await _going_on(context, number) for number in {*known.values()}]}
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
        replies = (_with_order(context, replies[0], case.number, order, joining.decision.opened), *replies[1:])
    await context.join(case, new, joining.decision, replies)


def _ordered(context: Context, case: Case, joining: Joining, order: SuperiorOrder) -> Joining:
    """Return what joins a matter that a superior hands down by it."""
    after = replace(case, incident=Amended(case.incident, **joining.decision.changes))
    decision = together(joining.decision, hand_down(after, context.person, order, context.now))
    return structs.replace(joining, decision=decision)


def _with_order(context: Context, reply: Reply, number: int, order: SuperiorOrder, opened: Sequence[NewDuty]) -> Reply:
    """Return the announcement of a matter with what its superior wants, and by when."""
    duty = next(one for one in reversed(opened) if one.kind == SUPERIOR)
    text = context.text("hand_down.taken", number=number, order=order, duty=duty)
    return structs.replace(reply, text=f"{reply.text}\n{text}")


def _joined(context: Context, case: Case, joining: Joining, text: str) -> tuple[Reply, ...]:
    """Return what is said of a text that joins: with its tier if that rises, and to the desk if it takes over."""
    told = announcement(context.office, case, joining.decision, text)
    asked = tuple(person.id for person in joining.asked)
    first = structs.replace(told, mentions=tuple(dict.fromkeys((*told.mentions, *asked))))
    return (first, *(handed_over(context, case, joining.decision) if joining.conflict else ()))


async def _going_on(context: Context, number: int) -> Case:
    """Load the matter; if it was merged, the one that it was merged into. Nothing of it is told yet."""
    case = await context.any_case(number)
    while case.incident.merged_into:
        case = await context.any_case(case.incident.merged_into)
    return case


async def _open(
    context: Context, post: Forwarded, posts: list[NewPost], came: Came, order: SuperiorOrder | None, *, brief: bool
) -> int:
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
    new = _new(context, _columns(matter), posts, post.posted_at, came)
    past = [] if brief else await context.shown(await precedents(f"{matter.title}\n{matter.text}"))
    beside = await _beside_the_opening(context, matter, topics)

    def announced(one: Written) -> tuple[Reply, ...]:
        said = _brief(context, one, new, matter) if brief else _announcement(context, one, new, matter, past)
        said = _with(said, beside)
        if order:
            said = _with_order(context, said, one.number, order, decision.opened)
        elif came.origin == HANDED:
            said = structs.replace(said, text=f"{said.text}\n{context.text('hand_down.lacking', number=one.number)}")
        return (said,)

    return (await context.open(new, decision, announced)).number


async def open_positive(context: Context, words: str) -> None:
    """Open a post as a positive item. Refusal if it is known, if it complains, or if the speaker may not say so."""
    must_be_its_own_group(context)
    institution = context.office.institution
    links = context.message.links
    text = "\n".join((words, *(link.url for link in links)))
    post = read(text, tuple(link.title for link in links if link.title), context.said_at, institution.zone)
    posts = _posts(post)
    known = await opening.known_posts([one.fingerprint for one in posts])
    if known:
        case = await _going_on(context, min(known.values()))
        raise Refusal("positive.known", case=await context.case(case.number))
    site = posts[0].platform
    unit = institution.unit(finder(context))
    matter = open_matter(post, (), untitled(context, site), institution, context.office.regime, context.now, unit=unit)
    may_open(context.person, f"{matter.title}\n{matter.text}", matter.about)
    event = AuditEvent(POSITIVE, {"reason": "", "kind": matter.kind})
    new = _new(
        context, {**_columns(matter), **columns(context.acted_at), "tier": "general"}, posts, post.posted_at, FOUND
    )
    decision = Decision(events=(*matter.decision.events, event))
    people = receivers(institution, matter.department, matter.about)

    def announced(one: Written) -> tuple[Reply, ...]:
        facts = {"title": matter.title, "by": context.person.id, "people": people}
        said = context.text("positive.opened", number=one.number, **facts)
        return (Reply(text=said, mentions=tuple(person.id for person in people)),)

    await context.open(new, decision, announced)


def _new(
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


async def _beside_the_opening(context: Context, matter: NewMatter, topics: tuple[str, ...]) -> Reply:
    """Return what is said of a new matter besides: its topics, whether it comes again, and open ones like it.

    Nothing is joined by that. A matter that is about somebody is compared with none: others would read of it there.
    """
    recurring = await same_topic_lately(context, topics, matter.department)
    alike = [] if matter.about else await context.shown(await open_alike(f"{matter.title}\n{matter.text}"))
    people: tuple[Person, ...] = ()
    if recurring and recurring.recent:
        told = listening(context.office.institution, context.office.regime.recurrence.tell, matter.department)
        people = recusal.told(told, matter.about, context.office.institution)
    facts = {"topics": topics, "recurring": recurring, "alike": alike, "people": people}
    return Reply(text=context.text("link.at_opening", **facts), mentions=tuple(one.id for one in people))


def _with(reply: Reply, beside: Reply) -> Reply:
    if not beside.text:
        return reply
    mentions = tuple(dict.fromkeys((*reply.mentions, *beside.mentions)))
    return structs.replace(reply, text=f"{reply.text}\n{beside.text}", mentions=mentions)


def _columns(matter: NewMatter) -> dict[str, Any]:
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
