"""docs/demands.md tells of every demand of the rule books which story shows it."""

from tests.support.each import for_each
from tools.demands import ROOT, Demand, demands, line_of, page, shown


def test_it_is_as_the_stories_are_marked() -> None:
    assert (ROOT / "docs" / "demands.md").read_text(encoding="utf-8") == page(), "python -m tools.demands docs"


def test_each_demand_has_a_name_of_its_own() -> None:
    ids = [one.id for one in demands()]
    assert len({*ids}) == len(ids)


def test_no_story_shows_a_demand_that_is_not_listed() -> None:
    assert {*shown()} <= {one.id for one in demands()}


@for_each("demand", [one for one in demands() if one.line])
def test_the_regime_says_it(demand: Demand) -> None:
    assert line_of(demand)
