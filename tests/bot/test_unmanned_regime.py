"""A regime that needs people whom the institution does not have is refused at start."""

import pytest

from bot.config import ConfigError, parse_installation
from tests.support.story import DEMONSTRATION

TEXT = DEMONSTRATION.read_text(encoding="utf-8")


def without(role: str, regime: str) -> str:
    text = TEXT.replace('regime = "standard"', f'regime = "{regime}"')
    return text.replace(f'roles = ["{role}"]', 'roles = ["liaison"]\ndepartment = "总务处"')


@pytest.mark.parametrize(
    ("role", "regime", "complaint"),
    [
        ("office", "hospital", "nobody can give signature 2 of a reply"),
        ("officer", "township", "the regime asks something of the officer"),
    ],
)
def test_it_is_refused_with_the_remedy(role: str, regime: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint) as refused:
        parse_installation(without(role, regime), DEMONSTRATION)
    assert "give a person" in str(refused.value)


def test_every_regime_suits_the_demonstration() -> None:
    from bot.config import regime_files

    for name in regime_files():
        parse_installation(TEXT.replace('regime = "standard"', f'regime = "{name}"'), DEMONSTRATION)
