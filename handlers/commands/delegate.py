"""`授权 办公室 至 周五` / `delegate office until Friday`: somebody signs in one's place. `收回授权` ends it."""

import re
from contextlib import suppress
from typing import Literal, NamedTuple

from handlers.common.context import Context
from handlers.rules.incident.approval import holder_waiting
from handlers.rules.incident.case import AuditEvent, Case, Decision, RequestRow
from handlers.rules.incident.permissions import PERMISSIONS
from handlers.rules.language.commands import whole
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.people.institution import Person
from handlers.rules.people.names import people_named
from handlers.rules.refusal import Refusal
from handlers.rules.time.promises import moment
from storage import changes, delegations, incidents, reports
from storage.incidents import Conflict

VERBS = ("授权", "委托", "delegate to", "delegate")
ENDING = ("收回授权", "取消授权", "授权结束", "end delegation")
EXAMPLES = {"zh": ("授权 办公室 至 周五", "收回授权"), "en": ("delegate office until Friday", "end delegation")}
TRIES = 8
_LENGTH = re.compile(r"[0-9一二两三四五六七八九十半]+\s*(?:个?工作日|天|日|个?星期|周|个?小时)")
_UNTIL = re.compile(r"\s*(?:至|到|截至|直到|until|till|to)\s*", re.IGNORECASE)


class Authority(NamedTuple):
    """`until` are the words for the end; `ends` says that it is taken back."""

    name: str
    until: str
    ends: bool = False


def parse(said: Utterance) -> Authority | None:
    if whole(said.text, ENDING) == ():
        return Authority("", "", ends=True)
    found = said.command(VERBS, glued=True)
    if found is None or found.numbers:
        return None
    return Authority(*split(found.rest))


def split(text: str) -> tuple[str, str]:
    """Who and until when: 办公室 至 周五, or 办公室 3天."""
    name, *until = _UNTIL.split(text, maxsplit=1)
    if not until:
        name, _, rest = text.partition(" ")
        until = [rest]
    return name.strip(), until[0].strip("。.!！ ")


async def handle(turn: Context, asked: Authority) -> None:
    rule = PERMISSIONS["delegate"]
    if not turn.person.has(*rule.roles):
        raise Refusal(rule.refusal)
    if asked.ends:
        await end_delegations(turn)
        return
    taker = one_of(turn, asked.name)
    await give(turn, taker, asked.until, "authority")


async def end_delegations(turn: Context) -> None:
    takers = {row.taker for row in await delegations.standing() if row.giver == turn.person.id}
    if not takers:
        raise Refusal("delegate.nobody")
    say = Reply(text=turn.text("delegate.ended", by=turn.person.id))
    await delegations.end(turn.person.id, turn.letters_here(say), turn.inbox, turn.now)
    await _hand_over(turn, takers)


async def give(turn: Context, taker: Person, until: str, why: Literal["authority", "leave"]) -> None:
    """Records who acts for the speaker, and tells them what waits."""
    said = normalize(until)
    words = f"{said}内" if _LENGTH.fullmatch(said) else said
    end = moment(words, turn.now, turn.office.institution.calendar)
    if end is None or end <= turn.now:
        raise Refusal("leave.until") if why == "leave" else Refusal("delegate.until")
    facts = {"by": turn.person.id, "taker": taker, "until": end, "waiting": await _waiting(turn)}
    text = turn.text("leave.given", **facts) if why == "leave" else turn.text("delegate.given", **facts)
    new = {"giver": turn.person.id, "taker": taker.id, "why": why, "until": end}
    await delegations.give(new, turn.letters_here(Reply(text=text, mentions=(taker.id,))), turn.inbox, turn.now)
    await _hand_over(turn, {turn.person.id})


async def _hand_over(turn: Context, holders: set[str]) -> None:
    """What waits in the hands of one of them waits for whoever signs now: reminders and minutes go there."""
    held = {f"approver:{holder}" for holder in holders}
    for number in await reports.incidents_with_requests():
        for _ in range(TRIES):
            case = await turn.case(number)
            holder = holder_waiting(case, case.pending())
            if case.incident.holder not in held or holder == case.incident.holder:
                break
            decision = Decision(events=(AuditEvent("handed over", {"to": holder}),), changes={"holder": holder})
            by = changes.Actor(actor=turn.person.id, now=turn.now)
            with suppress(Conflict):
                await incidents.change(case.incident.version, number, decision, by, lambda _: ())
                break


def one_of(turn: Context, name: str) -> Person:
    """The one who is meant, or a Refusal that asks back."""
    found = tuple(person for person in people_named(name, turn.office.institution) if person.id != turn.person.id)
    if len(found) != 1:
        raise Refusal("delegate.whom", name=name, people=found or turn.office.institution.with_role("leader", "office"))
    return found[0]


async def _waiting(turn: Context) -> list[tuple[Case, RequestRow]]:
    """What is asked of the speaker now."""
    cases = [await turn.case(number) for number in await reports.incidents_with_requests()]
    mine = f"approver:{turn.person.id}"
    return [(case, request) for case in cases for request in case.pending() if case.incident.holder == mine]
