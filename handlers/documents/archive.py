"""One matter's archive, a zip: a page to read, a record in JSON, every file, and the checksums of all.

`sha256sum -c SHA256SUMS` checks it. What is masked in the group is masked here too.
"""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import PurePath
from typing import Any

from jinja2 import Environment, StrictUndefined
from msgspec import json

from handlers.documents.forms.lists import Fields
from handlers.documents.record import MatterRecord, RecordRow
from handlers.documents.xml_text import xml_text
from handlers.rules.language.masking import mask, mask_public

CHECKSUMS = "SHA256SUMS"
OF_OUR_TEXT = ("planned", "drafted", "approved", "rejected")
"""The events whose data contain a text that is to be published."""
_FILE_DATE = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the zip: the same matter gives the same bytes."""


def bundle(matter: MatterRecord, facts: Fields, page: str, files: Sequence[tuple[str, bytes]], now: datetime) -> bytes:
    """Return the zip. `page` is the HTML page; `files` are names and bytes."""
    parts: dict[str, bytes] = {"index.html": page.encode(), "record.json": record(matter, facts, now)}
    for n, (name, body) in enumerate(files, 1):
        parts[f"files/{n:02d}-{_safe(name)}"] = body
    sums = "".join(f"{sha256(body).hexdigest()}  {name}\n" for name, body in sorted(parts.items()))
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in sorted({**parts, CHECKSUMS: sums.encode()}.items()):
            archive.writestr(zipfile.ZipInfo(name, _FILE_DATE), body, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def record(matter: MatterRecord, facts: Fields, now: datetime) -> bytes:
    """Return the whole record as JSON: times in UTC, people by their ids in the configuration."""
    case = matter.case
    incident = case.incident
    names = ("number", "tier", "stage", "department", "holder", "found_at", "forwarded_by", "cycle", "helpers",
             "outside", "merged_into", "kind", "verdict", "proof", "outcome", "acknowledged_at", "replied_at",
             "resolved_at")  # fmt: skip
    body = {
        "made_at": now,
        "institution": facts["institution"],
        "number": facts["number"],
        "incident": {
            **{name: getattr(incident, name) for name in names},
            "title": mask(incident.title),
            "text": mask(matter.text),
            "answer": mask_public(incident.answer or "", matter.text),
            "result": mask(incident.result or ""),
            "unanswerable": mask(incident.unanswerable or ""),
            "platform": matter.platform,
            "posted_at": matter.posted_at,
        },
        "regime": case.regime.name,
        "posts": [dict(post) for post in matter.posts],
        "drafts": [
            {"edition": d.edition, "text": mask_public(d.text, matter.text), "author": d.author} for d in case.drafts
        ],
        "duties": [
            _plain(duty, ("kind", "state", "started_at", "first_due_at", "due_at", "met_at")) for duty in case.duties
        ],
        "holdings": [dict(row) for row in matter.holdings],
        "history": [{**line, "data": _masked_line(line, matter)} for line in matter.history],
        "files": [{**file, "name": mask(file["name"])} for file in matter.files],
    }
    return json.format(json.encode(_encodable(body)), indent=2) + b"\n"


def _plain(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _masked_line(line: RecordRow, matter: MatterRecord) -> Any:
    """Return an event's data, masked; in a text that the institution wrote to publish, only the public's numbers."""
    own = line["kind"] in OF_OUR_TEXT
    return _masked(line["data"], (lambda text: mask_public(text, matter.text)) if own else mask)


def _masked(value: Any, masked: Callable[[str], str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _masked(one, masked) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(one, masked) for one in value]
    return masked(value) if isinstance(value, str) else value


def _encodable(value: Any) -> Any:
    """Return the value with its texts cleaned: the JSON encoder fails on a lone surrogate."""
    if isinstance(value, Mapping):
        return {key: _encodable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(one) for one in value]
    return xml_text(value) if isinstance(value, str) else value


def _safe(name: str) -> str:
    """Return a file's name without its folders and without characters that cannot be shown."""
    kept = "".join(char for char in PurePath(name.replace("\\", "/")).name if char.isprintable())
    return kept.strip(" .") or "file"


_PAGE = """<!doctype html>
<html lang="{{ language }}"><meta charset="utf-8"><title>#{{ incident }} {{ title }}</title>
<style>
body { font: 16px/1.7 "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif; max-width: 46rem; margin: 2rem auto;
       padding: 0 1rem; color: #222 }
h1 { font-size: 1.4rem } h2 { font-size: 1.05rem; margin: 1.6rem 0 .3rem; border-bottom: 1px solid #ccc }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0 } dt { color: #666 }
dd { margin: 0 } pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 }
</style>
<h1>#{{ incident }} {{ title }}</h1>
<dl>{% for label, value in heads %}{% if value %}<dt>{{ label }}</dt><dd>{{ value }}</dd>{% endif %}{% endfor %}</dl>
{% for label, value in parts %}{% if value %}<h2>{{ label }}</h2><pre>{{ value }}</pre>{% endif %}{% endfor %}
</html>
"""


def page(facts: Fields, heads: Sequence[tuple[str, str]], parts: Sequence[tuple[str, str]], language: str) -> str:
    """Return the HTML page: `heads` as a list, `parts` under headings, without the empty ones."""
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    named = {"incident": facts["incident"], "title": facts["title"], "language": language}
    return xml_text(environment.from_string(_PAGE).render(heads=heads, parts=parts, **named))
