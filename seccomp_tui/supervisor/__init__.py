"""The answering process, the keeper that looks after it, and how others talk to it."""
