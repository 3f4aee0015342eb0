"""Who may say what: a table of utterance, role and relation to the incident, for handlers, help and documents.

A role counts for every matter, a relation for the matters that a person has it to. People whom a matter is about, and
their department, may say what is marked `even_concerned`, also where the matter is no longer theirs, and nothing else;
people who answer to them may not say what `decides`.
Where it is about everybody at the desk, the people who are called instead may do what the desk does.
"""

from collections.abc import Callable, Collection
from typing import Literal, NamedTuple

from handlers.rules.incident.case import Case
from handlers.rules.people import recusal
from handlers.rules.people.institution import ROLES, Person
from handlers.rules.refusal import Refusal

Relation = Literal["department", "head", "helper", "forwarder", "signer", "drafter", "author"]
"""Answers for its department · heads it · helps · forwarded it · is asked to sign · drafted its text · spoke last."""

DESK_ROLES = recusal.DESK_ROLES
LEADERS = recusal.LEADERS
SIGNING = ("head", "leader", "chief", "office")
"""The roles that a regime may ask for a signature."""


class May(NamedTuple):
    """Who may: people with one of `roles` or one of `relations`; `refusal` names the sentence for others.

    What `decides` closes, strikes, merges, moves or judges the matter.
    """

    roles: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    refusal: str = "common.not_yours"
    even_concerned: bool = False
    decides: bool = False


_ANYONE = May(ROLES, even_concerned=True)
_WORKERS = May(DESK_ROLES, ("department",))
_WATCHERS = May((*DESK_ROLES, *LEADERS), ("department",))
_MENDERS = May((*DESK_ROLES, "chief"), (), "failures.not_allowed")
_JUDGES = May((*DESK_ROLES, *LEADERS))

PERMISSIONS: dict[str, May] = {
    "forward": _ANYONE,
    "hand_down": _JUDGES._replace(refusal="hand_down.not_allowed"),
    "hand_up": May((), ("department",), "unit.not_its_own"),
    "take_over": _JUDGES._replace(refusal="unit.office_only", decides=True),
    "give_back": _JUDGES._replace(refusal="unit.office_only", decides=True),
    "unit_report": _ANYONE._replace(even_concerned=False),
    "acknowledge": May((), ("department",), "acknowledge.not_yours"),
    "bounce": May((), ("department",), "bounce.not_yours"),
    "plan": _WORKERS._replace(refusal="plan.not_yours"),
    "reply": _WORKERS._replace(refusal="reply.not_yours"),
    "approve": May((), ("signer",), "approve.role"),
    "cosign": May(DESK_ROLES, ("signer", "drafter"), "cosign.not_allowed"),
    "uncosign": May(LEADERS, (), "cosign.leaders_only", decides=True),
    "superior_approval": May(DESK_ROLES, (), "superior_approval.not_allowed"),
    "publish": _WORKERS._replace(refusal="publish.not_yours"),
    "stand": _WORKERS,
    "gone": _WATCHERS._replace(even_concerned=True),
    "resolve": _WORKERS._replace(refusal="resolve.not_yours", decides=True),
    "unanswerable": _WORKERS._replace(refusal="unanswerable.not_yours", decides=True),
    "extend": _WORKERS._replace(refusal="extend.not_yours"),
    "assign": May((*DESK_ROLES, *LEADERS), ("head",), "assign.not_allowed", decides=True),
    "lead": May((*DESK_ROLES, *LEADERS), ("head",), "assign.not_allowed", decides=True),
    "propose": May(DESK_ROLES, (), "propose.not_allowed", decides=True),
    "instruct": May((*LEADERS, "office"), (), "instruct.not_allowed", decides=True),
    "verify": _WORKERS._replace(decides=True),
    "kind": _WATCHERS,
    "positive": _JUDGES._replace(refusal="positive.not_allowed", decides=True),
    "origin": _JUDGES._replace(refusal="origin.not_allowed"),
    "follow_up": May((*DESK_ROLES, *LEADERS), ("department", "helper"), even_concerned=True),
    "progress": _WATCHERS,
    "heat": _WATCHERS,
    "track": _JUDGES._replace(refusal="track.not_allowed", decides=True),
    "calm": _WATCHERS._replace(decides=True),
    "contact": May((*DESK_ROLES, *LEADERS), ("department", "helper")),
    "lapse": May(LEADERS, (), "lapse.not_allowed", decides=True),
    "team": May(("office", *LEADERS), (), "team.not_allowed", decides=True),
    "spokesman": May(("office", *LEADERS), (), "team.not_allowed", decides=True),
    "response_level": May(LEADERS, (), "response_level.not_allowed", decides=True),
    "confer": _JUDGES._replace(refusal="confer.not_allowed", decides=True),
    "minutes": _JUDGES._replace(refusal="confer.not_allowed", decides=True),
    "inquiry": _WATCHERS,
    "wording": _WATCHERS,
    "settled_wording": _ANYONE._replace(even_concerned=False),
    "expert": _JUDGES._replace(refusal="expert.not_allowed"),
    "press_answer": _ANYONE._replace(even_concerned=False),
    "action": _JUDGES._replace(refusal="action.not_allowed", decides=True),
    "acted": _ANYONE,
    "issue": _JUDGES._replace(refusal="issue.not_allowed", decides=True),
    "case_read": _ANYONE,
    "topic": _WATCHERS,
    "link": _JUDGES._replace(refusal="link.not_allowed"),
    "call_back": _JUDGES._replace(refusal="call_back.not_allowed", decides=True),
    "escalate": _WATCHERS,
    "superior": _WATCHERS,
    "concern": May((*DESK_ROLES, *LEADERS), (), "concern.not_allowed"),
    "transfer": May(("office", *LEADERS), (), "transfer.not_allowed", decides=True),
    "merge": _JUDGES._replace(refusal="merge.not_allowed", decides=True),
    "unite": _JUDGES._replace(refusal="merge.not_allowed", decides=True),
    "withdraw": May(DESK_ROLES, ("forwarder",), "withdraw.not_allowed", decides=True),
    "reopen": _JUDGES._replace(refusal="reopen.not_allowed"),
    "note": _ANYONE,
    "undo": May((), ("author",), "undo.nothing", even_concerned=True),
    "delegate": May(SIGNING, (), "delegate.not_allowed"),
    "leave": _ANYONE,
    "explain": _ANYONE,
    "timeline": _ANYONE,
    "evidence": _ANYONE,
    "part": May((), ("helper",), "part.not_yours"),
    "collect": May((*DESK_ROLES, *LEADERS), ("department", "helper")),
    "form": May((*DESK_ROLES, *LEADERS), ("department", "helper")),
    "archive": May((*DESK_ROLES, *LEADERS), ("department", "helper")),
    "check_in": _ANYONE,
    "roster": _ANYONE,
    "key_period": May(("office", *LEADERS), (), "key_period.not_allowed"),
    "swap": _ANYONE,
    "attach": _ANYONE,
    "bind": _ANYONE,
    "lookup": _ANYONE,
    "todo": _ANYONE,
    "digest": _ANYONE,
    "ledger": _ANYONE,
    "failures": _MENDERS,
    "resend": _MENDERS,
    "retry": _MENDERS,
    "help": _ANYONE,
}


def relations(case: Case, person: Person, keep: Callable[[Person], bool] = lambda _: True) -> frozenset[Relation]:
    """Return a person's relations to an incident, but "signer", "drafter" and "author": requests and commands tell.

    `keep` says whose place counts of those for whom the person acts, and whether their own does.
    """
    incident = case.incident
    selves = [one for one in case.selves(person) if one.department and keep(one)]
    own = [one for one in selves if one.department == incident.department]
    holds: dict[Relation, bool] = {
        "department": bool(own),
        "head": any(one.has("head") for one in own),
        "helper": any(one.department in incident.helpers for one in selves),
        "forwarder": incident.forwarded_by == person.id and keep(person),
    }
    return frozenset(relation for relation, stands in holds.items() if stands)


def permit(case: Case, person: Person, utterance: str) -> None:
    """Raise Refusal if the person may not say this about the incident."""
    rule = PERMISSIONS[utterance]
    if case.concerns(person) and not _hands_up(case, person, utterance):
        if rule.even_concerned:
            return
        raise Refusal("concern.yourself", case=case)
    by_role = person.has(*rule.roles) or _called_for_the_desk(case, person, rule)
    if not (by_role or relations(case, person) & {*rule.relations}):
        raise Refusal(rule.refusal, case=case)
    if not rule.even_concerned and case.incident.about and not case.concerns(person):
        _must_be_impartial(case, person, rule, by_role)


def _must_be_impartial(case: Case, person: Person, rule: May, by_role: bool) -> None:
    """Raise Refusal if the person acts for somebody whom the matter is about, or decides on somebody above them."""
    if not _through(case, person, rule, by_role, lambda one: not case.concerns(one)):
        raise Refusal("concern.yourself", case=case)
    if rule.decides and not _through(case, person, rule, by_role, case.may_decide):
        people = recusal.desk(case.incident.about, case.institution)
        raise Refusal("concern.superior", case=case, people=people)


def _through(case: Case, person: Person, rule: May, by_role: bool, keep: Callable[[Person], bool]) -> bool:
    """Return whether the person may say it, if only people to `keep` count, themselves and those they act for."""
    return keep(person) and (by_role or bool(relations(case, person, keep) & {*rule.relations}))


def _called_for_the_desk(case: Case, person: Person, rule: May) -> bool:
    """Return whether the person is called at the desk for this matter, which is about the people of the desk."""
    about = case.incident.about
    return bool({*rule.roles} & {*DESK_ROLES}) and bool(about) and person in recusal.desk(about, case.institution)


def _hands_up(case: Case, person: Person, utterance: str) -> bool:
    """Return whether the person transfers to a superior body what is about everybody."""
    about = case.incident.about
    everybody = utterance == "transfer" and recusal.everybody(about, case.institution)
    return everybody and person in recusal.remaining(about, case.institution)


def permit_undo(case: Case, person: Person, kinds: Collection[str]) -> None:
    """Raise Refusal if the person would strike or clear, by undoing their last command, a matter that is about them."""
    if case.concerns(person) and {"opened", "joined", "concern"} & {*kinds}:
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
        "drafter": has_department or bool({*roles} & {*DESK_ROLES}),
        "author": True,
    }
    return bool({*roles} & {*rule.roles}) or any(reach[relation] for relation in rule.relations)
