"""Run commands of the command line in the tests' own process, without what they change in it for good."""

import pytest


def leave_the_process_alone(patch: pytest.MonkeyPatch) -> None:
    """Let commands neither set up the log nor take over errors and limits of the process."""
    for name in ("configure_log", "catch_the_rest", "open_files.raise_limit"):
        patch.setattr(f"bot.cli.commands.{name}", lambda *_, **__: None)
