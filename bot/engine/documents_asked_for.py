"""Make the documents that a message asks for before the transaction of its answer: others would wait for them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from handlers.common.context import Context
from handlers.registry import PARSE_ORDER
from handlers.rules.language.utterance import Utterance

MOST_DOCUMENTS = 5
"""How many different documents one message may ask for beside other commands."""


def handler_of(utterance: Utterance) -> Any:
    """Return the command that the words are, None if they are none."""
    return next((handler for handler in PARSE_ORDER if handler.parse(utterance) is not None), None)


def makes_documents(handler: Any) -> bool:
    return hasattr(handler, "prepare")


async def with_documents(context: Context, utterance: Utterance) -> Context:
    """Return the context with the documents of the one command that the words are."""
    handler = handler_of(utterance)
    if not makes_documents(handler):
        return context
    return replace(context, made=await handler.prepare(context, handler.parse(utterance)))


async def with_documents_of_each(context: Context, said: Sequence[Utterance]) -> Context:
    """Return the context with the documents of several commands, as things stand before the first of them is done."""
    made: dict[str, object] = {}
    for one in said:
        if len(made) == MOST_DOCUMENTS:
            break
        handler = handler_of(one)
        if makes_documents(handler) and one.text not in made:
            made[one.text] = await handler.prepare(context, handler.parse(one))
    return replace(context, made=made)


def made_for(context: Context, said: Utterance) -> Context | None:
    """Return the context with the documents of one of several commands; None if they were not made beforehand."""
    made = context.made
    return replace(context, made=made[said.text]) if isinstance(made, dict) and said.text in made else None
