"""Make the documents that a message asks for before the transaction of its answer: others would wait for them."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from handlers.common.context import Context
from handlers.registry import PARSE_ORDER
from handlers.rules.language.utterance import Utterance

MOST_DOCUMENTS = 5
"""How many different documents one message may ask for beside other commands."""


def understood(utterance: Utterance) -> tuple[Any, Any] | None:
    """Return the command that the words are and what it read in them, None if they are none."""
    for handler in PARSE_ORDER:
        if (parsed := handler.parse(utterance)) is not None:
            return handler, parsed
    return None


def stands_alone(handler: Any, parsed: Any) -> bool:
    """Return whether a command has to be a message of its own, as it makes a numbered file: others would wait."""
    return hasattr(handler, "stands_alone") and bool(handler.stands_alone(parsed))


def makes_documents(handler: Any) -> bool:
    return hasattr(handler, "prepare")


async def with_documents(context: Context, utterance: Utterance) -> Context:
    """Return the context with the documents of the one command that the words are."""
    found = understood(utterance)
    if found is None or not makes_documents(found[0]):
        return context
    handler, parsed = found
    return replace(context, made=await handler.prepare(context, parsed))


async def with_documents_of_each(context: Context, said: Sequence[Utterance]) -> Context:
    """Return the context with the documents of several commands, as things stand before the first of them is done."""
    made: dict[str, object] = {}
    for one in said:
        if len(made) == MOST_DOCUMENTS:
            break
        found = understood(one)
        if found and makes_documents(found[0]) and one.text not in made:
            handler, parsed = found
            made[one.text] = await handler.prepare(context, parsed)
    return replace(context, made_of=made)


def made_for(context: Context, said: Utterance) -> Context | None:
    """Return the context with the documents of one of several commands; None if they were not made beforehand."""
    made = context.made_of or {}
    return replace(context, made=made[said.text], made_of=None) if said.text in made else None
