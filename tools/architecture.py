"""Draw the architecture and the paths of a message and a reminder: `python -m tools.architecture [DIRECTORY]`.

Both pictures, `architecture.svg` (English) and `architecture.zh-CN.svg`, are drawn from one description, so that they
cannot differ. They have a background for light and dark pages, and text large enough for a phone.
"""

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple
from xml.sax.saxutils import escape

FILES = {"en": "architecture.svg", "zh": "architecture.zh-CN.svg"}
WIDTH, HEIGHT = 1200, 1650
INK, QUIET, PAPER, EDGE = "#1f2933", "#52606d", "#ffffff", "#cbd2d9"
MESSAGE, REMINDER = "#1d4ed8", "#c2410c"
TITLE_SIZE, TEXT_SIZE, LINE = 25, 28, 37
LEFT, MIDDLE, RIGHT = (90, 300), (440, 310), (800, 295)
BOTH = (440, 655)
"""Columns as (left, width). Arrows run between and beside them."""
Words = dict[str, Sequence[str]]
Point = tuple[int, int]


class Package(NamedTuple):
    """A folder at the top of the repository."""

    path: str
    does: dict[str, str]
    y: int
    height: int
    fill: str


class Box(NamedTuple):
    """A box in a package: the paths below `package` that it shows, and a few words."""

    package: str
    paths: tuple[str, ...]
    column: tuple[int, int]
    y: int
    height: int
    words: Words


class Arrow(NamedTuple):
    """An arrow through the corners `way`; `at` is the position of its number."""

    way: tuple[Point, ...]
    kind: Literal["message", "reminder", "quiet"]
    number: str = ""
    at: Point = (0, 0)


HEADING = {
    "en": "Huiyin: the packages, and one message's way through them",
    "zh": "回音：总体结构，以及一条消息怎样走过",
}
PLATFORMS = {"en": "WeCom · DingTalk · group page", "zh": "企业微信 · 钉钉 · 群聊页面"}
ACKNOWLEDGED = {"en": "acknowledged", "zh": "回执"}
LEGEND = {
    "en": (("1–9", "a message"), ("A–D", "a reminder, which then goes on as 7, 8, 9")),
    "zh": (("1–9", "一条消息"), ("A–D", "一次催办，之后同 7、8、9")),
}
FOOTER = {
    "en": "Imports point down only: bot → handlers → rules or storage",
    "zh": "只向下引用：bot → handlers → rules 或 storage",
}
PACKAGES = (
    Package("bot", {"en": "sends and receives", "zh": "对外收发"}, 236, 384, "#eaf1fb"),
    Package("handlers", {"en": "decides", "zh": "作决定"}, 672, 392, "#ebf6ec"),
    Package("storage", {"en": "stores", "zh": "存取"}, 1116, 352, "#f8f1e2"),
)
BOXES = (
    Box("bot", ("channels",), LEFT, 292, 136, {"en": ("one folder", "per platform"), "zh": ("一个平台", "一个文件夹")}),
    Box("bot", ("clock",), MIDDLE, 292, 136, {"en": ("the only clock:", "gives now to all"), "zh": ("唯一的钟，", "时间由它给出")}),
    Box("bot", ("engine/sender",), RIGHT, 292, 136, {"en": ("in order, within", "every limit"), "zh": ("按顺序发，", "不超限额")}),
    Box("bot", ("web", "cli", "config"), LEFT, 464, 136, {"en": ("pages, commands,", "configuration"), "zh": ("网页、命令、", "配置")}),
    Box("bot", ("engine/dispatch",), MIDDLE, 464, 136, {"en": ("who speaks,", "and to which file"), "zh": ("谁在说，", "交给哪个文件")}),
    Box("bot", ("engine/timekeeper",), RIGHT, 464, 136, {"en": ("wakes for what", "is due"), "zh": ("到点醒来，", "领走到期的")}),
    Box("handlers", ("texts", "documents"), LEFT, 728, 136, {"en": ("every sentence;", "Word, Excel, PNG"), "zh": ("每一句话；", "Word、Excel、图")}),
    Box("handlers", ("commands",), MIDDLE, 728, 136, {"en": ("what people say,", "a file for each"), "zh": ("人说的话，", "一句一个文件")}),
    Box("handlers", ("timed",), RIGHT, 728, 136, {"en": ("what time brings,", "a file for each"), "zh": ("时间带来的事，", "一样一个文件")}),
    Box("handlers", ("regimes",), LEFT, 908, 136, {"en": ("what is owed,", "by when: TOML"), "zh": ("各单位的时限", "规则：TOML")}),
    Box("handlers", ("rules",), BOTH, 908, 136, {"en": ("pure: the case and now go in,", "a decision comes out"), "zh": ("纯规则：事件和当前时间进，", "决定出；不碰数据库")}),
    Box("storage", ("inbox",), LEFT, 1172, 276, {"en": ("stored first,", "acknowledged", "afterwards;", "twice is once"), "zh": ("先存下，", "再回执；", "送来两次", "只算一次")}),
    Box("storage", ("database",), MIDDLE, 1172, 276, {"en": ("THE TRUTH.", "One transaction:", "incident, duties,", "audit, outbox,", "inbox row done"), "zh": ("唯一的真相。", "一个事务写成：", "事件、时限、", "审计、待发、", "收件办讫")}),
    Box("storage", ("timers",), RIGHT, 1172, 120, {"en": ("Redis: wakes us,", "may be wiped"), "zh": ("Redis：只叫醒，", "可以清空")}),
    Box("storage", ("outbox",), RIGHT, 1328, 120, {"en": ("words to be sent,", "and how it went"), "zh": ("要说的话，", "发得怎样")}),
)  # fmt: skip
ARROWS = (
    Arrow(((330, 170), (330, 292)), "message", "1", (330, 212)),
    Arrow(((372, 292), (372, 170)), "quiet"),
    Arrow(((90, 360), (52, 360), (52, 1310), (90, 1310)), "message", "2", (52, 646)),
    Arrow(((390, 1310), (415, 1310), (415, 532), (440, 532)), "message", "3", (415, 646)),
    Arrow(((595, 600), (595, 728)), "message", "4", (595, 646)),
    Arrow(((595, 864), (595, 908)), "message", "5", (632, 886)),
    Arrow(((570, 1044), (570, 1172)), "message", "6", (570, 1090)),
    Arrow(((750, 1232), (800, 1232)), "message", "7", (775, 1196)),
    Arrow(((750, 1388), (800, 1388)), "message"),
    Arrow(((1095, 1388), (1156, 1388), (1156, 360), (1095, 360)), "message", "8", (1156, 646)),
    Arrow(((947, 292), (947, 170)), "message", "9", (947, 212)),
    Arrow(((1095, 1232), (1122, 1232), (1122, 532), (1095, 532)), "reminder", "A", (1122, 1090)),
    Arrow(((947, 600), (947, 728)), "reminder", "B", (947, 646)),
    Arrow(((947, 864), (947, 908)), "reminder", "C", (984, 886)),
    Arrow(((650, 1044), (650, 1172)), "reminder", "D", (650, 1090)),
)
COLOURS = {"message": MESSAGE, "reminder": REMINDER, "quiet": QUIET}


def paths() -> Iterator[str]:
    """Yield every folder and module in the picture, relative to the repository's root and without a suffix."""
    yield from (package.path for package in PACKAGES)
    yield from (f"{box.package}/{path}" for box in BOXES for path in box.paths)


def picture(language: str) -> str:
    """Return the whole picture as SVG."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="sans-serif" role="img" aria-label="{escape(HEADING[language])}">',
        _box(0, 0, WIDTH, HEIGHT, PAPER, EDGE, 18),
        _text(WIDTH // 2, 58, HEADING[language], 36, "middle", bold=True),
        _box(15, 92, WIDTH - 30, 78, "#f0f1f3", EDGE, 12),
        _text(WIDTH // 2, 142, PLATFORMS[language], 31, "middle", bold=True),
        _text(388, 221, ACKNOWLEDGED[language], 25, colour=QUIET),
    ]
    for package in PACKAGES:
        lines += _package(package, language)
    for box in BOXES:
        lines += _drawn(box, language)
    for arrow in ARROWS:
        lines += _arrow(arrow)
    return "\n".join((*lines, *_foot(language), "</svg>")) + "\n"


def _package(package: Package, language: str) -> Iterator[str]:
    yield _box(15, package.y, WIDTH - 30, package.height, package.fill, EDGE, 12)
    yield _text(90, package.y + 39, f"{package.path}/", 28, bold=True, mono=True)
    yield _text(121 + len(package.path) * 17, package.y + 39, package.does[language], 27, colour=QUIET)


def _drawn(box: Box, language: str) -> Iterator[str]:
    (x, width), lines = box.column, box.words[language]
    yield _box(x, box.y, width, box.height, PAPER, EDGE, 10)
    top = box.y + (box.height - len(lines) * LINE - TITLE_SIZE) // 2 - 2
    yield _text(x + width // 2, top + TITLE_SIZE - 3, _title(box), TITLE_SIZE, "middle", bold=True, mono=True)
    for n, line in enumerate(lines, 1):
        yield _text(x + width // 2, top + TITLE_SIZE - 3 + n * LINE, line, TEXT_SIZE, "middle")


def _title(box: Box) -> str:
    """Return a box's title: a folder with a slash, a module with its suffix unless its folder precedes it."""
    root = Path(__file__).parents[1]
    shown = [
        path + ("/" if (root / box.package / path).is_dir() else "" if "/" in path else ".py") for path in box.paths
    ]
    return " ".join(shown)


def _arrow(arrow: Arrow) -> Iterator[str]:
    colour, dash = COLOURS[arrow.kind], ' stroke-dasharray="9 7"' if arrow.kind == "quiet" else ""
    (x, y), (tip_x, tip_y) = arrow.way[-2:]
    along = ((tip_x > x) - (tip_x < x), (tip_y > y) - (tip_y < y))
    neck = (tip_x - 12 * along[0], tip_y - 12 * along[1])
    points = " ".join(f"{one},{other}" for one, other in (*arrow.way[:-1], neck))
    yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="4" stroke-linejoin="round"{dash}/>'
    wings = [
        (tip_x - 18 * along[0] + side * 10 * along[1], tip_y - 18 * along[1] + side * 10 * along[0]) for side in (1, -1)
    ]
    yield f'<polygon points="{tip_x},{tip_y} {wings[0][0]},{wings[0][1]} {wings[1][0]},{wings[1][1]}" fill="{colour}"/>'
    if arrow.number:
        yield from _number(arrow.number, arrow.at, colour)


def _number(number: str, at: Point, colour: str) -> Iterator[str]:
    yield f'<circle cx="{at[0]}" cy="{at[1]}" r="20" fill="{colour}" stroke="{PAPER}" stroke-width="3"/>'
    yield _text(at[0], at[1] + 9, number, 26, "middle", bold=True, colour=PAPER)


def _foot(language: str) -> Iterator[str]:
    for n, ((numbers, meaning), colour) in enumerate(zip(LEGEND[language], (MESSAGE, REMINDER), strict=True)):
        y = 1494 + n * 46
        yield _box(90, y, 92, 36, colour, colour, 18)
        yield _text(136, y + 27, numbers, 26, "middle", bold=True, colour=PAPER)
        yield _text(200, y + 28, meaning, TEXT_SIZE)
    yield _text(90, 1620, FOOTER[language], TEXT_SIZE, colour=QUIET)


def _box(x: int, y: int, width: int, height: int, fill: str, edge: str, radius: int) -> str:
    """Return a rectangle with an edge of two points inside it."""
    return (
        f'<rect x="{x + 1}" y="{y + 1}" width="{width - 2}" height="{height - 2}" rx="{radius}" '
        f'fill="{fill}" stroke="{edge}" stroke-width="2"/>'
    )


def _text(
    x: int,
    y: int,
    words: str,
    size: int,
    anchor: str = "start",
    *,
    bold: bool = False,
    mono: bool = False,
    colour: str = INK,
) -> str:
    looks = (' font-weight="bold"' if bold else "") + (' font-family="monospace"' if mono else "")
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"{looks}>{escape(words)}</text>'
    )


def touches(box: Box, point: Point) -> bool:
    """Return whether a point is on a box's edge, where an arrow may begin or end."""
    (x, width), (at_x, at_y) = box.column, point
    beside = at_x in (x, x + width) and box.y <= at_y <= box.y + box.height
    return beside or (at_y in (box.y, box.y + box.height) and x <= at_x <= x + width)


def crosses(box: Box, arrow: Arrow) -> bool:
    """Return whether an arrow runs through the inside of a box."""
    left, right, top, bottom = box.column[0], sum(box.column), box.y, box.y + box.height
    return any(
        max(min(a[0], b[0]), left + 1) <= min(max(a[0], b[0]), right - 1)
        and max(min(a[1], b[1]), top + 1) <= min(max(a[1], b[1]), bottom - 1)
        for a, b in pairwise(arrow.way)
    )


def main() -> None:
    directory = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    for language, file in FILES.items():
        (directory / file).write_text(picture(language), encoding="utf-8")
        sys.stdout.write(f"{directory / file}\n")


if __name__ == "__main__":
    main()
