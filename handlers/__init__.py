"""What the product decides: one file per thing people say or time brings.

Each handler has `EXAMPLES` (per language), a pure `parse(said)` that answers None for what is not its own, and an async
`handle(turn, parsed)`. They are asked in this order, and the first that knows the sentence takes it.
"""

from types import ModuleType

from handlers import (
    acknowledge,
    approve,
    assign,
    extend,
    forward,
    help,
    ledger,
    lookup,
    publish,
    reply,
    resolve,
    todo,
)

HANDLERS: dict[str, ModuleType] = {
    "forward": forward,
    "acknowledge": acknowledge,
    "reply": reply,
    "approve": approve,
    "publish": publish,
    "resolve": resolve,
    "extend": extend,
    "assign": assign,
    "lookup": lookup,
    "todo": todo,
    "ledger": ledger,
    "help": help,
}
"""In the order of the help, which is the order of an incident's life."""

ASKED = (*(handler for name, handler in HANDLERS.items() if name != "forward"), forward)
"""In the order of parsing: a forwarded post is what no other handler knows."""
