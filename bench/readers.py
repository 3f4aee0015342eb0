"""Print how long each reader of outside text takes for 250 KB that are made to be slow: `make bench-readers`.

Each unit of `tests/support/long_texts.py` is tried in 25 KB; the slowest of them are read again in 250 KB.
"""

import argparse
from collections.abc import Callable
from heapq import nlargest

from handlers.registry import PARSE_ORDER
from tests.support.long_texts import LONG, SHORT, UNITS, seconds, text_of, utterance
from tests.support.readers import READERS

SLOWEST = 3
Read = Callable[[str], object]


def main() -> None:
    options = argparse.ArgumentParser(prog="bench.readers")
    options.add_argument("--reader", action="append", help="the name of a reader; all of them without it")
    chosen = options.parse_args().reader
    print(f"seconds for {LONG:,} bytes, the slowest texts\n")
    for name, read in (READERS | parsers()).items():
        if not chosen or name in chosen:
            print(f"{name:24} {'   '.join(f'{took:.2f} {unit!r}' for took, unit in slowest(read))}", flush=True)


def parsers() -> dict[str, Read]:
    names = (handler.__name__.rpartition(".")[2] for handler in PARSE_ORDER)
    return {f"parse {name}": _parser(handler.parse) for name, handler in zip(names, PARSE_ORDER, strict=True)}


def _parser(parse: Callable[..., object]) -> Read:
    return lambda text: parse(utterance(text))


def slowest(read: Read) -> list[tuple[float, str]]:
    """Return the longest times for a long text, each with what the text repeats, the longest first."""
    tried = nlargest(SLOWEST, ((seconds(read, text_of(unit, SHORT)), unit) for unit in UNITS))
    return sorted(((seconds(read, text_of(unit, LONG)), unit) for _, unit in tried), reverse=True)


if __name__ == "__main__":
    main()
