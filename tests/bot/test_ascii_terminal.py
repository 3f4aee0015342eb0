"""Every command prints where the terminal takes ASCII only; what it cannot show becomes similar, or a question mark."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli.console import take_every_character
from tests.support.command_line import leave_the_process_alone
from tests.support.story import DEMONSTRATION

COMMANDS = ("run", "chat", "check", "migrate", "verify", "ledger", "archive", "erase", "regime", "rehearse")
ENCODINGS = ("ascii", "gbk", "latin-1")


@pytest.fixture(autouse=True)
def _process(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_the_process_alone(monkeypatch)


@contextmanager
def showing(encoding: str) -> Iterator[io.BytesIO]:
    """Let the commands print to a terminal of this encoding; yield what it gets."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    with stream, redirect_stderr(stream), redirect_stdout(stream):
        yield raw


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_each_command_explains_itself(encoding: str) -> None:
    with showing(encoding) as terminal:
        for command in COMMANDS:
            with pytest.raises(SystemExit) as ended:
                main([command, "--help"])
            assert ended.value.code == 0
            assert b"usage: huiyin " + command.encode() in terminal.getvalue()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_check_and_regime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    monkeypatch.chdir(tmp_path)
    with showing(encoding) as terminal:
        assert main(["check", "--config", str(DEMONSTRATION), "--language", "en"]) == 0
        assert main(["regime", "show", "school", "--config", str(DEMONSTRATION)]) == 0
        assert main(["check", "--config", "不存在.toml"]) == 2
        assert b"Yucai School" in terminal.getvalue()


@pytest.mark.parametrize(("encoding", "marks"), [("ascii", "+ x . ?"), ("gbk", "√ × · ?"), ("latin-1", "+ × · ?")])
def test_marks_become_similar_ones(encoding: str, marks: str) -> None:
    with showing(encoding) as terminal:
        take_every_character()
        print("✓ ✗ · 𠮷")
        assert terminal.getvalue().decode(encoding).strip() == marks
