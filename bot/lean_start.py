"""Import structlog and aiohttp without what they do at import and a start does not need: 0.2 s and 6 MB of it.

structlog loads rich, colorama and greenlet where another package has installed them, for colours that a log never has.
aiohttp reads the certificates of the machine: here that is done when a connection is first encrypted.
"""

import ssl
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, cast

_UNUSED = ("rich", "colorama", "better_exceptions", "greenlet")


class CertificatesLater(ssl.SSLContext):
    """A context that reads the certificates that it is to trust when it first encrypts a connection."""

    reads: Callable[[], None] | None = None
    """What is still to be read."""

    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        self._read()
        return super().wrap_bio(*args, **options)

    def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
        self._read()
        return super().wrap_socket(*args, **options)

    def _read(self) -> None:
        reads, self.reads = self.reads, None
        if reads is not None:
            reads()


def _later(read: Callable[..., None]) -> Callable[..., None]:
    """Return what stands in for a method of a context that reads certificates."""

    def put_off(context: ssl.SSLContext, *args: Any) -> None:
        context.__class__ = CertificatesLater
        cast(CertificatesLater, context).reads = partial(read, context, *args)

    return put_off


def _import_structlog() -> None:
    hidden = [name for name in _UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: cannot be imported
    try:
        import structlog  # noqa: F401
    finally:
        for name in hidden:
            del sys.modules[name]


def _import_aiohttp() -> None:
    methods = {name: getattr(ssl.SSLContext, name) for name in ("load_default_certs", "set_default_verify_paths")}
    for name, read in methods.items():
        setattr(ssl.SSLContext, name, _later(read))
    try:
        import aiohttp  # noqa: F401
    finally:
        for name, read in methods.items():
            setattr(ssl.SSLContext, name, read)


_import_structlog()
_import_aiohttp()
