import os


def read(name):
    number = os.open(name, os.O_RDONLY)
    text = os.read(number, 100)
    os.close(number)
    os.write(1, b"%s was number %d: %s" % (name.encode(), number, text))


read("first.txt")
read("second.txt")
os.close(1)
os.open("third.txt", os.O_WRONLY | os.O_CREAT, 0o600)
os.write(1, b"Where does this go?\n")
os._exit(0)
