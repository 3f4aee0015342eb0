"""The sentences' templates, compiled once for all workers and runs, as Python keeps its compiled sources."""

from hashlib import sha256
from pathlib import Path

import jinja2
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from handlers import texts

KEPT = Path(__file__).parents[2] / ".pytest_cache"


def keep_compiled() -> None:
    """Let what was compiled be found by other processes; what the source of a template is by now is compared."""
    ways = sha256(Path(texts.__file__).read_bytes() + jinja2.__version__.encode()).hexdigest()
    directory = KEPT / f"templates-{ways[:16]}"
    directory.mkdir(parents=True, exist_ok=True)
    kept, cache = FileSystemBytecodeCache(str(directory)), texts._Compiled
    load, dump = cache.load_bytecode, cache.dump_bytecode

    def load_bytecode(own: texts._Compiled, bucket: Bucket) -> None:
        load(own, bucket)
        if bucket.code is None:
            kept.load_bytecode(bucket)
            dump(own, bucket)

    def dump_bytecode(own: texts._Compiled, bucket: Bucket) -> None:
        dump(own, bucket)
        kept.dump_bytecode(bucket)

    cache.load_bytecode = load_bytecode  # type: ignore[method-assign]
    cache.dump_bytecode = dump_bytecode  # type: ignore[method-assign]
