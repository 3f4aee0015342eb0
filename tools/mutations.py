"""Find what can be changed in a Python source so that a test should notice: the mutations of a file, in order.

A mutation replaces one piece of the text: a comparison, `and` by `or`, a `not`, a constant, a returned value, the
branches of a condition, a statement by `pass`. Docstrings, type annotations, patterns, log lines and `strict=` stay as they are.
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_UNTOUCHED_CALLS = ("LazyPattern", "compile", "word_set", "TypeVar", "get_logger", "lru_cache", "dataclass")
_LONGEST_STRING = 40
"""Longer strings are SQL or prose: any test would notice, or none should."""


class Mutation(NamedTuple):
    """Replace the bytes from `start` to `end` of a file by `text`. `line` counts from 1; `old` and `new` show it."""

    path: str
    line: int
    start: int
    end: int
    text: str
    old: str
    new: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What names the mutation wherever the line moves to."""
        return self.path, self.old, self.new

    def apply(self, source: bytes) -> bytes:
        return source[: self.start] + self.text.encode() + source[self.end :]


def mutations(path: str, source: bytes) -> list[Mutation]:
    """Return all mutations of a file, from its beginning to its end; each still is Python."""
    offsets = [0]
    for row in source.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(row))
    found: dict[tuple[int, int, str], Mutation] = {}
    for node, text in _replacements(ast.parse(source)):
        start = offsets[node.lineno - 1] + node.col_offset
        end = offsets[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        changed = source[:start] + text.encode() + source[end:]
        if _is_python(changed) and source[start:end] != text.encode():
            old, new = _shown(source, start, end), _shown(changed, start, start + len(text.encode()))
            found[start, end, text] = Mutation(path, node.lineno, start, end, text, old, new)
    return [found[place] for place in sorted(found)]


def _is_python(source: bytes) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _shown(source: bytes, start: int, end: int) -> str:
    """Return the whole lines around a piece of source, as one line."""
    begin = source.rfind(b"\n", 0, start) + 1
    stop = source.find(b"\n", end)
    return " ".join(source[begin : stop if stop >= 0 else len(source)].decode().split())


Replacement = tuple[ast.expr | ast.stmt, str]


def _replacements(tree: ast.AST) -> Iterator[Replacement]:
    """Yield every node that is to be replaced with its new text, the tree's parts in no particular order."""
    if _stays(tree):
        return
    if isinstance(tree, ast.expr | ast.stmt):
        yield from ((tree, text) for text in _texts(tree))
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list", "bases", "keywords") and not isinstance(tree, ast.Call):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _replacements(child)


def _stays(node: ast.AST) -> bool:
    """Return whether nothing in a node is mutated: imports, docstrings, types, patterns, log lines, guards of `zip`."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr):
        return True
    if isinstance(node, ast.keyword):
        return node.arg == "strict"
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) or _stays(node.value)
    if isinstance(node, ast.Assign):
        return _is_alias(node.value)
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        return name.rpartition(".")[2] in _UNTOUCHED_CALLS or name.startswith("log")
    return False


def _is_alias(value: ast.expr) -> bool:
    """Return whether an assignment names a type or a word, which is then renamed wherever it stands."""
    if isinstance(value, ast.Subscript):
        return isinstance(value.value, ast.Name) and value.value.id in ("Literal", "Mapping", "Callable")
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _texts(node: ast.expr | ast.stmt) -> Iterator[str]:
    """Yield what may stand in place of an expression or a statement."""
    if isinstance(node, ast.Compare):
        yield from _compared(node)
    elif isinstance(node, ast.Constant):
        yield from _constants(node.value)
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield "return None"
    elif isinstance(node, ast.Raise | ast.AugAssign) or _acts(node):
        yield "pass"
    elif other := _branched(node):
        yield f"({ast.unparse(other)})"


def _branched(node: ast.AST) -> ast.expr | None:
    """Return a condition that decides otherwise: `or` for `and`, without `not`, with its branches swapped."""
    if isinstance(node, ast.BoolOp):
        return ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node.operand
    return ast.IfExp(node.test, node.orelse, node.body) if isinstance(node, ast.IfExp) else None


def _acts(node: ast.AST) -> bool:
    """Return whether a statement is nothing but a call."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await)


def _compared(node: ast.Compare) -> Iterator[str]:
    for k, op in enumerate(node.ops):
        ops = [*node.ops[:k], _COMPARISONS[type(op)](), *node.ops[k + 1 :]]
        yield f"({ast.unparse(ast.Compare(node.left, ops, node.comparators))})"


def _constants(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, int | float):
        yield str(value + 1)
    elif isinstance(value, str) and value and len(value) <= _LONGEST_STRING:
        yield repr(f"{value}?")
