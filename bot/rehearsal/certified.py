"""Recount what the bot certified from the tables alone: closings, publications and approvals that rest on nothing.

Nothing here asks the rules whether they were right, except what a public address and a finished answer are.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from msgspec import json

from handlers.rules.incident.reply_check import is_final
from handlers.rules.incident.results import adopts, classify
from handlers.rules.language.messages import Message
from handlers.rules.posts.public_address import objection
from storage.tables import Draft, Duty, File, Inbox, Incident, Publication, Request

Row = Mapping[str, Any]
_YES = re.compile(r"^\W*(?:@\S+\s*)?(?:同意|approve)", re.IGNORECASE)


async def sham_closings() -> list[int]:
    """Return the closed matters with neither a published, approved final answer nor a signed remedy with proof.

    A remedy needs besides that the public was answered, or a signed reason why nobody can be.
    """
    rows = await Incident.filter(stage="resolved").order_by("number").values()
    return [row["number"] for row in rows if not await _is_closed_rightly(row)]


async def _is_closed_rightly(row: Row) -> bool:
    signed = await Request.filter(incident_id=row["number"], cycle=row["cycle"], state="approved").values()
    free = [one for one in signed if f"person:{one['decided_by']}" not in row["about"]]
    told = await _is_answered(row, _of(free, "reply")) or _is_excused(row, free)
    if row["outcome"] == "remedied":
        return told and any([await _has_proof(one["subject"]) for one in _of(free, "remedy")])
    if row["outcome"] == "transferred":
        return told and bool(row["outside"])
    return told and not _is_excused(row, free) and (classify(row["result"]) == "done" or adopts(row["result"]))


def _is_excused(row: Row, signed: Sequence[Row]) -> bool:
    return not row["replied_at"] and bool(_of(signed, "unanswerable"))


def _of(signed: Sequence[Row], kind: str) -> list[Row]:
    return [one for one in signed if one["kind"] == kind]


async def _is_answered(row: Row, replies: Sequence[Row]) -> bool:
    """Return whether an approved answer is public that holds nothing back, and nothing promised is open."""
    editions = {one["subject"]["edition"] for one in replies}
    places = await Publication.filter(incident_id=row["number"], cycle=row["cycle"]).order_by("id").values("edition")
    if not places or places[-1]["edition"] not in editions:
        return False
    text = await Draft.filter(incident_id=row["number"], edition=places[-1]["edition"]).values_list("text", flat=True)
    promised = await Duty.filter(incident_id=row["number"], kind="promise", state="open").exists()
    return not promised and len(text) == 1 and is_final(str(text[0]))


async def _has_proof(subject: Row) -> bool:
    urls, files = subject["proof"], subject["files"]
    return any(map(_is_page, urls)) or await File.filter(id__in=list(files)).exists()


async def sham_publications() -> list[int]:
    """Return the publications by id that show no page and no stored picture, or a page that answers another matter."""
    rows = await Publication.all().order_by("id").values()
    pages: dict[str, int] = {}
    shams = []
    for row in rows:
        shown = await File.filter(id=row["file"]).exists() if row["file"] else False
        page = row["url"] is not None and _is_page(row["url"])
        used = row["fingerprint"] and pages.setdefault(row["fingerprint"], row["incident_id"]) != row["incident_id"]
        if not (page or shown) or (used and not shown):
            shams.append(row["id"])
    return shams


def _is_page(url: str) -> bool:
    """Return whether an address names a page of a host that has a name."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    named = "." in host and not host.replace(".", "").isdigit()
    return named and parts.path.strip("/") not in ("", "index.html") and objection(url) is None


async def sham_approvals() -> list[int]:
    """Return the approved requests by id whose signer did not type or press a yes in that very moment.

    A signer whom the matter is about gives none either; a text that lacks a signature, or has two of one person or one
    of its author, is not approved.
    """
    signed = await Request.filter(state="approved").order_by("id").select_related("incident")
    said: dict[tuple[str, Any], list[Message]] = {}
    for body, at in await Inbox.all().values_list("body", "received_at"):
        message = json.decode(str(body), type=Message)
        said.setdefault((message.sender, at), []).append(message)
    return [
        one.id for one in signed
        if f"person:{one.decided_by}" in one.incident.about
        or not _is_wholly_signed(one)
        or not any(map(_says_yes, said.get((str(one.decided_by), one.decided_at), ())))
    ]  # fmt: skip


def _is_wholly_signed(request: Request) -> bool:
    """Return whether each signature that a text's chain asks for is there, of as many people, none by its author."""
    steps = request.subject.get("chain", ())
    given = [one.get("by") for step in steps for one in step.get("given", ())]
    wanted = sum(_places(step) for step in steps)
    late = steps[-1]["id"] == "chief" if steps else False  # the chief who signs the step before signs it too
    several = len(given) - len({*given}) <= late and request.asked_by not in given
    return len(given) == wanted and several


def _places(step: Row) -> int:
    names = sum(len(step.get(key, ())) for key in ("by", "of", "people"))
    return names if step.get("needs") == "all" else 1


def _says_yes(message: Message) -> bool:
    return message.press is not None or _YES.match(message.text) is not None
