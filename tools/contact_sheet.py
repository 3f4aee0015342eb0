"""The contact sheet: every sentence in both languages with sample data, for review. `make texts` writes it.

`python -m handlers.texts.sheet [FILE]`: an HTML page as wide as a phone's chat, the two languages side by side.
"""

import sys
from html import escape
from pathlib import Path

from handlers.texts import LANGUAGES, Texts, names
from tools.text_samples import facts, institution

ON_PAPER = ("digest.", "documents.")
"""What is put together into digests, ledgers and forms: their own tests show it, on paper."""
LONG = 400
"""Characters from which a message no longer fits a phone's screen."""
_STYLE = """
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif }
body { margin: 1rem; background: #f4f4f4; color: #222 }
table { border-collapse: collapse } td, th { vertical-align: top; padding: .3rem .6rem; text-align: left }
pre { width: 22rem; white-space: pre-wrap; margin: 0; padding: .5rem; background: #fff; border-radius: .5rem }
pre { font: inherit }
.long pre { outline: 2px solid #b00 }
"""


def rendered(language: str) -> dict[str, str]:
    """Every sentence of a language with sample data."""
    texts = Texts(language, institution(language))
    wanted = {name: taken for name, taken in sorted(names(language).items()) if not name.startswith(ON_PAPER)}
    return {name: texts.say(name, **facts(name, taken, language)) for name, taken in wanted.items()}


def page() -> str:
    """The whole sheet as HTML; what is too long for a phone is outlined."""
    columns = [rendered(language) for language in LANGUAGES]
    rows = "\n".join(_row(name, [column[name] for column in columns]) for name in columns[0])
    heads = "".join(f"<th>{language}</th>" for language in LANGUAGES)
    return (
        f"<!doctype html><meta charset=utf-8><title>Texts</title><style>{_STYLE}</style>"
        f"<table><tr><th>sentence</th>{heads}</tr>{rows}</table>"
    )


def _row(name: str, says: list[str]) -> str:
    cells = "".join(f'<td class="{"long" if len(say) > LONG else ""}"><pre>{escape(say)}</pre></td>' for say in says)
    return f"<tr><td><code>{escape(name)}</code></td>{cells}</tr>"


def main() -> None:
    file = Path(sys.argv[1] if len(sys.argv) > 1 else "var/texts.html")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main()
