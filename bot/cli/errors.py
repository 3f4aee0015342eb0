"""What stops a command of the command line before its work is done."""


class CannotStart(Exception):
    """Something outside the configuration is in the way; the text says what to do."""
