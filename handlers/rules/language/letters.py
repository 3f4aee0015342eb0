"""How much words say: their letters and digits. Marks and blanks are no reason (维持 3 。。。。)."""


def letters(text: str) -> int:
    """Return how many letters, characters of any script and digits a text has."""
    return sum(char.isalnum() for char in text)
