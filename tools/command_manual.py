"""Write the manual of all commands and who may use them, from the table that the handlers enforce and `help` reads.

`python -m tools.command_manual [DIRECTORY]` writes `commands.md` (English) and `commands.zh-CN.md`.
"""

import sys
from pathlib import Path

from handlers.registry import HANDLERS
from handlers.rules.incident.permissions import PERMISSIONS, May
from handlers.rules.people.institution import ROLES
from handlers.texts import Texts
from tools.text_samples import institution

FILES = {"en": "commands.md", "zh": "commands.zh-CN.md"}
_WORDS = {
    "zh": {
        "title": "能对回音说的话", "say": "怎么说", "what": "做什么", "who": "谁能说", "everyone": "群里登记过的每个人",
        "department": "承办部门的人", "head": "承办部门负责人", "helper": "协办部门的人", "forwarder": "上报人",
        "signer": "被请求审批的人", "drafter": "起草人", "author": "说上一句话的本人", "concerned": "（涉及本人的也可以）", "or": "、",
        "intro": "由权限表生成（`make texts`），与机器人执行的是同一张表。角色在 `config.toml` 里登记；事情反映的是谁，谁就只能说标了“涉及本人的也可以”的话。"
                 "全角半角、简体繁体、`12`、`#12`、`12号`、`第12号`、`十二号` 都一样；引用机器人的消息可以不写编号。",
    },
    "en": {
        "title": "What can be said to Huiyin", "say": "say", "what": "what it does", "who": "who may", "everyone": "everybody who is registered",
        "department": "people of its department", "head": "the head of its department", "helper": "people of a helping department",
        "forwarder": "who forwarded it", "signer": "who is asked to sign", "drafter": "who drafted it", "author": "who said the last word",
        "concerned": " (even whom it is about)", "or": ", ",
        "intro": "Made from the permission table (`make texts`), the one that the bot enforces. Roles are given in `config.toml`; whom "
                 "a matter is about may say only what is marked so. Full width and half width, simplified and traditional characters, "
                 "`12`, `#12`, `12号`, `第12号` and `十二号` are the same; behind a quote of the bot's message no number is needed.",
    },
}  # fmt: skip


def page(language: str) -> str:
    """Return the page as Markdown."""
    words, texts = _WORDS[language], Texts(language, institution(language))
    lines = [f"# {words['title']}", "", words["intro"], ""]
    lines += [f"| {words['say']} | {words['what']} | {words['who']} |", "|---|---|---|"]
    for name, handler in HANDLERS.items():
        examples = "<br>".join(f"`{example}`" for example in handler.EXAMPLES[language])
        who = _who(PERMISSIONS[name], language, texts)
        lines.append(f"| {examples} | {texts.say(f'{name}.help')} | {who} |")
        if to_units := getattr(handler, "UNIT_EXAMPLES", {}).get(language):
            said = "<br>".join(f"`{example}`" for example in to_units)
            lines.append(f"| {said} | {texts.say(f'{name}.to_a_unit')} | {who} |")
    return "\n".join(lines) + "\n"


def _who(may: May, language: str, texts: Texts) -> str:
    words = _WORDS[language]
    if set(may.roles) == set(ROLES):
        return words["everyone"]
    roles = [texts.word("role", role) for role in ROLES if role in may.roles]
    relations = [words[relation] for relation in may.relations]
    return words["or"].join((*roles, *relations)) + (words["concerned"] if may.even_concerned else "")


def main() -> None:
    directory = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    for language, file in FILES.items():
        (directory / file).write_text(page(language), encoding="utf-8")
        sys.stdout.write(f"{directory / file}\n")


if __name__ == "__main__":
    main()
