"""The institution's rule book as pure functions: values in, a decision out. `now` is always an argument."""
