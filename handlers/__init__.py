"""What the product decides: one file per thing people say or time brings.

Each handler has `EXAMPLES` (per language), a pure `parse(said)` that answers None for what is not its own, and an async
`handle(turn, parsed)`. They are asked in this order, and the first that knows the sentence takes it.
"""

from types import ModuleType

from handlers import (
    acknowledge,
    approve,
    assign,
    check_in,
    escalate,
    explain,
    extend,
    forward,
    heat,
    help,
    instruct,
    kind,
    ledger,
    lookup,
    progress,
    publish,
    reply,
    resolve,
    superior,
    todo,
    transfer,
    verify,
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
    "instruct": instruct,
    "verify": verify,
    "kind": kind,
    "progress": progress,
    "heat": heat,
    "escalate": escalate,
    "superior": superior,
    "transfer": transfer,
    "explain": explain,
    "check_in": check_in,
    "lookup": lookup,
    "todo": todo,
    "ledger": ledger,
    "help": help,
}
"""In the order of the help, which is the order of an incident's life."""

ASKED = (*(handler for name, handler in HANDLERS.items() if name != "forward"), forward)
"""In the order of parsing: a forwarded post is what no other handler knows."""
