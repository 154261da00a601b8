import ctypes
import os
import time

CLOCK_GETTIME = 228 if os.uname().machine == "x86_64" else 113


class Timespec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


library = ctypes.CDLL(None)
answer = Timespec()


def say(text):
    os.write(1, text.encode())


def shown(seconds):
    return time.strftime("%d %B %Y, %H:%M", time.gmtime(seconds))


def kernels_time():
    """Make the call as it is, past the C library, which knows a shorter way."""
    library.syscall(CLOCK_GETTIME, time.CLOCK_REALTIME, ctypes.byref(answer))
    return answer.seconds


say(f"It is {shown(time.time())}.\n")
told, known = kernels_time(), time.time()
say(f"The kernel told me {shown(told)}. I think it is {shown(known)}.\n")

before = time.time()
os.waitpid(os.posix_spawnp("sleep", ["sleep", "86400"], os.environ), 0)
say(f"I have slept for a day, and {time.time() - before:.0f} seconds have passed.\n")
os._exit(0)
