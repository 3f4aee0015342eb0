"""All tables, as models without methods. Times are UTC, stored as milliseconds since 1970.

A model's docstring must not contain a semicolon: it becomes the table's comment, and migrations split SQL there.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import storage.lean_tortoise  # noqa: F401 - before Tortoise itself

# isort: split
from msgspec import json
from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Return an aware moment as whole milliseconds since 1970 UTC."""
    return (moment - EPOCH) // MILLISECOND


def from_ms(ms: int) -> datetime:
    """Return milliseconds since 1970 UTC as an aware moment in UTC."""
    return EPOCH + timedelta(milliseconds=ms)


class MomentField(fields.BigIntField):
    """An aware UTC datetime, stored as a whole number of milliseconds so that raw SQL and Redis scores compare."""

    field_type = datetime

    @property
    def constraints(self) -> dict[str, Any]:
        return {}

    def to_db_value(self, value: Any, instance: Any) -> Any:
        return to_ms(value) if isinstance(value, datetime) else value

    def to_python_value(self, value: Any) -> Any:
        return from_ms(value) if isinstance(value, int) else value


class JsonField(fields.JSONField[Any]):
    """Plain JSON values as text. Reading them is most of what loading an incident costs, so msgspec does it."""

    def to_python_value(self, value: Any) -> Any:
        return json.decode(value) if isinstance(value, str) else value


class Counter(Model):
    """Gapless numbers: incidents, and forms per year."""

    name = fields.CharField(max_length=64, primary_key=True)
    value = fields.BigIntField()

    class Meta:
        table = "counters"


class Setting(Model):
    """Small facts about this installation, such as the demonstration clock's shift."""

    name = fields.CharField(max_length=64, primary_key=True)
    value = fields.TextField()

    class Meta:
        table = "settings"


class Policy(Model):
    """A regime exactly as it stood when incidents were opened under it."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=64)
    digest = fields.CharField(max_length=64, unique=True)
    body = fields.TextField()
    created_at = MomentField()

    class Meta:
        table = "policies"


class Incident(Model):
    """One matter that the institution must answer. `version` is what every change compares and swaps.

    `cycle` counts how often it was opened, and `cycle_at` is when it was reopened. `about` lists whom the incident
    concerns, as "person:id" or "department:name", and `about_by` the id of who said so, by that name, where the first
    post did not. `outside` is the external body that has taken it over. `unanswerable` is the signed reason why nobody
    can be answered in public. `origin` says how it came here, and `origin_body` from which body. `superior` is a
    superior body's approval of a draft, as the desk recorded it. `erased_at` is when its texts were erased at the
    end of their retention period. `unit` is the unit below the office that found it, None if the office did.
    """

    number = fields.IntField(primary_key=True, generated=False)
    version = fields.IntField()
    title = fields.TextField()
    text = fields.TextField()
    tier = fields.CharField(max_length=16)
    stage = fields.CharField(max_length=16)
    department = fields.CharField(max_length=64, null=True)
    holder = fields.CharField(max_length=80)
    channel = fields.CharField(max_length=32)
    conversation = fields.CharField(max_length=128)
    platform = fields.CharField(max_length=64)
    posted_at = MomentField(null=True)
    found_at = MomentField()
    forwarded_by = fields.CharField(max_length=64)
    policy: Any = fields.ForeignKeyField("huiyin.Policy", related_name="incidents", on_delete=fields.RESTRICT)
    cycle = fields.IntField(db_default=1)
    cycle_at = MomentField(null=True)
    helpers: Any = JsonField(default=list)
    about: Any = JsonField(default=list)
    about_by: Any = JsonField(null=True)
    bounces: Any = JsonField(default=list)
    outside: Any = fields.CharField(max_length=64, null=True)
    merged_into = fields.IntField(null=True)
    kind = fields.CharField(max_length=16, null=True)
    verdict: Any = fields.CharField(max_length=16, null=True)
    answer: Any = fields.TextField(null=True)
    proof: Any = fields.TextField(null=True)
    outcome = fields.CharField(max_length=16, null=True)
    result: Any = fields.TextField(null=True)
    unanswerable: Any = fields.TextField(null=True)
    origin = fields.CharField(max_length=16, db_default="found")
    origin_body: Any = fields.CharField(max_length=64, null=True)
    superior: Any = JsonField(null=True)
    acknowledged_at = MomentField(null=True)
    replied_at = MomentField(null=True)
    resolved_at = MomentField(null=True)
    erased_at = MomentField(null=True)
    unit: Any = fields.CharField(max_length=64, null=True)

    class Meta:
        table = "incidents"
        indexes = (
            Index(fields=("stage", "found_at")),
            Index(fields=("department", "stage")),
            Index(fields=("found_at",)),
            Index(fields=("replied_at",)),
            Index(fields=("resolved_at",)),
            Index(fields=("erased_at", "resolved_at")),
        )


class Post(Model):
    """One public post about an incident, where `fingerprint` is what makes two addresses the same post."""

    id = fields.IntField(primary_key=True)
    incident: Any = fields.ForeignKeyField("huiyin.Incident", related_name="posts", on_delete=fields.RESTRICT)
    fingerprint = fields.CharField(max_length=512, unique=True)
    url = fields.TextField(null=True)
    platform = fields.CharField(max_length=64)
    posted_at = MomentField(null=True)
    found_at = MomentField()
    forwarded_by = fields.CharField(max_length=64)

    class Meta:
        table = "posts"
        indexes = (Index(fields=("incident_id",)),)


class Forwarding(Model):
    """A post that somebody forwarded, and whether it opened an incident or joined one."""

    id = fields.IntField(primary_key=True)
    incident: Any = fields.ForeignKeyField("huiyin.Incident", related_name="forwardings", on_delete=fields.RESTRICT)
    message = fields.CharField(max_length=200, unique=True)
    joined = fields.BooleanField()
    by = fields.CharField(max_length=64)
    at = MomentField()

    class Meta:
        table = "forwardings"
        indexes = (Index(fields=("incident_id",)), Index(fields=("by", "at")))


class Draft(Model):
    """One version of a reply to the public."""

    id = fields.IntField(primary_key=True)
    incident: Any = fields.ForeignKeyField("huiyin.Incident", related_name="drafts", on_delete=fields.RESTRICT)
    edition = fields.IntField()
    text = fields.TextField()
    author = fields.CharField(max_length=64)
    created_at = MomentField()

    class Meta:
        table = "drafts"
        unique_together = (("incident", "edition"),)


class Request(Model):
    """Something a leader is asked to approve: a reply's draft, an extension, or a withdrawal."""

    id = fields.IntField(primary_key=True)
    incident: Any = fields.ForeignKeyField("huiyin.Incident", related_name="requests", on_delete=fields.RESTRICT)
    cycle = fields.IntField(db_default=1)
    kind = fields.CharField(max_length=16)
    subject: Any = JsonField()
    step = fields.IntField(db_default=0)
    asked_by = fields.CharField(max_length=64)
    asked_at = MomentField()
    state = fields.CharField(max_length=16)
    decided_by: Any = fields.CharField(max_length=64, null=True)
    decided_at = MomentField(null=True)
    remark: Any = fields.TextField(null=True)

    class Meta:
        table = "requests"
        indexes = (Index(fields=("state", "kind")), Index(fields=("incident_id",)))


class Duty(Model):
    """One thing owed by a due time, and the state of its reminder ladder.

    A routine duty has no incident and is owed by `person`, which may also be a role. `rung` is the offset of the last
    step taken, in seconds from the due time, and `next_at` is when the next step is due.
    """

    id = fields.IntField(primary_key=True)
    incident: Any = fields.ForeignKeyField(
        "huiyin.Incident", related_name="duties", on_delete=fields.RESTRICT, null=True
    )
    person = fields.CharField(max_length=64, null=True)
    cycle = fields.IntField()
    kind = fields.CharField(max_length=16)
    owner = fields.CharField(max_length=64)
    state = fields.CharField(max_length=16)
    started_at = MomentField()
    due_at = MomentField()
    first_due_at = MomentField()
    met_at = MomentField(null=True)
    rung = fields.IntField(null=True)
    next_at = MomentField(null=True)
    provisional = fields.BooleanField()
    reckoning: Any = JsonField()

    class Meta:
        table = "duties"
        unique_together = (("kind", "person", "due_at"),)
        indexes = (
            Index(fields=("next_at",)),
            Index(fields=("incident_id", "due_at")),
            Index(fields=("state", "due_at")),
        )


class Overrun(Model):
    """A duty that ran past its due time: who owed it and who held the incident at that moment. Never changed.

    `owner` is "department:name", "desk", "leader", "chief" or "person:id", and `holder` a holder as in `holdings`, None
    for a routine duty. `department` is the incident's department then. A duty whose due time was moved can run over
    again.
    """

    id = fields.BigIntField(primary_key=True)
    incident: Any = fields.ForeignKeyField(
        "huiyin.Incident", related_name="overruns", on_delete=fields.RESTRICT, null=True
    )
    duty = fields.IntField()
    cycle = fields.IntField()
    kind = fields.CharField(max_length=16)
    owner = fields.CharField(max_length=80)
    holder = fields.CharField(max_length=80, null=True)
    department = fields.CharField(max_length=64, null=True)
    due_at = MomentField()
    recorded_at = MomentField()

    class Meta:
        table = "overruns"
        unique_together = (("duty", "due_at"),)
        indexes = (Index(fields=("incident_id",)), Index(fields=("due_at",)))


class HandedDown(Model):
    """A body's document by which it handed a matter down (交办), or the message that was its order. Never changed.

    `fingerprint` is what makes two documents the same one, None where the order had no number.
    """

    id = fields.IntField(primary_key=True)
    incident: Any = fields.ForeignKeyField("huiyin.Incident", related_name="orders", on_delete=fields.RESTRICT)
    body = fields.CharField(max_length=64)
    document = fields.CharField(max_length=80, null=True)
    fingerprint = fields.CharField(max_length=160, null=True, unique=True)
    by = fields.CharField(max_length=64)
    at = MomentField()

    class Meta:
        table = "handed_down"
        indexes = (Index(fields=("incident_id",)),)


class Publication(Model):
    """An answer that was published: which draft, where, and by whom. Never changed.

    `url` is the page's address and `fingerprint` what makes two addresses the same page, `file` the picture of it.
    """

    id = fields.IntField(primary_key=True)
    incident: Any = fields.ForeignKeyField("huiyin.Incident", related_name="publications", on_delete=fields.RESTRICT)
    cycle = fields.IntField()
    edition = fields.IntField()
    url = fields.TextField(null=True)
    fingerprint = fields.CharField(max_length=512, null=True)
    file = fields.IntField(null=True)
    by = fields.CharField(max_length=64)
    at = MomentField()

    class Meta:
        table = "publications"
        indexes = (Index(fields=("incident_id",)), Index(fields=("fingerprint",)))


class Holding(Model):
    """Who held an incident, from when until when."""

    id = fields.IntField(primary_key=True)
    incident: Any = fields.ForeignKeyField("huiyin.Incident", related_name="holdings", on_delete=fields.RESTRICT)
    holder = fields.CharField(max_length=80)
    since = MomentField()
    until = MomentField(null=True)

    class Meta:
        table = "holdings"
        indexes = (Index(fields=("incident_id",)),)


class LastWord(Model):
    """The last change that a person made to an incident, and the state before it, for undo."""

    incident = fields.IntField(primary_key=True, generated=False)
    actor = fields.CharField(max_length=64)
    at = MomentField()
    version = fields.IntField()
    before: Any = JsonField()

    class Meta:
        table = "last_words"
        indexes = (Index(fields=("actor", "at")), Index(fields=("at",)))


class Delegation(Model):
    """One person acts for another until a moment: `why` is "authority" that was given, or "leave"."""

    id = fields.IntField(primary_key=True)
    giver = fields.CharField(max_length=64)
    taker = fields.CharField(max_length=64)
    why = fields.CharField(max_length=16)
    since = MomentField()
    until = MomentField()
    ended_at = MomentField(null=True)

    class Meta:
        table = "delegations"
        indexes = (Index(fields=("until",)), Index(fields=("ended_at",)))


class Event(Model):
    """The audit trail: append-only, each row's hash covering the one before it.

    `data` is covered by the hash and contains digests in place of texts. The texts are in `texts` and can be erased.
    """

    id = fields.BigIntField(primary_key=True, generated=False)
    incident = fields.IntField(null=True)
    at = MomentField()
    actor = fields.CharField(max_length=64)
    kind = fields.CharField(max_length=32)
    data = fields.TextField()
    texts: Any = fields.TextField(null=True)
    hash = fields.CharField(max_length=64)

    class Meta:
        table = "events"
        indexes = (Index(fields=("incident", "at")), Index(fields=("kind", "at")))


class Inbox(Model):
    """A platform's message, stored before it is acknowledged: new, fetching (its files), done or failed.

    `conversation` and `sender` are those of the message, None in rows of earlier versions. `owner` marks the process
    that took it last. `fault` says why it was put off or failed ("away", "bad data", "damaged", "bug" or "unreadable"),
    `refusals` how often its data were refused, `retried` whether it was handled again by itself after it had failed.
    `failure` is the number by which people name it once it failed, `told_at` when the desk was told.
    """

    id = fields.BigIntField(primary_key=True)
    channel = fields.CharField(max_length=32)
    message = fields.CharField(max_length=160)
    body = fields.TextField()
    received_at = MomentField()
    state = fields.CharField(max_length=16)
    attempts = fields.IntField(db_default=0)
    lease_until = MomentField(null=True)
    handled_at = MomentField(null=True)
    error = fields.TextField(null=True)
    conversation = fields.CharField(max_length=160, null=True)
    sender = fields.CharField(max_length=160, null=True)
    fault = fields.CharField(max_length=16, null=True)
    owner = fields.CharField(max_length=120, null=True)
    refusals = fields.IntField(db_default=0)
    retried = fields.IntField(db_default=0)
    failure = fields.IntField(null=True)
    told_at = MomentField(null=True)

    class Meta:
        table = "inbox"
        unique_together = (("channel", "message"),)
        indexes = (
            Index(fields=("state",)),
            Index(fields=("state", "channel", "conversation")),
            Index(fields=("handled_at",)),
            Index(fields=("channel", "received_at")),
        )


class Outbox(Model):
    """A message to send: planned, claimed, sending, suppressed, sent, accepted, unknown or failed.

    `doubts` counts attempts with an unknown outcome, after which the message says that it may be a repeat.
    `not_before` is the planned time of sending, `retry_at` the earliest time of the next attempt. `lease_until` is when
    a claim ends or, of a planned one with `retry_at`, when it was put off. `carrier` is the message into which it was
    bundled or, if `part` is above 0, the message that it continues. `owner` marks the process that took it last.
    `reminds` lists the duties of a reminder with their due times. `failure` is the number by which people name it once
    it failed, `told_at` when the desk was told. `erased_at` is when its body was erased at the end of its retention
    period.
    """

    id = fields.BigIntField(primary_key=True)
    channel = fields.CharField(max_length=32)
    conversation = fields.CharField(max_length=160)
    incident = fields.IntField(null=True)
    duty = fields.IntField(null=True)
    body = fields.TextField()
    urgency = fields.BigIntField()
    planned_at = MomentField()
    not_before = MomentField()
    retry_at = MomentField(null=True)
    state = fields.CharField(max_length=16)
    attempts = fields.IntField(db_default=0)
    doubts = fields.IntField(db_default=0)
    lease_until = MomentField(null=True)
    sent_at = MomentField(null=True)
    card = fields.CharField(max_length=64, null=True)
    platform_id = fields.CharField(max_length=200, null=True)
    carrier = fields.BigIntField(null=True)
    part = fields.IntField(db_default=0)
    error = fields.TextField(null=True)
    erased_at = MomentField(null=True)
    owner = fields.CharField(max_length=120, null=True)
    reminds = fields.TextField(null=True)
    failure = fields.IntField(null=True)
    told_at = MomentField(null=True)

    class Meta:
        table = "outbox"
        indexes = (
            Index(fields=("state", "urgency")),
            Index(fields=("incident", "erased_at", "planned_at")),
            Index(fields=("carrier",)),
            Index(fields=("sent_at",)),
            Index(fields=("card",)),
            Index(fields=("platform_id",)),
            Index(fields=("conversation", "sent_at")),
            Index(fields=("conversation", "retry_at")),
        )


class Setback(Model):
    """Work of the clock that failed by bad data or a bug and was put off, so that nothing else waits for it.

    `kind` is what it was ("duty", "entry", "digest", "delegation", "background") and `subject` which. `failure` is the
    number by which people name it, `told_at` when the desk was told.
    """

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=16)
    subject = fields.CharField(max_length=80)
    first_at = MomentField()
    last_at = MomentField()
    times = fields.IntField()
    error = fields.TextField()
    failure = fields.IntField(null=True)
    told_at = MomentField(null=True)

    class Meta:
        table = "setbacks"
        unique_together = (("kind", "subject"),)


class File(Model):
    """A picture or file, received with a message or made by the bot. `type` is detected from its bytes."""

    id = fields.IntField(primary_key=True)
    incident = fields.IntField(null=True)
    name = fields.CharField(max_length=160)
    type = fields.CharField(max_length=100)
    size = fields.IntField()
    digest = fields.CharField(max_length=64)
    body = fields.BinaryField()
    by = fields.CharField(max_length=64)
    at = MomentField()

    class Meta:
        table = "files"
        indexes = (Index(fields=("incident", "at")), Index(fields=("digest",)))


class FileMatter(Model):
    """An incident whose texts are in a file of several. The file is erased with the first of its incidents.

    Incident 0 stands for every incident that was on record when the file was made.
    """

    id = fields.BigIntField(primary_key=True)
    file = fields.IntField()
    incident = fields.IntField()

    class Meta:
        table = "file_matters"
        indexes = (Index(fields=("incident",)),)


class Digest(Model):
    """An issued digest: one of each kind for a period, numbered within its year, with its files."""

    id = fields.IntField(primary_key=True)
    kind = fields.CharField(max_length=16)
    period = fields.CharField(max_length=32)
    year = fields.IntField()
    number = fields.IntField()
    since = MomentField()
    until = MomentField()
    text = fields.TextField()
    files: Any = JsonField(default=list)
    issued_by = fields.CharField(max_length=64)
    issued_at = MomentField()

    class Meta:
        table = "digests"
        unique_together = (("kind", "period"), ("kind", "year", "number"))


class BoundGroup(Model):
    """A group that somebody asked the bot to join. It is in use once the office has confirmed it with the code.

    `group_id` is the group of the configuration whose conversation it became, "" if none had been waiting for one. NULL
    before the confirmation, and for those that earlier versions confirmed.
    """

    id = fields.IntField(primary_key=True)
    channel = fields.CharField(max_length=32)
    conversation = fields.CharField(max_length=160)
    name = fields.CharField(max_length=160)
    code = fields.CharField(max_length=8)
    bound_by = fields.CharField(max_length=64)
    bound_at = MomentField()
    confirmed_by = fields.CharField(max_length=64, null=True)
    confirmed_at = MomentField(null=True)
    group_id = fields.CharField(max_length=160, null=True)

    class Meta:
        table = "groups"
        unique_together = (("channel", "conversation"),)


class Form(Model):
    """A document with a number of its own: forms in Word, and the archive's bundles.

    `key` identifies its subject: "12/1" for the first cycle of incident 12, a month, a shift. A document that is made
    again keeps its number, and `edition` counts up. `file` is the id of the newest edition's file.
    """

    id = fields.IntField(primary_key=True)
    kind = fields.CharField(max_length=16)
    year = fields.IntField()
    serial = fields.IntField()
    key = fields.CharField(max_length=64)
    incident = fields.IntField(null=True)
    file = fields.IntField()
    edition = fields.IntField(db_default=1)
    made_by = fields.CharField(max_length=64)
    made_at = MomentField()

    class Meta:
        table = "forms"
        unique_together = (("kind", "key"), ("kind", "year", "serial"))
        indexes = (Index(fields=("incident",)),)


class LibraryCase(Model):
    """An incident in the case library: how many terms its texts have, and whether it has ended."""

    incident = fields.IntField(primary_key=True, generated=False)
    size = fields.IntField()
    ended = fields.BooleanField()

    class Meta:
        table = "library_cases"


class LibraryTerm(Model):
    """The inverted index of the case library: a term, and an incident whose texts contain it."""

    id = fields.BigIntField(primary_key=True)
    term = fields.CharField(max_length=32)
    incident = fields.IntField()

    class Meta:
        table = "library_terms"
        unique_together = (("term", "incident"),)
        indexes = (Index(fields=("incident",)),)


class Swap(Model):
    """A swap: the taker takes over the giver's shift of a roster, which begins at `shift_at`. The newest one counts.

    `state` is "asked" until the taker agrees, and without effect until then. Afterwards it is "agreed", "declined",
    "withdrawn", "lapsed" if the shift began without an answer, or "overtaken" by another swap. `by` and `at` belong to
    the last change of the state.
    """

    id = fields.IntField(primary_key=True)
    shift_at = MomentField()
    roster = fields.CharField(max_length=32, db_default="")
    giver = fields.CharField(max_length=64)
    taker = fields.CharField(max_length=64)
    state = fields.CharField(max_length=16, db_default="agreed")
    by = fields.CharField(max_length=64)
    at = MomentField()

    class Meta:
        table = "swaps"
        indexes = (Index(fields=("shift_at",)), Index(fields=("state",)))
