"""Guided lessons: what they are made of, how far one has come in them, and how they are played and proved.

Pure but for `proving`, which is the screens' end of a run without screens. Knows policy, session and the wire messages;
no Textual.
"""
