"""Persistent state. The tables are the truth and Redis only wakes the bot; imports neither `bot` nor `handlers`."""

import storage.lean_tortoise  # noqa: F401 - before anything here imports Tortoise
