"""The command line: `python -m bot run`, `chat`, `check`, `rehearse`, `migrate`, `verify`."""

import argparse
import sys
from pathlib import Path

from bot.cli import commands
from bot.cli.errors import CannotStart
from bot.config import ConfigError
from storage.timers.embedded import EmbeddedValkeyError


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; the exit status is 2 when something has to be put right first."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.command(options)
        return status
    except (ConfigError, EmbeddedValkeyError, CannotStart) as error:
        print(f"huiyin: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="huiyin", description="回音 Huiyin: 件件有着落，事事有回音")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, default=Path("config.toml"), help="配置文件 (config.toml)")
    common.add_argument("--language", choices=("zh", "en"), help="机器人说的语言 / the bot's language")
    verbs = parser.add_subparsers(required=True, metavar="command")

    def verb(name: str, help: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, parents=[common], help=help)
        made.set_defaults(command=getattr(commands, name))
        return made

    run = verb("run", "启动机器人 / start the bot")
    run.add_argument("--port", type=int, help="网页端口 / port of the pages")
    verb("chat", "在终端里群聊 / the group chat in a terminal")
    verb("check", "检查配置与各平台 / check the configuration")
    verb("migrate", "更新数据库结构 / bring the database up to date")
    verb("verify", "核对审计链 / verify the audit trail")
    ledger = verb("ledger", "导出台账 / the ledger as a workbook")
    ledger.add_argument("--from", dest="since", metavar="DAY", help="从哪天 / first day, 2026-11-02")
    ledger.add_argument("--to", dest="until", metavar="DAY", help="到哪天 / last day, 2026-11-30")
    ledger.add_argument("-o", "--output", type=Path, help="文件 / file (ledger-<today>.xlsx)")
    archive = verb("archive", "导出一年的归档 / write a year's matters")
    archive.add_argument("--year", type=int, required=True, help="哪一年办结的 / closed in this year")
    archive.add_argument("-o", "--output", type=Path, help="目录 / directory (archive-<year>)")
    erase = verb("erase", "清除到期的文字 / erase texts that are kept no longer")
    erase.add_argument("--before", metavar="DAY", help="在此之前办结的 / closed before this day; else by the regime")
    erase.add_argument("--yes", action="store_true", help="真正清除 / really erase")
    regime = verb("regime", "规则：显示、比较、试算 / show, compare and try regimes")
    regime.add_argument("what", choices=("show", "diff", "explain"))
    regime.add_argument("names", nargs="*", help="park, school, … 或文件 / or a file")
    regime.add_argument("--regime", help="explain: 哪套规则 / which regime")
    regime.add_argument("--found", help='explain: 发现时间 / time of the find, "2026-09-30 16:00"')
    regime.add_argument("--tier", default="general", choices=("general", "major", "critical"))
    rehearse = verb("rehearse", "用真实留言演练 / play real messages on a moved clock")
    rehearse.add_argument("--messages", type=Path, required=True, help="JSONL: id, topic, posted_at, text")
    rehearse.add_argument("--days", type=int, default=30)
    rehearse.add_argument("--limit", type=int, default=1000, help="这么多条 / how many messages")
    rehearse.add_argument("--start", default="2026-11-02", help="第一天 / the first day")
    rehearse.add_argument("--prompt", type=float, default=0.6, help="及时的比例 / share of prompt staff")
    rehearse.add_argument("--absent", type=float, default=0.1, help="不在的比例 / share of absent staff")
    rehearse.add_argument("--seed", type=int, default=1)
    rehearse.add_argument("--wipe", action="store_true", help="每小时清空 Redis / empty Redis every hour")
    rehearse.add_argument("--keep", type=Path, help="保留数据库的目录 / keep the database here")
    return parser


if __name__ == "__main__":
    sys.exit(main())
