"""Who may say what: a table of utterance, role and relation to the incident, for handlers, help and documents.

A role counts for every matter, a relation for the matters that a person has it to. People whom a matter is about may
say only what is marked `even_concerned`.
"""

from typing import Literal, NamedTuple

from handlers.rules.incident.case import Case
from handlers.rules.people.institution import ROLES, Person
from handlers.rules.refusal import Refusal

Relation = Literal["department", "head", "helper", "forwarder", "signer", "author"]
RELATIONS: tuple[Relation, ...] = ("department", "head", "helper", "forwarder", "signer", "author")
"""Answers for its department · heads it · helps · forwarded it · is asked to sign · gave the last command in it."""

DESK_ROLES = ("office", "officer")
LEADERS = ("leader", "chief")
SIGNING = ("head", "leader", "chief", "office")
"""The roles that a regime may ask for a signature."""


class May(NamedTuple):
    """Who may: people with one of `roles` or one of `relations`; `refusal` names the sentence for others."""

    roles: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    refusal: str = "common.not_yours"
    even_concerned: bool = False


_ANYONE = May(ROLES, even_concerned=True)
_WORKERS = May(DESK_ROLES, ("department",))
_WATCHERS = May((*DESK_ROLES, *LEADERS), ("department",))
_JUDGES = May((*DESK_ROLES, *LEADERS))

PERMISSIONS: dict[str, May] = {
    "forward": _ANYONE,
    "acknowledge": May((), ("department",), "acknowledge.not_yours", even_concerned=True),
    "bounce": May((), ("department",), "bounce.not_yours", even_concerned=True),
    "reply": _WORKERS._replace(refusal="reply.not_yours", even_concerned=True),
    "approve": May((), ("signer",), "approve.role"),
    "publish": _WORKERS._replace(refusal="publish.not_yours", even_concerned=True),
    "resolve": _WORKERS._replace(refusal="resolve.not_yours"),
    "unanswerable": _WORKERS._replace(refusal="unanswerable.not_yours"),
    "extend": _WORKERS._replace(refusal="extend.not_yours"),
    "assign": May((*DESK_ROLES, *LEADERS), ("head",), "assign.not_allowed"),
    "lead": May((*DESK_ROLES, *LEADERS), ("head",), "assign.not_allowed"),
    "instruct": May((*LEADERS, "office"), (), "instruct.not_allowed"),
    "verify": _WORKERS,
    "kind": _WATCHERS,
    "follow_up": May((*DESK_ROLES, *LEADERS), ("department", "helper"), even_concerned=True),
    "progress": _WATCHERS,
    "heat": _WATCHERS,
    "escalate": _WATCHERS,
    "superior": _WATCHERS,
    "concern": May((*DESK_ROLES, *LEADERS), (), "concern.not_allowed"),
    "transfer": May(("office", *LEADERS), (), "transfer.not_allowed"),
    "merge": _JUDGES._replace(refusal="merge.not_allowed"),
    "withdraw": May(DESK_ROLES, ("forwarder",), "withdraw.not_allowed"),
    "reopen": _JUDGES._replace(refusal="reopen.not_allowed"),
    "note": _ANYONE,
    "undo": May((), ("author",), "undo.nothing", even_concerned=True),
    "delegate": May(SIGNING, (), "delegate.not_allowed"),
    "leave": _ANYONE,
    "explain": _ANYONE,
    "timeline": _ANYONE,
    "evidence": _ANYONE,
    "form": May((*DESK_ROLES, *LEADERS), ("department", "helper")),
    "archive": May((*DESK_ROLES, *LEADERS), ("department", "helper")),
    "check_in": _ANYONE,
    "roster": _ANYONE,
    "swap": _ANYONE,
    "attach": _ANYONE,
    "bind": _ANYONE,
    "lookup": _ANYONE,
    "todo": _ANYONE,
    "digest": _ANYONE,
    "ledger": _ANYONE,
    "help": _ANYONE,
}


def relations(case: Case, person: Person, *, judging: bool = False) -> frozenset[Relation]:
    """Return a person's relations to an incident, but "signer" and "author", which depend on a request and a command.

    For `judging` nobody stands in for a person or a department that the matter is about.
    """
    incident = case.incident
    selves = [one for one in case.selves(person) if one.department and not (judging and not _uninvolved(case, one))]
    own = [one for one in selves if one.department == incident.department]
    holds: dict[Relation, bool] = {
        "department": bool(own),
        "head": any(one.has("head") for one in own),
        "helper": any(one.department in incident.helpers for one in selves),
        "forwarder": incident.forwarded_by == person.id,
    }
    return frozenset(relation for relation, stands in holds.items() if stands)


def _uninvolved(case: Case, person: Person) -> bool:
    return not (case.concerns(person) or f"department:{person.department}" in case.incident.about)


def permit(case: Case, person: Person, utterance: str) -> None:
    """Raise Refusal if the person may not say this about the incident."""
    rule = PERMISSIONS[utterance]
    by_role = person.has(*rule.roles)
    if not (by_role or relations(case, person) & {*rule.relations}):
        raise Refusal(rule.refusal, case=case)
    if rule.even_concerned:
        return
    if case.concerns(person) or not (by_role or relations(case, person, judging=True) & {*rule.relations}):
        raise Refusal("concern.yourself", case=case)


def may_ever(person: Person, utterance: str) -> bool:
    """Return whether the person may say this about some incident; the help shows only such commands."""
    return may_ever_as(person.roles, utterance, has_department=person.department is not None)


def may_ever_as(roles: tuple[str, ...], utterance: str, *, has_department: bool) -> bool:
    """Return the same as `may_ever` for a person of these roles, with or without a department."""
    rule = PERMISSIONS[utterance]
    reach: dict[Relation, bool] = {
        "department": has_department,
        "head": has_department and "head" in roles,
        "helper": has_department,
        "forwarder": bool({*roles} & {*DESK_ROLES}),
        "signer": bool({*roles} & {*SIGNING}),
        "author": True,
    }
    return bool({*roles} & {*rule.roles}) or any(reach[relation] for relation in rule.relations)
