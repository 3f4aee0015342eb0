"""The command line: `python -m bot COMMAND --help` explains each command, in Chinese and in English."""

import gc
import sys


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status: 2 if the configuration or the machine has to be corrected first."""
    gc.disable()  # nothing that an import creates is garbage: collecting here would cost a fifth of the start
    import bot.lean_start  # noqa: F401 - before structlog and aiohttp themselves
    from bot.cli.console import take_every_character
    from bot.cli.parser import build_parser
    from bot.config import ConfigError
    from bot.errors import CannotStart
    from storage.timers.embedded import EmbeddedValkeyError

    gc.enable()
    take_every_character()
    options = build_parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except (ConfigError, EmbeddedValkeyError, CannotStart) as error:
        print(f"huiyin: {error}", file=sys.stderr)
        return 2
    except Exception as error:
        from bot.cli.trouble import sentence

        said = sentence(error, options)
        if said is None:
            raise
        print(f"huiyin: {said}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
