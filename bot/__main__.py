"""The command line: `python -m bot COMMAND --help` explains each command, in Chinese and in English."""

import gc
import sys

REMEDY = "see that its server runs, or free room on its disk, and start again"


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status: 2 if the configuration or the machine has to be corrected first."""
    gc.disable()  # nothing that an import creates is garbage: collecting here would cost a fifth of the start
    from bot.cli.console import take_every_character
    from bot.cli.parser import build_parser
    from bot.config import ConfigError
    from bot.errors import CannotStart
    from storage.database.schema import CannotOpen
    from storage.timers.embedded import EmbeddedValkeyError

    gc.enable()
    take_every_character()
    options = build_parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except (ConfigError, EmbeddedValkeyError, CannotOpen, CannotStart) as error:
        print(f"huiyin: {error}", file=sys.stderr)
        return 2
    except Exception as error:
        from storage.database.faults import is_away, kind_of

        if not is_away(error):
            raise
        print(f"huiyin: the database fails ({kind_of(error)}): {REMEDY}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
