"""Every sentence renders with sample data and is short enough for a phone; the generated pages are current."""

import re
from pathlib import Path

import pytest

from handlers.texts import LANGUAGES
from tools.command_manual import FILES, page
from tools.contact_sheet import LONG, rendered

DOCS = Path(__file__).parents[2] / "docs"
ON_PAPER = ("regime.", "rule_book.", "explain.", "beside.")
"""Long answers that people ask for and read at leisure."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_shows_with_sample_data_and_masks_personal_numbers(language: str) -> None:
    for name, text in rendered(language).items():
        assert text, name
        assert not re.search(r"None|Undefined|<function|\n\n\n", text), (name, text)
        assert name.startswith(ON_PAPER) or len(text) <= LONG, (name, len(text))
        assert "13812345678" not in text, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_commands_is_current(language: str) -> None:
    """`make texts` writes it."""
    assert (DOCS / FILES[language]).read_text(encoding="utf-8") == page(language)
