"""Exceptions that stop a command of the command line."""

from pathlib import Path


class CannotStart(Exception):
    """A command cannot start for a reason outside the configuration; the text says what to do."""


class ConfigError(Exception):
    """The configuration cannot be used; the text names the file, the line and what to do."""

    def __init__(self, path: Path | None, line: int | None, complaint: str) -> None:
        place = f"{path}" + (f", line {line}" if line else "") if path else "configuration"
        super().__init__(f"{place}: {complaint}")
        self.line = line
