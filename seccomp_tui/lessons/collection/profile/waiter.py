import ctypes
import os

SECRET = b"secret.txt"
FOLDER, OPENAT2, IO_URING_SETUP = -100, 437, 425  # AT_FDCWD; these calls have the same numbers on all machines
libc = ctypes.CDLL(None, use_errno=True)
menu = os.open("menu.txt", os.O_RDONLY)


def say(text):
    os.write(1, text.encode() + b"\n")


def serve():
    """What it is here for."""
    os.write(1, b"\n" + os.pread(menu, 100, 0))


def look_into(number):
    text = os.read(number, 100)
    os.close(number)
    return text.decode().strip()


def by_openat():
    return look_into(os.open(SECRET, os.O_RDONLY))


def by_openat2():
    return look_into(checked(libc.syscall(OPENAT2, FOLDER, SECRET, bytes(24), ctypes.c_size_t(24))))


def by_rename():
    os.rename(SECRET, "innocent.txt")
    os.rename("innocent.txt", SECRET)
    return "the file has another name now, which nobody has forbidden"


def by_io_uring():
    os.close(checked(libc.syscall(IO_URING_SETUP, 1, bytes(120))))
    return "a ring is there; by it files are opened without any call that opens"


def by_fork():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return "now there are two of us"


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def attempt(*ways):
    for way in ways:
        try:
            say(f"{way.__name__}: {way()}")
        except OSError as error:
            say(f"{way.__name__}: {error.strerror}")


serve()
attempt(by_openat, by_openat2)
serve()
attempt(by_openat, by_openat2, by_rename, by_io_uring, by_fork)
serve()
os._exit(0)
