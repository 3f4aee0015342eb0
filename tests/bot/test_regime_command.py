"""`regime show`, `diff` and `explain` on the command line, checked against the regimes' articles."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.__main__ import main

ROOT = Path(__file__).parents[2]


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


Huiyin = Callable[..., Done]


@pytest.fixture
def huiyin(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Huiyin:
    """Run the command line as from the project's directory; return its status and what it printed."""
    monkeypatch.chdir(ROOT)

    def run(*arguments: str) -> Done:
        return Done(main(list(arguments)), *capsys.readouterr())

    return run


def test_explain_before_the_national_day(huiyin: Huiyin) -> None:
    done = huiyin("regime", "explain", "--regime", "standard", "--found", "2026-09-30 16:00")
    assert done.returncode == 0, done.stderr
    # Three days: Oct 1, 2, 3. The third is in the holiday until the 7th (State Council's calendar): Thursday the 8th.
    assert "【办结】10-08（周四）24:00 到期：规则“3天”，依据《民法典》第200、201、203条" in done.stdout
    assert "当日不计，计 3 天：10-01（周四）、10-02（周五）、10-03（周六）" in done.stdout
    assert "末日 10-03（周六） 是休息日，顺延到 10-08（周四）（第203条）" in done.stdout


def test_explain_in_english(huiyin: Huiyin) -> None:
    done = huiyin("regime", "explain", "--language", "en", "--found", "2026-11-27 16:50")
    assert "[same-day reply] due Fri 27 Nov 24:00" in done.stdout
    assert "[acknowledge] due Fri 27 Nov 17:20" in done.stdout


def test_explain_from_the_posting(huiyin: Huiyin) -> None:
    arguments = ("regime", "explain", "--regime", "park", "--found", "2026-11-23 10:05")
    done = huiyin(*arguments, "--posted", "2026-11-21 10:00")
    assert "11-21（周六）10:00 发帖，11-23（周一）10:05 发现" in done.stdout
    # Sunday, Monday, Tuesday: from the posting.
    assert "【答复】11-24（周二）24:00 到期" in done.stdout
    assert "发帖时间不详，自发现 11-23 10:05 起，当日不计，计 3 天：11-24（周二）" in huiyin(*arguments).stdout
    shown = huiyin("regime", "show", "park", "--language", "en").stdout
    assert "answers the public within 3 d of the posting (from the find where the posting time is not known" in shown
    assert "granted by the leader or chief: 5 d in all from the posting" in shown


def test_explain_by_kind(huiyin: Huiyin) -> None:
    arguments = ("regime", "explain", "--regime", "tiered", "--found", "2026-11-23 10:05")
    done = huiyin(*arguments, "--kind", "complaint")
    assert "分级时限规则，投诉举报，重大，11-23（周一）10:05 发现" in done.stdout
    assert "【答复】11-25（周三）24:00 到期" in done.stdout  # two working days: Tuesday, Wednesday
    assert "投诉举报，特别重大，" in huiyin(*arguments, "--kind", "complaint", "--tier", "critical").stdout
    assert "类别为投诉举报、信息失实，或值守台或领导认定的，为重大" in huiyin("regime", "show", "tiered").stdout
    assert (
        "by kind (complaint, disputed facts), or on the word of the desk or a leader"
        in huiyin("regime", "show", "tiered", "--language", "en").stdout
    )


@pytest.mark.parametrize(
    ("language", "found", "due"),
    [
        ("zh", "09-30（周三）00:00 发现", "【当日回复】09-30（周三）24:00 到期"),
        ("en", "found Wed 30 Sep 00:00", "[same-day reply] due Wed 30 Sep 24:00"),
    ],
)
def test_a_find_at_midnight_begins_its_day_and_a_due_time_ends_it(
    huiyin: Huiyin, language: str, found: str, due: str
) -> None:
    done = huiyin("regime", "explain", "--language", language, "--found", "2026-09-30")
    assert found in done.stdout.splitlines()[0]
    assert due in done.stdout


@pytest.mark.parametrize("language", ["zh", "en"])
def test_show_and_diff(huiyin: Huiyin, language: str) -> None:
    shown = huiyin("regime", "show", "standard", "--language", language)
    assert shown.returncode == 0
    assert ("可以延长，自发现起总共不超过5天" if language == "zh" else "5 d in all from the find") in shown.stdout
    same = huiyin("regime", "diff", "standard", "standard")
    assert same.stdout.strip() == ""


def test_a_typing_slip_is_refused_with_its_line(huiyin: Huiyin, tmp_path: Path) -> None:
    standard = (ROOT / "handlers/regimes/standard.toml").read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(standard.replace('period = "3d"', 'perid = "3d"', 1), encoding="utf-8")
    line = 1 + standard[: standard.index('period = "3d"')].count("\n")
    done = huiyin("regime", "show", str(own))
    assert done.returncode == 2
    assert f"own.toml, line {line}: " in done.stderr
    assert "perid" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("show", "nope"), "there is no such regime; there are: "),
        (("explain", "--found", "yesterday"), 'write the time of the find as --found "2026-09-30 16:00"'),
        (("explain", "--found", "2026-11-23", "--posted", "last week"), 'the posting as --posted "2026-09-30 16:00"'),
        (("explain", "--found", "2026-11-23", "--posted", "2026-11-24"), "the posting is later than the find"),
        (("diff", "standard"), "name 2 regimes"),
    ],
)
def test_bad_input_is_refused_with_the_remedy(huiyin: Huiyin, arguments: tuple[str, ...], remedy: str) -> None:
    done = huiyin("regime", *arguments)
    assert done.returncode == 2
    assert remedy in done.stderr


@pytest.mark.parametrize("words", [("show", "--language", "en", "township"), ("--language", "en", "show", "township")])
def test_options_stand_before_or_behind_the_names(huiyin: Huiyin, words: tuple[str, ...]) -> None:
    done = huiyin("regime", *words)
    assert done.returncode == 0, done.stderr
    assert done == huiyin("regime", "show", "township", "--language", "en")
    assert done.stdout.startswith("Township: rules (township)")
