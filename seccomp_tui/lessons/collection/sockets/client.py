import os
import select
import socket

BANK, THIEF = "127.0.0.1", "127.0.0.2"


def say(text):
    os.write(1, text.encode() + b"\n")


def listen():
    """Begin two servers on this computer, at two addresses with the same port."""
    while True:
        bank, thief = socket.socket(), socket.socket()
        try:
            bank.bind((BANK, 0))
            thief.bind((THIEF, bank.getsockname()[1]))
        except OSError:
            continue
        bank.listen()
        thief.listen()
        return bank, thief


def serve(bank, thief, until):
    """Answer whoever calls, until the program has ended."""
    words = {bank: b"This is your bank, good morning.", thief: b"This is the thief. Do go on!"}
    while True:
        ready, _, _ = select.select([*words, until], [], [])
        if until in ready:
            os._exit(0)
        with ready[0].accept()[0] as caller:
            caller.send(words[ready[0]])


def call(port, careful):
    """Call the bank; return whether the password was told."""
    with socket.socket() as line:
        line.connect((BANK, port))
        if careful:
            there = line.getpeername()[0]
            say(f"Whom am I connected to? {there}")
            if there != BANK:
                say("That is not the bank! I hang up.")
                return False
        say(f"I have called {BANK} and hear: {line.recv(100).decode()}")
        if careful:
            line.send(b"my password is swordfish")
            say(f"I have told my password to {BANK}, nobody else has heard it.")
        return careful


bank, thief = listen()
until, alive = os.pipe()
if os.fork() == 0:
    os.close(alive)
    serve(bank, thief, until)
port = bank.getsockname()[1]
bank.close()
thief.close()
call(port, careful=False)
call(port, careful=False)
say("This time I look whom I am talking to.")
for _ in range(3):
    if call(port, careful=True):
        break
os._exit(0)
