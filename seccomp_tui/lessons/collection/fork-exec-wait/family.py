import os

FIRST = os.getpid()


def say(text):
    os.write(1, f"{text}\n".encode())


def fork():
    """Return the number of the child, and 0 in the child. The parent goes on when the child is another program."""
    ours, childs = os.pipe()  # an execve closes both
    child = os.fork()
    if child:
        os.close(childs)
        os.read(ours, 1)
        os.close(ours)
    return child


def become_echo(text):
    try:
        os.execv("/bin/echo", ["echo", text])
    except OSError:
        pass  # can't happen, the author thought


child = fork()
if child == 0:
    become_echo("I was a copy of a Python program. Now I am echo.")
status = os.waitpid(child, 0)[1]
say(f"My first child has ended with {os.waitstatus_to_exitcode(status)}.")

child = fork()
if child == 0:
    become_echo("I am the second child.")
say("Only the parent comes to this line.")
if os.getpid() != FIRST:
    os._exit(0)

child = fork()
if child == 0:
    become_echo("I am the third child.")
say("I have had three children.")
os._exit(0)
