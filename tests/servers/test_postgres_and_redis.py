"""Stories on PostgreSQL and Debian's Redis, run in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers import pgbouncer, pgbouncer_binary, postgres, postgres_binaries, redis, redis_binary

ROOT = Path(__file__).parents[2]
TALK = [
    "tests/stories/test_main_loop.py::test_from_the_forwarded_post_to_the_result",
    "tests/stories/test_extension.py::test_approved_it_is_due_later_and_the_ladder_starts_over",
    "tests/stories/test_approval_ways.py::test_by_quoting",
    "tests/stories/test_approval_ways.py::test_a_decided_request_is_not_decided_again",
    "tests/storage/test_inbox.py",
    "tests/storage/test_outbox.py",
    "tests/stories/test_failed_and_done_again.py::test_a_send_that_is_unknown_is_told_and_sent_again_with_its_mark",
]
MORE_TALK = [
    "tests/stories/test_main_loop.py",
    "tests/bot/test_killed_while_sending.py",
    "tests/stories/test_failed_and_done_again.py",
    "tests/storage/test_overruns.py",
]
"""What `make test-long` plays besides."""
RECORDS = [
    "tests/stories/test_case_library.py::test_it_is_found_by_words_and_shows_how_it_ended",
    "tests/stories/test_case_library.py::test_a_new_matter_shows_its_precedent",
    "tests/stories/test_retention.py::test_after_three_years_the_texts_are_gone",
    "tests/stories/test_nothing_left.py::test_of_a_matter_that_is_erased_nothing_is_left",
    "tests/stories/test_swaps.py::test_unanswered_it_is_reminded_of_and_lapses_when_the_shift_begins",
    "tests/stories/test_on_duty.py::test_the_change_brings_a_report",
    "tests/stories/test_summary_by_itself.py::test_its_lessons_are_found_later",
    "tests/stories/test_forms.py::test_numbers_have_no_gaps_and_stay",
]


LONG = pytest.mark.long
POOLED = ["tests/stories/test_main_loop.py::test_from_the_forwarded_post_to_the_result"]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "stories",
    [TALK, RECORDS[::2], pytest.param(RECORDS[1::2], marks=LONG), pytest.param(MORE_TALK, marks=LONG)],
    ids=["talk", "records", "more records", "more talk"],
)
def test_the_stories_are_the_same_there(stories: list[str]) -> None:
    postgres_binaries()
    redis_binary()
    with postgres() as database, redis() as address:
        play(stories, HUIYIN_TEST_DATABASE=database, HUIYIN_TEST_REDIS=address)


@pytest.mark.timeout(300)
def test_they_are_the_same_behind_a_pooler_of_transactions() -> None:
    postgres_binaries()
    pgbouncer_binary()
    with postgres() as database, pgbouncer(database) as pooler:
        play(POOLED, HUIYIN_TEST_DATABASE=database, HUIYIN_TEST_POOLER=pooler)


def play(stories: list[str], **servers: str) -> None:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-x", *stories]
    environment = {**os.environ, **servers}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
