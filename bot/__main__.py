"""The command line: `python -m bot COMMAND --help` explains each command, in Chinese and in English."""

import gc
import sys


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return its exit status: 2 when something has to be put right first."""
    gc.disable()  # importing makes only what stays: collecting meanwhile takes a fifth of the start and finds nothing
    from bot.cli.parser import build_parser
    from bot.config import ConfigError
    from bot.errors import CannotStart
    from storage.timers.embedded import EmbeddedValkeyError

    gc.enable()
    options = build_parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except (ConfigError, EmbeddedValkeyError, CannotStart) as error:
        print(f"huiyin: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
