"""A chain of approval that cannot be signed is refused at start, with the line and the remedy."""

import pytest

from bot.config import ConfigError, parse_installation
from handlers.rules.regime.regime_file import load
from handlers.rules.regime.regime_parts import RegimeError
from tests.support.cases import STANDARD
from tests.support.story import DEMONSTRATION

TEXT = STANDARD.read_text(encoding="utf-8")
CONFIG = DEMONSTRATION.read_text(encoding="utf-8")
ONE = '[[approval]]\nby = ["leader", "chief"]'


@pytest.mark.parametrize(
    ("steps", "complaint"),
    [
        ('[[approval]]\nneeds = "all"', "a signature that nobody may give"),
        ('[[approval]]\nby = ["leader"]\nneeds = "all"', '"all" of one'),
        ('[[approval]]\nby = ["leader", "leader"]', "is there twice"),
        ('[[approval]]\nby = ["leader"]\nneeds = "both"', "Invalid enum value 'both'"),
        ('[[approval]]\nby = ["leader"]\nkinds = ["complain"]', "Invalid enum value 'complain'"),
        ('[[approval]]\nby = ["leader"]\ntiers = ["major"]', "a reply of the tier general may go out"),
        ('[[approval]]\nby = ["leader"]\nwords = ["涉密"]', "a reply of the tier general may go out"),
        (f'{ONE}\n\n[[approval]]\nby = ["chief"]\nwords = [" "]', "an empty word is in every text"),
        (f'{ONE}\n\n[plan]\nby = []', "a signature that nobody may give"),
        (f'{ONE}\n\n[office.secrecy]\nnames = []', "an office that is nobody"),
    ],
)  # fmt: skip
def test_it_is_refused_with_its_line(steps: str, complaint: str) -> None:
    with pytest.raises(RegimeError, match=r"regime(, line \d+)?: ") as refused:
        load(TEXT.replace(ONE, steps, 1))
    assert complaint in str(refused.value)


def test_each_tier_may_have_steps_of_its_own() -> None:
    general = '[[approval]]\nby = ["office"]\ntiers = ["general"]'
    steps = f'{general}\n\n[[approval]]\nby = ["chief"]\ntiers = ["major", "critical"]'
    assert len(load(TEXT.replace(ONE, steps, 1)).approval) == 2


def installed(keys: str, text: str = CONFIG, regime: str = "standard") -> None:
    own = text.replace("[web]\n", f"[override]\n{keys}\n\n[web]\n")
    parse_installation(own.replace('regime = "standard"', f'regime = "{regime}"'), DEMONSTRATION)


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ('approval = [{ of = ["保密办"] }]', '"保密办", and there is no such department: add it as [[department]]'),
        (
            'approval = [{ of = ["secrecy"] }]\noffice = { secrecy = { names = ["保密办", "机要科"] } }',
            '"保密办", "机要科", and there is no such department',
        ),
        ('plan = { of = ["保密办"] }', "the signature of a plan is given by"),
    ],
)
def test_an_office_that_is_not_there(keys: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as refused:
        installed(keys)
    assert complaint in str(refused.value)
    assert "alias" in str(refused.value)


def test_two_signatures_need_two_people() -> None:
    only = CONFIG.replace('roles = ["leader"]\ndeputy', 'roles = ["liaison"]\ndepartment = "总务处"\ndeputy')
    only = only.replace(
        'name = "孙副校长"\nroles = ["leader"]', 'name = "孙副校长"\nroles = ["liaison"]\ndepartment = "总务处"'
    )
    only = only.replace('roles = ["chief"]', 'roles = ["chief", "leader"]')
    with pytest.raises(ConfigError) as refused:
        installed('approval = [{ by = ["leader", "chief"], needs = "all" }]', only)
    assert "signature 1 of a reply takes 2 people" in str(refused.value)


def test_an_office_under_another_name_or_replaced_by_roles() -> None:
    installed('approval = [{ of = ["学生处"] }]')  # an alias
    installed('approval = [{ of = ["x"] }]\noffice = { x = { names = ["无此处"], otherwise = ["office"] } }')
    installed("", regime="university")
