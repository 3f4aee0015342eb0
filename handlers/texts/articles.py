"""Number the chapters and articles of a rule book: 第一章, 第一条（登记）; Chapter 1, Article 1 (Registration)."""

from itertools import count

CHAPTER, ARTICLE = "¶", "§"
"""Marks at the beginning of a line. An article's title stands between two of its marks."""
_DIGITS = "零一二三四五六七八九"


def numbered(page: str, language: str) -> str:
    """Return a page with numbered chapters and articles, a blank line before each chapter. Empty lines go."""
    chapters, articles = count(1), count(1)
    lines: list[str] = []
    for line in filter(None, map(str.strip, page.splitlines())):
        if line.startswith(CHAPTER):
            lines += ["", _chapter(next(chapters), line[1:], language)]
        elif line.startswith(ARTICLE):
            title, text = line[1:].split(ARTICLE, 1)
            lines.append(_article(next(articles), title, text.strip(), language))
        else:
            lines.append(line)
    return "\n".join(lines)


def unnumbered(page: str) -> str:
    """Return a page whose articles have titles alone, so that two of them can be compared."""
    lines = filter(None, map(str.strip, page.splitlines()))
    return "\n".join(line.lstrip(CHAPTER + ARTICLE).replace(ARTICLE, ": ", 1) for line in lines)


def _chapter(n: int, title: str, language: str) -> str:
    return f"第{chinese(n)}章　{title}" if language == "zh" else f"Chapter {n}: {title}"


def _article(n: int, title: str, text: str, language: str) -> str:
    return f"第{chinese(n)}条（{title}）{text}" if language == "zh" else f"Article {n} ({title}). {text}"


def chinese(n: int) -> str:
    """Return a number from 1 to 99 in Chinese."""
    tens, ones = divmod(n, 10)
    ten = f"{_DIGITS[tens] if tens > 1 else ''}十" if tens else ""
    return f"{ten}{_DIGITS[ones] if ones or not tens else ''}"
