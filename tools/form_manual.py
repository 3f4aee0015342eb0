"""Write the manual of the forms and their placeholders: `python -m tools.form_manual [DIRECTORY]`.

It writes `forms.md` (English) and `forms.zh-CN.md`, from the table that the templates are checked against.
"""

import sys
from pathlib import Path

from handlers.documents.forms.placeholders import COMMON, FORMS, PLACEHOLDERS, Placeholder

FILES = {"en": "forms.md", "zh": "forms.zh-CN.md"}
FORM_NAMES = {
    "liaison": ("联系单", "liaison form", "联系单 12", "liaison form 12"),
    "handling": ("处置单", "handling form", "处置单 12", "handling form 12"),
    "reminder": ("催办通知书", "reminder notice", "催办单 12", "reminder notice 12"),
    "bulletin": ("通报", "bulletin", "通报", "bulletin"),
    "summary": ("总结报告", "summary report", "总结报告 12", "summary report 12"),
    "situation": ("情况报告", "situation report", "情况报告 12", "situation report 12"),
    "special": ("专报", "special report", "专报 12", "special report 12"),
    "duty": ("值班报告", "duty report", "值班报告", "duty report"),
}
_INTRO = {
    "zh": """# 表单

八种 Word 表单随产品提供，模板在 `handlers/documents/templates/`，样张在 [samples](samples/)。要换成本单位的格式：
把要换的那一份复制到自己的目录，用 Word 改好版式（字体、表格、抬头、签名栏），占位符照样留着，再在 `config.toml` 里写：

```toml
[forms]
directory = "forms"        # 里面放 liaison.docx、handling.docx……只放要换的几份
```

启动时和 `.venv/bin/python -m bot check` 时，每份模板都会试填一遍；占位符写错，会指出是哪个文件、哪个词、可以写哪些。
编号每年从 1 起、不跳号；同一件事再要一次，编号不变，版次加一（催办通知书每天一个编号）。

列表写在表格里：一行 `{%tr for row in rows %}`，一行 `{{ row.title }}`，一行 `{%tr endfor %}`。
""",
    "en": """# Forms

Eight forms in Word come with the product. Their templates are in `handlers/documents/templates/`, samples in
[samples](samples/). For a layout of your own, copy the one you want to change into a directory, edit it in Word (fonts,
table, heading, signatures), leave the placeholders in place, and write into `config.toml`:

```toml
[forms]
directory = "forms"        # liaison.docx, handling.docx, …: only those that you replace
```

At start, and with `.venv/bin/python -m bot check`, every template is tried. A wrong placeholder is named with its file
and with the words that there are. Numbers begin at 1 each year and have no gaps. The same form asked for again keeps its number
and counts its edition; a reminder notice has a number each day.

A list stands in a table: a row `{%tr for row in rows %}`, a row `{{ row.title }}`, a row `{%tr endfor %}`.
""",
}
_HEADS = {
    "zh": ("所有表单", "文件", "怎么说", "占位符", "内容"),
    "en": ("All forms", "file", "say", "placeholder", "what it is"),
}
_BETWEEN = {"zh": "、", "en": ", "}


def page(language: str) -> str:
    """Return the page as Markdown."""
    every, file, say, placeholder, meaning = _HEADS[language]
    lines = [_INTRO[language], f"| | {file} | {say} |", "|---|---|---|"]
    lines += [f"| {_name(form, language)} | `{form}.docx` | `{_command(form, language)}` |" for form in FORMS]
    for forms, table in [((), COMMON), *_groups().items()]:
        title = _BETWEEN[language].join(_name(form, language) for form in forms) or every
        lines += ["", f"## {title[0].upper()}{title[1:]}", "", f"| {placeholder} | {meaning} |", "|---|---|"]
        lines += [f"| `{{{{ {name} }}}}` | {getattr(one, language)} |" for name, one in table.items()]
    return "\n".join(lines) + "\n"


def _name(form: str, language: str) -> str:
    return FORM_NAMES[form][language == "en"]


def _command(form: str, language: str) -> str:
    return FORM_NAMES[form][2 + (language == "en")]


def _groups() -> dict[tuple[str, ...], dict[str, Placeholder]]:
    """Return the placeholders that not all forms have, by the forms that have them."""
    groups: dict[tuple[str, ...], dict[str, Placeholder]] = {}
    for form in FORMS:
        for name, one in PLACEHOLDERS[form].items():
            if name not in COMMON:
                forms = tuple(other for other in FORMS if PLACEHOLDERS[other].get(name) == one)
                groups.setdefault(forms, {})[name] = one
    return groups


def main() -> None:
    directory = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    for language, file in FILES.items():
        (directory / file).write_text(page(language), encoding="utf-8")
        sys.stdout.write(f"{directory / file}\n")


if __name__ == "__main__":
    main()
