"""The tier of a matter: by heat, words in the post, a superior's instruction. It rises and never falls."""

from collections.abc import Callable

from msgspec import Struct

from handlers.rules.regime.regime import Regime, higher
from handlers.rules.regime.regime_parts import Tier


class Heat(Struct, frozen=True):
    """How far a post has spread; a number that was not counted is None."""

    views: int | None = None
    comments: int | None = None
    reposts: int | None = None


def by_heat(regime: Regime, heat: Heat) -> Tier:
    """Return the highest tier of which one number is reached."""
    return _highest(regime, lambda tier: _hot(regime, tier, heat))


def by_words(regime: Regime, text: str) -> Tier:
    """Return the highest tier of which the post has a word."""
    lowered = text.casefold()
    return _highest(regime, lambda tier: any(word.casefold() in lowered for word in regime.tier[tier].keywords))


def by_superior(regime: Regime) -> Tier:
    """Return the tier to which a superior's instruction raises a matter."""
    return _highest(regime, lambda tier: regime.tier[tier].superior)


def manual(regime: Regime) -> tuple[Tier, ...]:
    """Return the tiers to which a person may raise a matter."""
    return tuple(tier for tier in regime.tiers if tier != "general" and regime.tier[tier].manual)


def next_above(regime: Regime, tier: str) -> Tier | None:
    """Return the tier to which a matter rises if it does not calm; None at the highest."""
    return next((above for above in regime.tiers if higher(above, tier)), None)


def _highest(regime: Regime, reached: Callable[[Tier], bool]) -> Tier:
    found: Tier = "general"
    for tier in regime.tiers:
        if tier != "general" and reached(tier):
            found = tier
    return found


def _hot(regime: Regime, tier: Tier, heat: Heat) -> bool:
    rule = regime.tier[tier]
    limits = ((rule.views, heat.views), (rule.comments, heat.comments), (rule.reposts, heat.reposts))
    return any(limit is not None and count is not None and count >= limit for limit, count in limits)
