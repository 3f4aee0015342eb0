"""Read an extension that names its last day: `到周五 等检测报告`, `until Friday, lab report`."""

import re
from datetime import datetime

from handlers.rules.incident.case import Case
from handlers.rules.incident.duties import extendable, latest
from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.refusal import Refusal
from handlers.rules.time.periods import Period, PeriodError
from handlers.rules.time.promises import moment

DAY = LazyPattern(
    r"\s*(?:延?到|至|until |till |to |by )\s*"
    r"(?P<day>[^\s,，。;；:：]{1,14}?(?: \d{1,2}(?!\d|:\d))?(?: (?:at )?\d{1,2}:\d{2})?)"
    r"(?:为止|止)?(?=$|[\s,，。;；:：])",
    re.IGNORECASE,
)
"""A day behind a word for "until", as it stands before the reason."""


def until_day(case: Case, words: str, now: datetime) -> tuple[Period, str]:
    """Return the period in days until the named day, and the reason behind it. Refusal if no later day is named.

    The days are counted from the day on which the extended duty is due, local time.
    """
    found = DAY.match(normalize(words))
    duties = extendable(case)
    calendar = case.institution.calendar
    until = moment(_limit(found["day"]), now, calendar) if found else None
    if found is None or until is None:
        raise Refusal("extend.period", case=case)
    due = duties[0].due_at if duties else now
    days = (calendar.day_ending(until) - calendar.day_ending(due)).days
    if days <= 0:
        raise Refusal("extend.period", case=case)
    try:
        period = Period("d", days)
    except PeriodError as error:
        limit = latest(case).at
        raise Refusal("extend.limit", case=case, latest=limit, asked=until, room=limit > due) from error
    return period, words[found.end() :].strip(" ,，。;；:：")


def _limit(day: str) -> str:
    """Return a named day as the limit that promises are read with."""
    return f"by {day}" if day.isascii() and day[:1].isalpha() else f"{day}前"
