"""The command line: `python -m bot COMMAND --help` explains each command, in Chinese and in English."""

import argparse
from pathlib import Path
from typing import Any

from bot.cli import commands

EXPLAINED = {
    "check": """
配置写得对不对，放假安排到了没有，各平台连不连得上：一项一行，✓ 是好的，! 要留意，✗ 后面写着怎么办；有 ✗ 就以 1 结束。
One line for each thing that has to work: ✓ works, ! needs attention, ✗ does not work, with the remedy. Ends with
status 1 if there is a ✗.""",
    "erase": """
不加 --yes 只列出要清除的；谁经手、用了多久的记录留着，审计链照样完整。
Without --yes it only lists what would go. Who held what, and for how long, stays; so does the audit chain.""",
    "verify": """
从头读审计链；有人改动或删过记录就指出是哪一条，并以 1 结束。
Reads the audit trail from its beginning; names the first altered or missing row, and ends with status 1.""",
    "rehearse": """
把以前的留言交给真的机器人，在拨快的时钟上跑一个月：数据另放，不向任何平台发送，人员是模拟的。
文件每行一个 JSON 对象，UTF-8，四项都要有；各条留言在自己的钟点转发进群。
最后打印各部门的台账和核对表，有一项不符就以 1 结束。
加 --dishonest 0.3，三成的人会先弄虚作假：空话办结、首页当答复、别人的同意；看试了几次、拒了几次、谁动了指标。

Plays old messages on the real bot and a moved clock, on storage of its own: no platform is reached, the staff are
simulated. FILE has one JSON object per line, in UTF-8, with these four; each is forwarded at its own time of day.
Ends with the ledger and a list of sums, and with status 1 if one of them is wrong.
With --dishonest 0.3 a share of the staff tries to cheat first: words, home pages, another's yes. See how often they
tried and were refused, and who moved the figures.

  {"id": "1", "topic": "…", "posted_at": "2026-03-01 07:12:00", "text": "…"}""",
}


class _AnyOrder(argparse.ArgumentParser):
    """A command whose names may stand on either side of its options: regime show --language en township."""

    _within = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Read the options first, then the names; argparse calls this again for each of the two."""
        if self._within:
            return super().parse_known_args(args, namespace)
        self._within = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._within = False


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="huiyin", description="回音 Huiyin: 件件有着落，事事有回音")
    common = _AnyOrder(add_help=False)
    common.add_argument(
        "--config", type=Path, default=Path("config.toml"), help="配置文件 / configuration (config.toml)"
    )
    common.add_argument(
        "--language",
        choices=("zh", "en"),
        help="机器人说的语言（en 用 config.en.toml）/ the bot's language (en reads config.en.toml)",
    )
    verbs = parser.add_subparsers(required=True, metavar="command", parser_class=_AnyOrder)

    def verb(name: str, help: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(
            name,
            parents=[common],
            help=help,
            description=f"{help}\n{EXPLAINED.get(name, '')}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(command=getattr(commands, name))
        return made

    run = verb("run", "启动机器人 / start the bot")
    run.add_argument("--port", type=int, help="网页端口 / port of the pages")
    run.add_argument("--log", choices=("text", "json"), default="text", help="日志的格式 / form of the log")
    verb("chat", "在终端里群聊 / the group chat in a terminal")
    verb("check", "检查配置与各平台 / check the configuration and the platforms")
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
    regime.add_argument("what", choices=("show", "diff", "explain"), help="显示、比较、试算 / show, compare, try")
    regime.add_argument("names", nargs="*", help="park, school, … 或文件 / or a file")
    regime.add_argument("--regime", help="explain: 哪套规则 / which regime")
    regime.add_argument("--found", help='explain: 发现时间 / time of the find, "2026-09-30 16:00"')
    regime.add_argument("--posted", help="explain: 发帖时间，不知道就不写 / time of the posting, if known")
    regime.add_argument(
        "--tier",
        default="general",
        choices=("general", "major", "critical"),
        help="explain: 一般、重大、特别重大 / the tier (%(default)s)",
    )
    regime.add_argument(
        "--kind",
        choices=("request", "complaint", "suggestion", "disputed", "surge"),
        help="explain: 咨询诉求、投诉举报、意见建议、信息失实、集中热议 / the kind",
    )
    _rehearse(verb("rehearse", "用以前的留言演练 / play old messages on a moved clock"))
    return parser


def _rehearse(rehearse: argparse.ArgumentParser) -> None:
    def option(name: str, help: str, **more: Any) -> None:
        rehearse.add_argument(name, help=help, **more)

    option("--messages", "留言文件 / file of messages", type=Path, required=True, metavar="FILE")
    option("--days", "演练多少天 / how many days to play (%(default)s)", type=int, default=30)
    option("--limit", "最多用多少条 / how many messages at most (%(default)s)", type=int, default=1000)
    option("--start", "第一天 / the first day (%(default)s)", default="2026-11-02", metavar="DAY")
    option("--prompt", "及时办的人的比例 / share of prompt staff, 0 to 1 (%(default)s)", type=float, default=0.6)
    option(
        "--absent",
        "不在的人的比例，其余的拖拉 / share of absent staff; the rest is slow (%(default)s)",
        type=float,
        default=0.1,
    )
    option(
        "--dishonest",
        "弄虚作假的人的比例：空话办结、首页充数、许了就忘 / share of staff who try to cheat, 0 to 1 (%(default)s)",
        type=float,
        default=0.0,
    )
    option(
        "--seed", "随机数种子：同一个数，同样的人 / the same number, the same staff (%(default)s)", type=int, default=1
    )
    option(
        "--wipe", "每小时清空一次 Redis，结果应当不变 / empty Redis every hour; nothing may change", action="store_true"
    )
    option("--keep", "把数据库留在这个新目录里 / keep the database in this new directory", type=Path, metavar="DIR")
