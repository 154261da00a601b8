import os

GUARDED = "/etc/shadow"


def say(text):
    os.write(1, text.encode())


def be_ordinary():
    """Root may do anything anyway: give that up, for good."""
    if os.getresuid()[1] == 0:
        os.setgroups([])
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)


def read_guarded():
    try:
        with open(GUARDED, "rb", buffering=0) as file:
            return file.read(100).split(b"\n")[0].decode()
    except OSError as error:
        return f"No: {error.strerror}."


be_ordinary()
whoami = os.posix_spawnp("whoami", ["whoami"], os.environ)
os.waitpid(whoami, 0)

if os.getuid() != 0:
    say("The first lock: only root comes in, and you are not root.\n")
    os._exit(1)
say("The first lock opens: welcome, root.\n")
say(f"The second lock: {read_guarded()}\n")
say(f"Once more: {read_guarded()}\n")
os._exit(0)
