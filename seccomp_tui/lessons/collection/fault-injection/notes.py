import os

NOTES, NEW = "notes.txt", "notes.new"


def say(text):
    os.write(1, text.encode() + b"\n")


# --- what is tested ---


def put(name, text):
    """Write a file as a whole."""
    number = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        while text:
            text = text[os.write(number, text) :]
        os.fsync(number)
    finally:
        os.close(number)


def save(text):
    """Save the notes, whatever happens: into a new file, which then takes the place of the old one."""
    try:
        put(NEW, text)
        os.rename(NEW, NOTES)
    except OSError:
        put(NOTES, text)


# --- the test ---


def look():
    """Return the notes that are on the disk."""
    with open(NOTES, "rb") as file:
        return file.read()


def fresh():
    """Put the notes back as they were at first."""
    old, new = os.open("notes.old", os.O_RDONLY), os.open("notes.copy", os.O_WRONLY | os.O_CREAT, 0o600)
    while os.sendfile(new, old, None, 4096):
        pass
    os.close(old)
    os.close(new)
    os.rename("notes.copy", NOTES)


for number in range(1, 7):
    fresh()
    say(f"\nTest {number}: there are {look().count(10)} notes. I add one, and save.")
    try:
        save(look() + b"apples\n")
        say("save: Saved.")
    except OSError as error:
        say(f"save: {error.strerror}. The old notes are still there.")
    say(f"Now there are {look().count(10)} notes.")
os._exit(0)
