"""The error of a configuration that cannot be used: file, line, and what to do."""

from pathlib import Path


class ConfigError(Exception):
    """A configuration that cannot be used; the text is for the administrator."""

    def __init__(self, path: Path | None, line: int | None, complaint: str) -> None:
        place = f"{path}" + (f", line {line}" if line else "") if path else "configuration"
        super().__init__(f"{place}: {complaint}")
        self.line = line
