"""Where a request to the group page may come from: this machine, or a host that was named, and no other site.

A page of another site that gives itself our address could otherwise read and speak in somebody's browser.
"""

from collections.abc import Collection
from ipaddress import ip_address

from aiohttp import web
from yarl import URL

ANY_ADDRESS = "*"
"""Among the hosts: every IP address. A page of another site that renames itself to us has a name, and no address."""


def objection(request: web.Request, hosts: Collection[str]) -> str | None:
    """Return what is wrong with where a request comes from, as a sentence; None if it may come from there."""
    host = request.headers.get("Host", "").lower()
    name = _host_name(host)
    known = name in hosts or (ANY_ADDRESS in hosts and _is_address(name))
    if not (known or _is_loopback(name)):
        return "This page is served under a name of this machine only."
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower().partition("://")[2] != host:
        return "Another site may not use this page."
    return None


def _host_name(authority: str) -> str:
    try:
        return URL(f"http://{authority}").host or ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
