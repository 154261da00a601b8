import ctypes
import os
import signal

library = ctypes.CDLL(None, use_errno=True)
room = ctypes.create_string_buffer(100)
came = 0


def say(text):
    os.write(1, f"{text}\n".encode())


def handler(number, frame):
    global came
    came += 1


def read():
    """Read once, as a program in C does: Python would repeat a read that a signal has interrupted."""
    count = library.read(0, room, 100)
    if count < 0:
        return f"it has failed: {os.strerror(ctypes.get_errno())}"
    return f"it has given {count} bytes"


signal.signal(signal.SIGUSR1, handler)
outcome = read()
say(f"I have read once; {outcome}. Signals: {came}.")

came = 0
signal.siginterrupt(signal.SIGUSR1, False)
outcome = read()
say(f"I have read once; {outcome}. Signals: {came}.")

child = os.posix_spawnp("sleep", ["sleep", "86400"], os.environ)
_, status = os.waitpid(child, os.WUNTRACED)
if os.WIFSTOPPED(status):
    say("The sleeper has been stopped. I wake it up again.")
    os.kill(child, signal.SIGCONT)
    os.waitpid(child, 0)
say("The sleeper has ended.")
os._exit(0)
