"""The words in DingTalk's contents, in every shape that was published: texts, runs, quoted cards, merged chat records.

`{"richText": [{"text": "@回音"}, {"text": "签收 1"}]}` is read as `@回音 签收 1`; a record as a line for each message,
`张三: 食堂又涨价`.
"""

import re
from itertools import pairwise

from bot.channels.wire_types import Lenient, all_texts, parsed, text_of

RECORDS = ("chatRecord", "records", "messages", "chatRecords", "forwardMessages")
_SAID = ("content", "text", "msgContent", "body")
_NAMES = ("senderNick", "senderName", "nickName", "nick", "sender", "name")
_KINDS = {"picture": "图片", "image": "图片", "file": "文件", "video": "视频", "audio": "语音", "voice": "语音"}
_HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
DEEPEST = 4
MOST_COMPARED = 100
"""How many lines of a summary are compared with what the platform tells of the messages; those behind are added."""


def first(*candidates: Lenient) -> str:
    """Return the first text that is not empty."""
    return next((one for one in candidates if isinstance(one, str) and one), "")


def words(content: Lenient, depth: int = 0) -> str:
    """Return the text of a content in any shape: plain, in runs around pictures, a card, a merged chat record."""
    content = parsed(content)
    if not isinstance(content, dict):
        return "" if isinstance(content, list) else text_of(content)
    if is_record(content):
        return record(content, depth)
    return (runs(content) or card(content) or _plain(content)).strip()


def is_record(content: Lenient) -> bool:
    return isinstance(content, dict) and any(name in content for name in (*RECORDS, "summary"))


def all_runs(content: Lenient) -> list[dict[str, Lenient]]:
    """Return the runs of a rich text: texts, pictures, mentions, emoji."""
    found = parsed(content.get("richText")) if isinstance(content, dict) else None
    if isinstance(found, dict):
        found = found.get("richText") or found.get("content")
    return [run for run in found if isinstance(run, dict)] if isinstance(found, list) else []


def runs(content: dict[str, Lenient]) -> str:
    """Return the text of the runs. Words of two runs do not grow together; a picture ends a line."""
    texts = [_run(run) for run in all_runs(content)]
    joined = texts[0] if texts else ""
    for before, after in pairwise(texts):
        joined += f"{_border(before, after)}{after}"
    return joined


def _run(run: dict[str, Lenient]) -> str:
    text = first(run.get("text"), run.get("content"), run.get("atName"), run.get("name"))
    if text:
        return f"@{text.lstrip('@')}" if run.get("type") == "at" else text
    kind = first(run.get("type"), run.get("msgType"))
    return "" if kind in ("at", "emoji") else "\n"


def _border(before: str, after: str) -> str:
    if not before or not after or before[-1].isspace() or after[0].isspace():
        return ""
    return "" if _HAN.match(before[-1]) and _HAN.match(after[0]) and not before.startswith("@") else " "


def card(content: dict[str, Lenient]) -> str:
    """Return what a quoted card shows: the texts of its tree, or of its template's variables."""
    shown = parsed(content.get("cardContent"))
    if shown is None:
        data = parsed(content.get("cardData"))
        shown = parsed(data.get("cardParamMap")) if isinstance(data, dict) and "cardParamMap" in data else data
    return all_texts(shown)


def _plain(content: dict[str, Lenient]) -> str:
    parts = (
        first(content.get(key)) for key in ("title", "text", "content", "markdown", "recognition", "messageUrl", "url")
    )
    return "\n".join(dict.fromkeys(filter(None, parts)))


def record(content: Lenient, depth: int = 0) -> str:
    """Return a merged chat record as lines under its title; "" if nothing of what was said can be read.

    Where the platform tells fewer messages than its summary, the summary's other lines are added. A list is the
    record's messages.
    """
    content = parsed(content)
    if isinstance(content, str):
        return text_of(content)
    if isinstance(content, list):
        content = {RECORDS[0]: content}
    if depth >= DEEPEST or not isinstance(content, dict):
        return ""
    told = _lines(next((content[name] for name in RECORDS if content.get(name)), None), depth)
    summary = _lines(content.get("summary"), depth)
    known = "\n".join(told)
    told += [line for line in summary[:MOST_COMPARED] if line.partition(":")[2].strip(" ：:") not in known or not known]
    told += summary[MOST_COMPARED:]
    title = words(content.get("title"), depth + 1)
    return "\n".join(filter(None, (title, *told))) if told else ""


def _lines(found: Lenient, depth: int) -> list[str]:
    found = parsed(found)
    if isinstance(found, dict):
        found = next((one for one in map(parsed, found.values()) if isinstance(one, list)), found)
    entries = found if isinstance(found, list) else [found]
    return [line for entry in entries if (line := _line(entry, depth))]


def _name(sender: Lenient) -> str:
    """Return the name of a record's sender, which may stand in an object of its own."""
    if isinstance(sender, dict):
        return next((one for key in _NAMES if (one := text_of(sender.get(key)))), "")
    return text_of(sender)


def _line(entry: Lenient, depth: int) -> str:
    entry = parsed(entry)
    if not isinstance(entry, dict):
        return text_of(entry) if isinstance(entry, str) else ""
    name = next((one for key in _NAMES if (one := _name(entry.get(key))) and one != "null"), "")
    text = _said_in(entry, name, depth + 1)
    return f"{name}: {text}" if name and text else text


def _said_in(entry: dict[str, Lenient], name: str, depth: int) -> str:
    """Return the words of a record's message, or its kind in brackets; its sender's name is none of them."""
    text = next((one for key in _SAID if (one := words(entry.get(key), depth))), "") or words(entry, depth)
    kind = first(entry.get("msgType"), entry.get("msgtype"), entry.get("type"))
    return (text if text != name else "") or (f"[{_KINDS.get(kind, kind)}]" if kind else "")
