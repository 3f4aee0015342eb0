"""What stops a command of the command line before its work is done."""

from pathlib import Path


class CannotStart(Exception):
    """Something outside the configuration is in the way; the text says what to do."""


class ConfigError(Exception):
    """A configuration that cannot be used; the text names file, line and what to do."""

    def __init__(self, path: Path | None, line: int | None, complaint: str) -> None:
        place = f"{path}" + (f", line {line}" if line else "") if path else "configuration"
        super().__init__(f"{place}: {complaint}")
        self.line = line
