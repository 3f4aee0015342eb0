"""Persistent state. The tables are the truth and Redis only wakes the bot; imports neither `bot` nor `handlers`."""
