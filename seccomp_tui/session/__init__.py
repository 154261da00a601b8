"""The recording: the recorder process, the SQLite schema, and the read side."""
