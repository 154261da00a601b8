"""What to answer: answers, and which calls are held. Pure: no descriptor, no clock, no Textual."""
