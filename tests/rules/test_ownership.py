"""Who owns a matter: what a return ends, and what the desk owes then."""

from datetime import timedelta

from msgspec.structs import replace

from handlers.rules.incident.ownership import bounce
from handlers.rules.regime.regime_file import load
from tests.support.cases import FOUND, STANDARD, Row, case, draft, later, person, request

COMPANY = load((STANDARD.parent / "company.toml").read_text(encoding="utf-8"))


def test_a_return_ends_what_waits_for_a_signature_on_the_departments_words() -> None:
    waiting = (request(1), request(2, kind="remedy", subject={"result": "x"}), request(3, kind="withdrawal"))
    decision = bounce(case(waiting, (draft(),)), person("wang"), "不归我们管", FOUND)
    assert [(change.id, change.state) for change in decision.decided] == [(1, "superseded"), (2, "superseded")]
    asked = case(waiting, (draft(),), holder="approver:qian")
    assert (
        bounce(asked, person("wang"), "不归我们管", FOUND).changes["holder"] == "approver:qian"
    )  # the withdrawal waits
    alone = replace(asked, requests=waiting[:2])
    assert bounce(alone, person("wang"), "不归我们管", FOUND).changes["holder"] == "desk"


def test_a_return_makes_the_desk_assign_again_and_only_once() -> None:
    given = replace(case(regime=COMPANY), duties=[])
    asked = bounce(given, person("wang"), "不归我们管", later(hours=1)).opened
    assert [(duty.kind, duty.owner, duty.due.at - FOUND) for duty in asked] == [("assign", "desk", timedelta(hours=3))]
    owed = Row({"id": 9, "kind": "assign", "owner": "desk", "state": "open", "due_at": later(hours=2)})
    assert bounce(replace(given, duties=[owed]), person("wang"), "不归我们管", FOUND).opened == ()
