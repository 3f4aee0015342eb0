"""The commands work where the locale's encoding is GBK, as on many servers in China."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.story import DEMONSTRATION, without_digests

ROOT = DEMONSTRATION.parent


@pytest.fixture(scope="module")
def gbk(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Make the locale zh_CN.GBK; return the environment that uses it."""
    directory = tmp_path_factory.mktemp("locale")
    if not Path("/usr/share/i18n/charmaps/GBK.gz").exists() or shutil.which("localedef") is None:
        pytest.skip("the source of the GBK locale is not installed: apt-get install locales")
    made = subprocess.run(
        ["localedef", "-f", "GBK", "-i", "zh_CN", str(directory / "zh_CN.GBK")], capture_output=True, check=False
    )
    assert made.returncode in (0, 1), made.stderr  # 1 for a warning
    return {**os.environ, "LOCPATH": str(directory), "LC_ALL": "zh_CN.GBK", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "0"}


def printed(environment: dict[str, str], directory: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "bot", *arguments]
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, check=False, timeout=60)
    assert done.returncode in (0, 1), done.stderr.decode("gbk")
    assert b"Traceback" not in done.stderr
    return done.stdout.decode("gbk")


def test_python_really_uses_it(gbk: dict[str, str]) -> None:
    code = "import locale; print(locale.getpreferredencoding())"
    done = subprocess.run([sys.executable, "-c", code], env=gbk, capture_output=True, text=True, check=True)
    assert done.stdout.strip().upper() == "GBK"


def test_check_and_explain_and_rehearse(gbk: dict[str, str], tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_bytes(without_digests().encode("gb18030"))
    assert printed(gbk, tmp_path, "check", "--config", str(config)).startswith("√ ")
    explained = printed(gbk, tmp_path, "regime", "explain", "--config", str(config), "--found", "2026-09-30 16:00")
    assert "10-08（周四）24:00 到期" in explained
    messages = tmp_path / "messages.jsonl"
    line = '{"id": "1", "topic": "食堂饭菜凉了", "posted_at": "2026-03-01 07:12:00", "text": "中午的饭菜都是凉的"}\n'
    messages.write_text(line, encoding="utf-8")
    played = printed(
        gbk, tmp_path, "rehearse", "--config", str(config), "--messages", str(messages), "--days", "1", "--limit", "1"
    )
    assert "相符" in played
