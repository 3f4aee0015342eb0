"""The architecture picture is current, names existing paths, and its arrows end at boxes."""

import pytest

from handlers.documents.digest.drawing import breadth
from tests.support.each import for_each
from tests.support.prose import ROOT, read
from tools.architecture import ARROWS, BOXES, FILES, TEXT_SIZE, Arrow, Box, crosses, paths, picture, touches

PLATFORMS = Box("", (), (15, 1170), 92, 78, {})


@pytest.mark.parametrize("language", FILES)
def test_the_script_reproduces_the_picture(language: str) -> None:
    """`python -m tools.architecture` writes it."""
    assert read(ROOT / "docs" / FILES[language]) == picture(language)


@for_each("path", sorted(set(paths())))
def test_every_folder_in_it_exists(path: str) -> None:
    assert (ROOT / path).is_dir() or (ROOT / f"{path}.py").is_file()


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: arrow.number)
def test_an_arrow_leads_from_box_to_box_and_through_none(arrow: Arrow) -> None:
    for end in (arrow.way[0], arrow.way[-1]):
        assert any(touches(box, end) for box in (*BOXES, PLATFORMS)), end
    assert not [box.paths for box in BOXES if crosses(box, arrow)]


@pytest.mark.parametrize("box", BOXES, ids=lambda box: box.paths[0])
def test_words_fit_their_box_in_both_languages(box: Box) -> None:
    for lines in box.words.values():
        assert max(breadth(line, TEXT_SIZE) for line in lines) <= box.column[1] - 16


def test_numbers_count_through_both_ways() -> None:
    assert [arrow.number for arrow in ARROWS if arrow.number] == [*"123456789", *"ABCD"]
