import _thread
import os

ACCOUNT = "account.txt"


def say(text):
    os.write(1, f"{text}\n".encode())


def open_account():
    with open(ACCOUNT, "wb", buffering=0) as file:
        file.write(b"100")


def balance():
    with open(ACCOUNT, "rb", buffering=0) as file:
        return file.read(3).decode()


def pay_in(amount):
    account = os.open(ACCOUNT, os.O_RDWR)
    money = os.pread(account, 3, 0)
    os.pwrite(account, str(int(money) + amount).encode(), 0)
    return account


def pay_in_twice(lock):
    """Pay in 50 twice, in two threads that begin together; with a lock, one has to wait for the other."""
    begin = [_thread.allocate_lock() for _ in range(2)]
    ended = [_thread.allocate_lock() for _ in range(2)]
    opened = []

    def work(number):
        begin[number].acquire()
        if lock is not None:
            with lock:
                opened.append(pay_in(50))
        else:
            opened.append(pay_in(50))
        ended[number].release()

    for each in (*begin, *ended):
        each.acquire()
    for number in range(2):
        _thread.start_new_thread(work, (number,))
    for each in begin:
        each.release()
    for each in ended:
        each.acquire()
    for each in opened:
        os.close(each)


for name, lock in ("no lock", None), ("a lock", _thread.allocate_lock()):
    open_account()
    pay_in_twice(lock)
    say(f"With {name}: 100 and 50 and 50 make {balance()}.")
os._exit(0)
