"""Texts beside the audit chain: the chain contains a digest of each text, so that a text can be erased or verified.

A digest covers the text and a random salt. The salt is erased with the text, so that a short text cannot be guessed.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import json

TEXTS = frozenset({"title", "text", "reason", "remark", "result", "proof", "posts", "name", "words"})
"""Keys of an event's data whose values are texts that people wrote, or addresses."""
SEALED = "sealed"


def seal(data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return the data with digests in place of its texts, and the texts with their salts by path."""
    texts: dict[str, Any] = {}
    return _sealed(data, "", texts), texts or None


def _sealed(value: Any, path: str, texts: dict[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {key: _value(key, one, f"{path}{key}", texts) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_sealed(one, f"{path}{n}.", texts) for n, one in enumerate(value)]
    return value


def _value(key: str, value: Any, path: str, texts: dict[str, Any]) -> Any:
    if key in TEXTS and value:
        salt = secrets.token_hex(16)
        texts[path] = [salt, value]
        return {SEALED: digest(salt, value)}
    return _sealed(value, f"{path}.", texts)


def digest(salt: str, value: Any) -> str:
    """Return the SHA-256, in hexadecimal, of a text and its salt."""
    return hashlib.sha256(json.encode([salt, value], order="sorted")).hexdigest()


def unseal(data: Any, texts: Mapping[str, Any] | None, path: str = "") -> Any:
    """Return the data with its texts; an erased text is ""."""
    if isinstance(data, Mapping):
        if set(data) == {SEALED}:
            return (texts or {}).get(path.rstrip("."), ["", ""])[1]
        return {key: unseal(one, texts, f"{path}{key}.") for key, one in data.items()}
    if isinstance(data, list):
        return [unseal(one, texts, f"{path}{n}.") for n, one in enumerate(data)]
    return data


def altered(data: Any, texts: Mapping[str, Any] | None) -> str | None:
    """Return the path of the first text that does not match its digest, or None. `texts` is None if it was erased."""
    if texts is None:
        return None
    seals = dict(_seals(data, ""))
    wrong = (path for path in sorted({*seals, *texts}) if path not in texts or digest(*texts[path]) != seals.get(path))
    return next(wrong, None)


def contains_digest(data: Any) -> bool:
    """Return whether the data contain the digest of a text."""
    return next(_seals(data, ""), None) is not None


def _seals(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if set(value) == {SEALED}:
            yield path.rstrip("."), value[SEALED]
            return
        for key, one in value.items():
            yield from _seals(one, f"{path}{key}.")
    elif isinstance(value, list):
        for n, one in enumerate(value):
            yield from _seals(one, f"{path}{n}.")
