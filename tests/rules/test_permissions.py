"""The whole permission table: every command, by every role, in every relation to the incident."""

from functools import cache
from itertools import product

from handlers.registry import HANDLERS
from handlers.rules.incident.case import Case
from handlers.rules.incident.permissions import PERMISSIONS, may_ever_as, permit
from handlers.rules.people.institution import ROLES, Person
from handlers.rules.refusal import Refusal
from tests.support.cases import INSTITUTION, case
from tests.support.each import for_each

STANDING = ("none", "department", "head", "helper", "forwarder", "concerned")

# Who may, written by hand: roles for every incident, and relations to it. "*" is everybody.
DESK, LEAD, JUDGES = "officer office", "leader chief", "officer office leader chief"
TABLE = {
    "forward": "*", "note": "*", "leave": "*", "explain": "*", "timeline": "*", "evidence": "*", "check_in": "*",
    "lookup": "*", "todo": "*", "ledger": "*", "attach": "*", "bind": "*", "help": "*",
    "hand_up": "department head", "take_over": JUDGES, "give_back": JUDGES, "unit_report": "*",
    "acknowledge": "department head", "bounce": "department head",
    "plan": f"{DESK} department head", "cosign": DESK, "uncosign": LEAD,
    "reply": f"{DESK} department head", "publish": f"{DESK} department head", "resolve": f"{DESK} department head",
    "stand": f"{DESK} department head", "gone": f"{JUDGES} department head",
    "extend": f"{DESK} department head", "unanswerable": f"{DESK} department head", "verify": f"{DESK} department head",
    "assign": f"{JUDGES} head", "lead": f"{JUDGES} head",
    "instruct": f"office {LEAD}", "propose": DESK, "transfer": f"office {LEAD}",
    "kind": f"{JUDGES} department head", "progress": f"{JUDGES} department head", "heat": f"{JUDGES} department head",
    "escalate": f"{JUDGES} department head", "superior": f"{JUDGES} department head",
    "follow_up": f"{JUDGES} department head helper",
    "part": "helper", "collect": f"{JUDGES} department head helper",
    "form": f"{JUDGES} department head helper", "archive": f"{JUDGES} department head helper",
    "roster": "*", "key_period": f"office {LEAD}", "swap": "*", "digest": "*",
    "failures": f"{DESK} chief", "resend": f"{DESK} chief", "retry": f"{DESK} chief",
    "track": JUDGES, "origin": JUDGES, "positive": JUDGES, "hand_down": JUDGES,
    "superior_approval": DESK, "calm": f"{JUDGES} department head",
    "team": f"office {LEAD}", "spokesman": f"office {LEAD}", "response_level": LEAD, "confer": JUDGES,
    "minutes": JUDGES, "inquiry": f"{JUDGES} department head", "press_answer": "*",
    "wording": f"{JUDGES} department head", "settled_wording": "*", "expert": JUDGES,
    "action": JUDGES, "acted": "*", "issue": JUDGES, "case_read": "*",
    "topic": f"{JUDGES} department head", "link": JUDGES, "lapse": LEAD, "call_back": JUDGES,
    "contact": f"{JUDGES} department head helper",
    "concern": JUDGES, "merge": JUDGES, "unite": JUDGES, "reopen": JUDGES,
    "withdraw": f"{DESK} forwarder",
    "delegate": "head leader chief office",
    "approve": "", "undo": "",  # decided by the request and by the last change: tested in the stories
}  # fmt: skip
EVEN_CONCERNED = {
    "forward", "note", "leave", "explain", "timeline", "evidence", "check_in", "lookup", "todo", "ledger", "attach",
    "roster", "swap", "digest", "bind", "help", "follow_up", "undo", "gone",
    "acted", "case_read",
}  # fmt: skip


@cache
def somebody(role: str, standing: str) -> tuple[Case, Person]:
    """Return a person with a role and a relation to incident 1, whose department is 总务处, with 保卫处 as helper."""
    roles = {"head": (role, "head"), "concerned": (role,)}.get(standing, (role,))
    department = {"department": "总务处", "head": "总务处", "helper": "保卫处"}.get(standing, "财务处")
    person = Person("x", "某人", tuple(dict.fromkeys(roles)), department)  # type: ignore[arg-type]
    about = ["person:x"] if standing == "concerned" else []
    forwarder = "x" if standing == "forwarder" else "zhou"
    return case(helpers=["保卫处"], forwarded_by=forwarder, about=about), person


def allowed(utterance: str, role: str, standing: str) -> bool:
    words = TABLE[utterance].split()
    if standing == "concerned" and utterance not in EVEN_CONCERNED:
        return False
    if standing == "concerned" and utterance in EVEN_CONCERNED:
        return True
    heads = standing == "head" or (role == "head" and standing == "department")
    own_head = heads and "head" in words and utterance != "delegate"
    as_role = role in words and not (role == "head" and utterance != "delegate")
    delegates = utterance == "delegate" and standing == "head"
    return words == ["*"] or as_role or own_head or delegates or (standing in words and standing != "head")


def refused(one: Case, person: Person, utterance: str) -> str | None:
    """Return the name of the refusing sentence, or None."""
    try:
        permit(one, person, utterance)
    except Refusal as refusal:
        return refusal.sentence
    return None


def test_the_table_knows_every_utterance() -> None:
    assert set(PERMISSIONS) == set(HANDLERS) == set(TABLE)


@for_each("utterance", sorted(set(TABLE) - {"approve", "undo"}))
def test_who_may_say_it(utterance: str) -> None:
    for role, standing in product(ROLES, STANDING):
        one, person = somebody(role, standing)
        sentence = refused(one, person, utterance)
        assert (sentence is None) == allowed(utterance, role, standing), (role, standing)
        assert sentence in {None, PERMISSIONS[utterance].refusal, "concern.yourself"}


def test_what_is_about_everybody_the_chief_transfers_and_nothing_else() -> None:
    one = case(about=[f"person:{person.id}" for person in INSTITUTION.people])
    may = {utterance: [p.id for p in INSTITUTION.people if not refused(one, p, utterance)] for utterance in TABLE}
    assert may["transfer"] == ["zhao"]
    assert {utterance for utterance, people in may.items() if people} == EVEN_CONCERNED | {"transfer"}


@for_each("utterance", sorted(TABLE))
def test_the_help_shows_nobody_what_they_can_never_say(utterance: str) -> None:
    for role, standing in product(ROLES, ("none", "department", "head", "helper")):
        one, person = somebody(role, standing)
        if refused(one, person, utterance):
            continue
        assert may_ever_as(person.roles, utterance, has_department=True), (role, standing)
