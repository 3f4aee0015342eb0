"""An institution's own templates are used, and errors in them are reported before they are needed."""

from pathlib import Path
from shutil import copyfile

import pytest
from docx import Document

from bot.config import ConfigError
from handlers.documents.forms.placeholders import FORMS, PLACEHOLDERS, sample
from handlers.documents.forms.render import SHIPPED, TemplateFault, complaints, render, template
from handlers.texts import LANGUAGES
from tests.support.papers import said_in
from tests.support.story import demonstration
from tools.form_manual import FILES, page

DOCS = Path(__file__).parents[2] / "docs"


def written(directory: Path, *lines: str, name: str = "handling.docx") -> Path:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(directory / name))
    return directory


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_ships_can_be_made(language: str) -> None:
    assert list(complaints(language, None)) == []


@pytest.mark.parametrize("form", FORMS)
def test_both_languages_have_the_same_placeholders(form: str) -> None:
    facts = {name: value if isinstance(value, list) else f"[{name}]" for name, value in sample(form).items()}
    both = [said_in(render(SHIPPED / language / f"{form}.docx", facts)) for language in LANGUAGES]
    used = [{name for name in PLACEHOLDERS[form] if f"[{name}]" in said} for said in both]
    assert used[0] == used[1]


def test_the_institutions_own_goes_first(tmp_path: Path) -> None:
    written(tmp_path, "本校专用 {{ institution }} {{ number }}")
    assert "本校专用 institution number" in said_in(render(template("handling", "zh", tmp_path), sample("handling")))
    assert template("liaison", "zh", tmp_path) == SHIPPED / "zh" / "liaison.docx"
    assert list(complaints("zh", tmp_path)) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{{ instituton }}", "there is no placeholder {{ instituton }}: use one of institution, number"),
        ("{% for row in owed %}{{ row.due }}{% endfor %}", "there is no placeholder {{ owed }}"),
        ("{{ title", "correct the braces"),
        ("{% if title %}", "correct the braces"),
    ],
)
def test_a_wrong_placeholder_is_named(tmp_path: Path, line: str, said: str) -> None:
    (complaint,) = complaints("zh", written(tmp_path, line))
    assert complaint.startswith(str(tmp_path / "handling.docx"))
    assert said in complaint


def test_a_wrong_column_of_a_list_is_named(tmp_path: Path) -> None:
    written(tmp_path, "{% for row in owed %}{{ row.dew }}{% endfor %}", name="reminder.docx")
    (complaint,) = complaints("zh", tmp_path)
    assert "{{ dew }}" in complaint
    assert "row.due" in complaint


def test_other_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "summary.docx").write_bytes(b"no document")
    copyfile(SHIPPED / "zh" / "liaison.docx", tmp_path / "联系单.docx")
    assert sorted(complaint.split(":")[0].removeprefix(f"{tmp_path}/") for complaint in complaints("zh", tmp_path)) == [
        "summary.docx is no Word document",
        "联系单.docx is the template of no form",
    ]
    assert "make it" in next(complaints("zh", tmp_path / "nowhere"))


def test_a_template_cannot_reach_into_the_program(tmp_path: Path) -> None:
    written(tmp_path, "{{ title.__class__.__mro__ }}")
    with pytest.raises(TemplateFault):
        render(tmp_path / "handling.docx", sample("handling"))


def test_it_stops_the_start_with_the_line(tmp_path: Path) -> None:
    written(tmp_path, "{{ nothing }}")
    forms = {"[web]\n": f'[forms]\ndirectory = "{tmp_path}"\n\n[web]\n'}
    with pytest.raises(ConfigError, match=r"config\.toml, line \d+: .*handling\.docx: there is no placeholder"):
        demonstration(tmp_path, **forms)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_placeholders_is_current(language: str) -> None:
    """`make texts` writes it."""
    assert (DOCS / FILES[language]).read_text(encoding="utf-8") == page(language)
