"""What a department finds and a leader instructs: each begins its own duties."""

import pytest

from handlers.rules.incident.escalation import verify
from handlers.rules.incident.instructing import instruct
from handlers.rules.refusal import Refusal
from handlers.rules.time.periods import parse
from tests.support.cases import FOUND, INSTITUTION, case, person, standard

VERDICTS = ("true", "partly", "untrue", "unknown")


@pytest.mark.parametrize("found", VERDICTS)
def test_a_verdict_begins_the_duties_of_this_verdict_alone(found: str) -> None:
    follow_up = (
        f'[[duty]]\nkind = "follow-up"\nperiod = "2h"\nstarts = "found {found}"\nowner = "department"\n'
        'met_by = "followed up"\n\n[tier.major]'
    )
    one = case(regime=standard(**{"[tier.major]": follow_up}))
    begun = {verdict: verify(one, person("wang"), verdict, "", FOUND).opened for verdict in VERDICTS}
    assert {verdict for verdict, opened in begun.items() if "follow-up" in [duty.kind for duty in opened]} == {found}


def test_an_instruction_says_something() -> None:
    with pytest.raises(Refusal, match=r"instruct\.what"):
        instruct(case(), person("qian"), None, None, "", FOUND)
    assert instruct(case(), person("qian"), None, parse("2d"), "", FOUND).moved
    given = instruct(case(), person("qian"), INSTITUTION.department("保卫处"), None, "请查明", FOUND)
    told = {"from": "总务处", "department": "保卫处", "period": None, "text": "请查明"}
    assert (given.events[0].kind, given.events[0].data) == ("instructed", told)
