"""Requests of ioctl(2): what they are called, whose they are, and what numbers without a name are made of.

Many numbers have several names, since drivers choose theirs without asking each other. strace prints them all, and so
do we; who knows what the descriptor is can give that as a hint. ioctls.txt is read when first asked for.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from .arch import ARCHES, X86_64

_NAMES = Path(__file__).with_name("ioctls.txt")
_FAMILIES = Path(__file__).with_name("ioctl_families.txt")
_INT = 0xFFFFFFFF
_ANY_SIZE = 0xC000FFFF
"""The bits of a request that are not its size."""
_DIRECTIONS = ("_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE")
_HINTS = (
    (
        r"/dev/(tty|pts/|ptmx|console|vcs)|\bchar ([4-5]|13[6-9]|14[0-3]|188|204):",
        r"asm-generic/ioctls|linux/(kd|vt)\.",
    ),
    (r"/dev/(sr|cdrom|dvd)|\bblock 11:", r"linux/(cdrom|fs|blk|pktcdvd)|scsi/"),
    (r"/dev/fd\d|\bblock 2:", r"linux/(fd|fs|blk)"),
    (r"/dev/loop|\bblock 7:|\bchar 10:237", r"linux/(loop|fs|blk)"),
    (r"/dev/md|\bblock 9:", r"linux/(raid/|fs|blk)"),
    (r"/dev/(mapper/control|dm-)|\bchar 10:236", r"linux/(dm-|fs|blk)"),
    (r"/dev/nbd|\bblock 43:", r"linux/(nbd|fs|blk)"),
    (r"/dev/nvme|\bblock 259:", r"linux/(nvme|fs|blk|hdreg|pr\.|sed-)|scsi/"),
    (r"/dev/[shvx]v?d[a-z]|/dev/mmcblk|\bblock ", r"linux/(fs|blk|hdreg|mmc/|pr\.|sed-)|scsi/"),
    (r"/dev/(sg\d|bsg/)|\bchar 21:", r"scsi/"),
    (r"/dev/n?st\d|\bchar 9:", r"linux/mtio|scsi/"),
    (r"/dev/mtd|/dev/ubi|\bchar 90:", r"mtd/"),
    (r"/dev/(dsp|audio|mixer|sequencer|midi)|\bchar 14:", r"linux/soundcard"),
    (r"/dev/snd/|\bchar 116:", r"sound/"),
    (r"/dev/(dri|accel)/|\bchar 226:|anon_inode:.*(drm|i915)", r"drm/"),
    (r"/dev/kfd", r"linux/kfd"),
    (r"/dev/fb|\bchar 29:", r"linux/.*fb|video/"),
    (r"/dev/(video|media|v4l|vbi|radio|swradio)|\bchar 81:", r"linux/(videodev2|v4l2|media|uvc)|media/"),
    (r"/dev/dvb/|\bchar 212:", r"linux/dvb/"),
    (r"/dev/input/js", r"linux/joystick"),
    (r"/dev/input/|\bchar 13:", r"linux/input"),
    (r"/dev/uinput|\bchar 10:223", r"linux/uinput"),
    (r"/dev/hidraw", r"linux/hidraw"),
    (r"/dev/hiddev|/dev/usb/hiddev", r"linux/hiddev"),
    (r"/dev/bus/usb/|\bchar 189:", r"linux/usbdevice_fs"),
    (r"/dev/i2c-|\bchar 89:", r"linux/i2c"),
    (r"/dev/spidev|\bchar 153:", r"linux/spi"),
    (r"/dev/gpiochip", r"linux/gpio"),
    (r"/dev/lp|\bchar 6:", r"linux/lp"),
    (r"/dev/parport|\bchar 99:", r"linux/ppdev"),
    (r"/dev/rtc|\bchar 10:135", r"linux/rtc"),
    (r"/dev/u?random|\bchar 1:[89]\b", r"linux/random"),
    (r"/dev/watchdog|\bchar 10:130", r"linux/watchdog"),
    (r"/dev/ppp|\bchar 108:", r"linux/ppp"),
    (r"/dev/net/tun|\bchar 10:200", r"linux/if_tun"),
    (r"/dev/vhost", r"linux/vhost"),
    (r"/dev/kvm|anon_inode:\[?kvm|\bchar 10:232", r"linux/kvm"),
    (r"/dev/vfio|anon_inode:\[?vfio|\bchar 10:196", r"linux/vfio"),
    (r"/dev/iommu", r"linux/iommufd"),
    (r"/dev/fuse|\bchar 10:229", r"linux/fuse"),
    (r"anon_inode:\[?perf_event", r"linux/perf_event"),
    (r"anon_inode:\[?userfaultfd|/dev/userfaultfd", r"linux/userfaultfd"),
    (r"anon_inode:\[?eventpoll", r"linux/eventpoll"),
    (r"anon_inode:\[?timerfd", r"linux/timerfd"),
    (r"anon_inode:\[?pidfd", r"linux/pidfd"),
    (r"anon_inode:\[?inotify", r"linux/inotify|asm-generic/ioctls"),
    (r"anon_inode:\[?seccomp", r"seccomp"),
    (r"anon_inode:\[?sync_file", r"linux/sync_file"),
    (r"dmabuf:", r"linux/dma-buf"),
    (r"(mnt|net|pid|user|uts|ipc|cgroup|time)(_for_children)?:\[", r"linux/nsfs"),
    (r"^(socket|[A-Z][\w-]*):\[", r"linux/(sockios|wireless|if_|atm|vm_sock)|asm-generic/|net/"),
    (r"^/(?!dev/)", r"linux/(fs|ext4|btrfs|f2fs|fscrypt|fsverity|msdos|falloc|fsmap)|fs/|asm-generic/ioctls"),
)
"""What a descriptor may be, and the headers of what one does to it."""


_Name = tuple[str, str]
"""A name and its header; spare ones, which give way to others, begin with ~."""


class _Table(NamedTuple):
    """The names on one architecture: by number, and by number without a size, still to be filled in."""

    fixed: dict[int, list[_Name]]
    sized: dict[int, _Name]


@cache
def _table(arch: int) -> _Table:
    machine = ARCHES[arch].name
    table = _Table({}, {})
    named, _, sized = _NAMES.read_text(encoding="ascii").partition("[sized]\n")
    header = ""
    for line in named.splitlines():
        if line[0] == "[":
            header = line[1:-1]
        elif line[0] != "#":
            value, name, *only = line.split()
            if not only or machine in only:
                table.fixed.setdefault(int(value, 16), []).append((name, header))
    for line in sized.splitlines():
        requests, header, name = line.split(" ", 2)
        first, _, last = requests.partition("-")
        table.sized.update(dict.fromkeys(range(int(first, 16), int(last or first, 16) + 1), (name, header)))
    return table


def _known(value: int, arch: int) -> list[_Name]:
    """Return all names of a request, as strace orders them: those a macro makes, then the others by name."""
    table = _table(arch)
    value &= _INT
    known = sorted(table.fixed.get(value, ()))
    if made := table.sized.get(value & _ANY_SIZE):
        name, header = made
        known.insert(0, (name.format(size=value >> 16 & 0x3FFF, nr=value & 0xFF), header))
    return known


def _chosen(value: int, arch: int, hint: str) -> list[_Name]:
    """Return the names that a request has for a descriptor."""
    known = _known(value, arch)
    if hint and known:
        headers = next((headers for descriptor, headers in _HINTS if re.search(descriptor, hint)), "")
        known = [(name, header) for name, header in known if headers and re.match(headers, header)] or known
    return [(name, header) for name, header in known if name[0] != "~"] or known


def names(value: int, arch: int = X86_64.token, hint: str = "") -> tuple[str, ...]:
    """Return the names of a request; none if it has none.

    Args:
        value: the number, of which the kernel takes the low 32 bits.
        arch: whose program it is.
        hint: what the descriptor is, if that is known: "/dev/sda", "socket:[1]", "anon_inode:kvm-vcpu", "char 4:1". The
            names that are for such a descriptor are returned, and all if there are none.
    """
    return tuple(name.lstrip("~") for name, _ in _chosen(value, arch, hint))


def unknown(value: int) -> str:
    """Return what a request is made of: `_IOC(_IOC_READ|_IOC_WRITE, 0xbe, 0xef, 0x1ead)`."""
    value &= _INT
    parts = (value >> 8 & 0xFF, value & 0xFF, value >> 16 & 0x3FFF)
    return f"_IOC({_DIRECTIONS[value >> 30]}, {', '.join(f'{part:#x}' if part else '0' for part in parts)})"


@lru_cache(4096)
def text(value: int, arch: int = X86_64.token) -> str:
    """Return a request as strace prints it: all its names with `or` between them, or what it is made of."""
    return " or ".join(names(value, arch)) or unknown(value)


@cache
def numbers(arch: int = X86_64.token) -> dict[str, int]:
    """Return name -> number, for all names but those that go with any size."""
    return {name.lstrip("~"): value for value, known in _table(arch).fixed.items() for name, _ in known}


@cache
def _families() -> tuple[dict[str, str], list[tuple[int, int, int, str]]]:
    """Return what each header is for, and (type, first, last number, what for) of those without."""
    headers, _, ranges = _FAMILIES.read_text(encoding="ascii").partition("[ranges]\n")
    words = dict(line.split(" ", 1) for line in headers.splitlines() if line[0] not in "#[")
    rows = (line.split(" ", 3) for line in ranges.splitlines())
    return words, [(int(code, 16), int(first, 16), int(last, 16), text) for code, first, last, text in rows]


def family(value: int, arch: int = X86_64.token, hint: str = "") -> str:
    """Return what drivers a request belongs to: `KVM`; "" when nothing is known of its kind.

    That of a request without a name is told by its type and number, which several drivers may use.
    """
    words, ranges = _families()
    found = [words[header] for _, header in _chosen(value, arch, hint)]
    if not found:
        code, number = value >> 8 & 0xFF, value & 0xFF
        found = [text for kind, first, last, text in ranges if kind == code and first <= number <= last]
    return " or ".join(dict.fromkeys(found))
