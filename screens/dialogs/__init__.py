"""Modal screens: each keeps the number of the call that it was opened for."""
