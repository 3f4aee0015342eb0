"""`check` ends with status 1 if a line says that something does not work, else with 0."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.__main__ import main
from tests.support.story import DEMONSTRATION

DINGTALK = '[channel.dingtalk]\napp_key = "k"\nrobot_code = "k"\napp_secret = "env:HUIYIN_TEST_UNSET_SECRET"'


@pytest.fixture(autouse=True)
def _log() -> Iterator[None]:
    """Undo that a command writes the log to the standard error of this test."""
    configured = structlog.get_config()
    yield
    structlog.configure(**configured)


def written(directory: Path, **replaced: str) -> Path:
    text = DEMONSTRATION.read_text(encoding="utf-8")
    for old, new in {"sqlite:///var/": f"sqlite:///{directory}/", **replaced}.items():
        assert old in text
        text = text.replace(old, new)
    file = directory / "my.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_all_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", str(written(tmp_path))]) == 0
    assert {line[0] for line in capsys.readouterr().out.splitlines()} <= {"✓", "!"}


def test_a_secret_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUIYIN_TEST_UNSET_SECRET", raising=False)
    local = {"[channel.local]\nclock_may_move = true": DINGTALK, 'channel = "local"': 'channel = "dingtalk"'}
    assert main(["check", "--config", str(written(tmp_path, **local))]) == 1
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("✗ dingtalk: ")]
