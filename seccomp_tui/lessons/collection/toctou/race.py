import ctypes
import os
import threading

PUBLIC, SECRET = b"public.txt", b"secret.txt"
name = ctypes.create_string_buffer(PUBLIC)
address = hex(ctypes.addressof(name)).encode()
libc = ctypes.CDLL(None, use_errno=True)
read = threading.Event()


def swap(reader):
    """Wait until the other thread's call waits, then change the name that it has given."""
    calls = os.open(f"/proc/self/task/{reader}/syscall", os.O_RDONLY)
    while address not in os.pread(calls, 200, 0) and not read.is_set():
        pass
    os.getppid()  # a call of this thread's own: when it is over, whoever watches has seen the other one
    name.value = SECRET
    os.close(calls)


def ask():
    """Open the file that is named, and print what stands in it."""
    name.value = PUBLIC
    read.clear()
    other = threading.Thread(target=swap, args=[threading.get_native_id()])
    other.start()
    number = libc.open(name, os.O_RDONLY)
    failed = ctypes.get_errno()
    read.set()
    other.join()
    if number < 0:
        os.write(1, b"I get nothing: %s.\n" % os.strerror(failed).encode())
        return
    os.write(1, b"I have read: " + os.read(number, 100))
    os.close(number)


for _ in range(4):
    ask()
os._exit(0)
