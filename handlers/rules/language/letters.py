"""How much words say: their letters and digits. Marks, blanks and a bare number are no reason (维持 3 。。。。)."""


def letters(text: str) -> int:
    """Return how many letters, characters of any script and digits a text has; 0 if there are only digits."""
    return sum(char.isalnum() for char in text) if any(char.isalpha() for char in text) else 0
