"""What people are told about a failure: whose words or which message it was, and why it was not done.

Words of a private chat, of another group, and of a matter that is about somebody, are not shown: the desk's group is
not theirs.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import DecodeError, ValidationError, json

from handlers.common.context import Context
from handlers.common.office import Office
from handlers.rules.incident.permissions import may_ever
from handlers.rules.language.messages import Message, Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.refusal import Refusal
from storage import done_again
from storage.failures import Failure
from storage.outbox import OutgoingMessage

LONGEST_REASON = 80


class FailedFacts(NamedTuple):
    """A failure in facts: `who` sent it or where it was to go, and its first `words`, where they may be shown.

    `why` is a platform's reason for a send, and the trace in the log for what a bug stopped; "" if there is neither.
    """

    number: int | None
    what: str
    kind: str
    at: datetime
    who: str
    private: bool
    words: str
    why: str
    waits: bool


def facts_of(office: Office, failure: Failure) -> FailedFacts:
    """Return the facts of a failure, for its texts."""
    read = {"message": _of_message, "send": _of_send, "work": _of_work}[failure.what]
    who, private, words = read(office, failure)
    why = _reason(failure)
    return FailedFacts(failure.number, failure.what, failure.kind, failure.at, who, private, words, why, failure.waits)


def _reason(failure: Failure) -> str:
    """Return a platform's words for a send; of other errors the trace, by which the operator finds it in the log.

    Names of errors are for the log alone.
    """
    if failure.what == "send":
        words = failure.error.partition("\n")[0][:LONGEST_REASON]
        return "" if _TECHNICAL.search(words) else words
    found = _TRACE.match(failure.error)
    return found[1] if found else ""


_TECHNICAL = LazyPattern(r"[a-z](?:Error|Exception|Timeout)\b|\bErrno\b")
_TRACE = LazyPattern(r"trace (\w+)")


def _of_message(office: Office, failure: Failure) -> tuple[str, bool, str]:
    message = _decoded(failure.body, Message)
    if message is None:
        person = office.institution.by_account(failure.channel, failure.subject)
        private = not failure.conversation or "@" in failure.conversation
        return person.name if person else failure.subject, private, ""
    person = office.institution.by_account(message.channel, message.sender)
    who = person.name if person else message.sender_name or message.sender
    words = message.text or message.material or (message.press.key if message.press else "")
    in_home_group = (message.channel, message.conversation) == (office.home.channel, office.home.conversation)
    return who, message.private, words if in_home_group and not message.private else ""


def _of_send(office: Office, failure: Failure) -> tuple[str, bool, str]:
    private = "@" in failure.conversation
    reply = _decoded(failure.body, Reply)
    words = reply.text if reply and not private and not failure.confidential else ""
    group = office.group(failure.channel, failure.conversation)
    if not private:
        return group.name if group else failure.conversation, False, words
    person = office.institution.by_account(failure.channel, failure.conversation.partition("@")[2])
    return person.name if person else failure.conversation.partition("@")[2], True, ""


def _of_work(_office: Office, failure: Failure) -> tuple[str, bool, str]:
    return failure.subject, False, ""


def _decoded(body: str, type: Any) -> Any:
    try:
        return json.decode(body, type=type)
    except (DecodeError, ValidationError, RecursionError):
        return None


def numbered_failure(utterance: Utterance, verbs: Iterable[str]) -> int | None:
    """Return the number of the failure behind one of the verbs, 0 if none is named; None if nothing is asked for."""
    found = utterance.inquiry(verbs)
    if found is None or found.rest.strip(" 。.!！?？") or not (found.number or utterance.message.addressed):
        return None
    return found.number or 0


async def only_for_the_desk(context: Context, utterance: str) -> bool:
    """Return whether the person may say it; refuse it if it was said to the bot, else stay silent."""
    if may_ever(context.person, utterance):
        context.must_be_the_office()
        return True
    if context.message.addressed:
        raise Refusal("failures.not_allowed")
    await context.answer()
    return False


async def retried(context: Context, number: int) -> bool:
    """Let a failed message be handled again, and say so where it was said; return False if there is none."""
    body = await done_again.message_body(number)
    message = _decoded(body, Message) if body is not None else None
    if message is None:
        return False
    done = context.outgoing_here(Reply(text=context.text("retry.done", number=number)))
    told = [*done, late_notice(context.office, message)]
    return await done_again.handle_again(number, context.person.id, context.now, told, context.inbox)


def late_notice(office: Office, message: Message) -> OutgoingMessage:
    """Return what a sender reads before the answer to a message that is handled again."""
    person = office.institution.by_account(message.channel, message.sender)
    who = person.name if person else message.sender_name or message.sender
    text = office.texts.say("retry.late", at=message.sent_at, who=who, words=message.text)
    mentions = (person.id,) if person and not message.private else ()
    return office.outgoing(Reply(text=text, mentions=mentions), message.channel, message.conversation)
