"""Write the contact sheet: every sentence in both languages with sample data, for review.

`python -m tools.contact_sheet [FILE]`, or `make texts`: an HTML page with both languages side by side, each as wide as
a chat on a phone.
"""

import sys
from html import escape
from pathlib import Path

from handlers.texts import LANGUAGES, Texts, names
from tools.text_samples import facts, institution

ON_PAPER = ("digest.", "documents.")
"""Sentences of digests, ledgers and forms, which the tests of those documents show."""
LONG = 400
"""A message of more characters does not fit a phone's screen."""
_STYLE = """
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif }
body { margin: 1rem; background: #f4f4f4; color: #222 }
table { border-collapse: collapse } td, th { vertical-align: top; padding: .3rem .6rem; text-align: left }
pre { width: 22rem; white-space: pre-wrap; margin: 0; padding: .5rem; background: #fff; border-radius: .5rem }
pre { font: inherit }
.long pre { outline: 2px solid #b00 }
"""


def rendered(language: str) -> dict[str, str]:
    """Return every sentence of a language, filled with sample data, by name."""
    texts = Texts(language, institution(language))
    wanted = {name: taken for name, taken in sorted(names(language).items()) if not name.startswith(ON_PAPER)}
    return {name: texts.say(name, **facts(name, taken, language)) for name, taken in wanted.items()}


def page() -> str:
    """Return the whole sheet as HTML, with an outline around messages that are too long for a phone."""
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
