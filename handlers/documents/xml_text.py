"""Clean text for XML: Word, Excel, SVG and the archive's page may contain only the characters of XML 1.0."""

from handlers.rules.lazy_pattern import LazyPattern

_FORBIDDEN = LazyPattern("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")


def xml_text(text: str) -> str:
    """Return the text without control characters, lone surrogates, U+FFFE and U+FFFF; tabs and line feeds stay.

    Source: XML 1.0, section 2.2, `Char`. Remove carriage returns too: readers turn them into a second line feed.
    """
    return text if text.isprintable() else _FORBIDDEN.sub("", text)
