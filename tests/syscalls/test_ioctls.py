"""Requests of ioctl(2): the table against compiled programs, and what is printed against strace."""

from __future__ import annotations

import importlib.util
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from seccomp_tui.syscalls import ioctls, numbers, operations
from seccomp_tui.syscalls.arch import ARCHES, I386, X86_64, Arch
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import RecordedMemory
from tests.conftest import ROOT

HERE = Path(__file__).parent
NEWEST = 6 << 16 | 12 << 8 | 255
"""The newest kernel whose headers the table has, as in linux/version.h."""
HEADERS = """
asm/mtrr.h asm-generic/ioctls.h asm-generic/sockios.h linux/btrfs.h linux/cdrom.h linux/dm-ioctl.h linux/fb.h linux/fs.h
linux/fuse.h linux/gpio.h linux/hdreg.h linux/if_tun.h linux/input.h linux/kd.h linux/kvm.h linux/loop.h linux/nsfs.h
linux/perf_event.h linux/ppp-ioctl.h linux/raid/md_u.h linux/rtc.h linux/seccomp.h linux/sockios.h linux/soundcard.h
linux/usbdevice_fs.h linux/vfio.h linux/videodev2.h linux/vt.h linux/wireless.h mtd/mtd-abi.h sound/asound.h
xen/gntdev.h
"""
SIZED = {
    "EVIOCGNAME(256)": "EVIOCGNAME(256)",
    "EVIOCGMTSLOTS(8)": "EVIOCGMTSLOTS(8)",
    "EVIOCGBIT(0, 16)": "EVIOCGBIT(0, 16)",
    "EVIOCGBIT(EV_KEY, 96)": "EVIOCGBIT(EV_KEY, 96)",
    "EVIOCGBIT(0x1e, 96)": "EVIOCGBIT(0x1e /* EV_??? */, 96)",
    "EVIOCGABS(ABS_MT_SLOT)": "EVIOCGABS(ABS_MT_SLOT)",
    "EVIOCSABS(0x0f)": "EVIOCSABS(0xf /* ABS_??? */)",
    "UI_GET_SYSNAME(64)": "UI_GET_SYSNAME(64)",
    "JSIOCGNAME(128)": "JSIOCGNAME(128)",
    "HIDIOCGRAWNAME(256)": "HIDIOCGRAWNAME(256)",
    "HIDIOCSFEATURE(3)": "HIDIOCSFEATURE(3)",
    "HIDIOCGFEATURE(3)": "HIDIOCGFEATURE(3)",
    "HIDIOCGOUTPUT(3)": "HIDIOCGOUTPUT(3)",
    "HIDIOCGPHYS(9)": "HIDIOCGPHYS(9)",
    "SPI_IOC_MESSAGE(1)": "SPI_IOC_MESSAGE(32)",
    "MIXER_READ(4)": "MIXER_READ(4)",
}
"""Macros of headers, and how strace prints their numbers: a message of SPI by its size, not by its count."""
AT_0 = "frame buffers or block devices and file systems or WaveFront sound cards or SCSI"
BOTH = [X86_64, pytest.param(I386, marks=pytest.mark.needs("gcc-m32"))]
both = pytest.mark.parametrize("arch", BOTH, ids=lambda arch: arch.name)


# --- the table ---


@pytest.mark.parametrize("arch", ARCHES.values(), ids=lambda arch: arch.name)
def test_there_are_thousands_of_names(arch: Arch) -> None:
    known = ioctls.numbers(arch.token)
    assert len(known) >= 3700
    assert len(set(known.values())) >= 3400
    for name, value in known.items():
        assert re.fullmatch(r"[A-Z_]\w+", name)
        assert ioctls.names(value, arch.token)
        assert ioctls.family(value, arch.token)


def test_ranges_of_the_drivers() -> None:
    _, ranges = ioctls._families()
    assert len(ranges) >= 270
    for code, first, last, text in ranges:
        assert 0 <= first <= last <= 0xFF
        assert ioctls.family(code << 8 | first | 0x1FFF0000, X86_64.token)
        assert text.isprintable()


def test_some_numbers_differ_between_architectures() -> None:
    assert ioctls.text(0x80086601) == "FS_IOC_GETFLAGS"
    assert ioctls.text(0x80046601) == "FS_IOC32_GETFLAGS"
    assert ioctls.text(0x4004AEAC, I386.token) == ioctls.unknown(0x4004AEAC)
    assert {ioctls.numbers(arch)["FS_IOC_GETFLAGS"] for arch in ARCHES} == {0x80086601, 0x80046601}


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (0x5401, ("TCGETS",)),
        (0x5402, ("SNDCTL_TMR_START", "TCSETS")),
        (0x5403, ("SNDCTL_TMR_STOP", "TCSETSW")),
        (0x5404, ("SNDCTL_TMR_CONTINUE", "TCSETSF")),
        (0x541B, ("FIONREAD",)),  # not its other names TIOCINQ and SIOCINQ
        (0x5382, ("CDROMAUDIOBUFSIZ", "SCSI_IOCTL_GET_IDLUN")),
        (0x80045430, ("TIOCGPTN",)),
        (0xC0189436, ("BTRFS_IOC_FILE_EXTENT_SAME", "FIDEDUPERANGE")),
        (0xAE80, ("KVM_RUN",)),
        (0x81044804, ("HIDIOCGRAWNAME(260)", "HIDIOCGSTRING")),
        (0xFFFF_FFFF_0000_5413, ("TIOCGWINSZ",)),
        (0xC0DEBEEF, ()),
    ],
)
def test_names(value: int, names: tuple[str, ...]) -> None:
    assert ioctls.names(value) == names


@pytest.mark.parametrize(
    ("value", "hint", "names", "family"),
    [
        (0x5402, "", "SNDCTL_TMR_START or TCSETS", "OSS sound or terminals, and any file"),
        (0x5402, "/dev/tty", "TCSETS", "terminals, and any file"),
        (0x5402, "/dev/pts/0<char 136:0>", "TCSETS", "terminals, and any file"),
        (0x5402, "char 4:1", "TCSETS", "terminals, and any file"),
        (0x5402, "/dev/sequencer", "SNDCTL_TMR_START", "OSS sound"),
        (0x5402, "/dev/null", "SNDCTL_TMR_START or TCSETS", "OSS sound or terminals, and any file"),
        (0x5402, "\x1b[0m/dev/\0", "SNDCTL_TMR_START or TCSETS", "OSS sound or terminals, and any file"),
        (0x5382, "/dev/sr0", "CDROMAUDIOBUFSIZ or SCSI_IOCTL_GET_IDLUN", "CD and DVD drives or SCSI"),
        (0x5382, "/dev/sda<block 8:0>", "SCSI_IOCTL_GET_IDLUN", "SCSI"),
        (0x8906, "socket:[1]", "SIOCGSTAMP_OLD", "sockets"),
        (0x8B00, "UNIX-STREAM:[12]", "SIOCIWFIRST or SIOCSIWCOMMIT", "wireless extensions"),
        (0xAE80, "anon_inode:kvm-vcpu:0", "KVM_RUN", "KVM"),
        (0x80044D00, "/dev/mixer", "MIXER_READ(0)", "OSS sound"),
        (0x40084D02, "/dev/mtd0", "MEMERASE", "flash memory"),
        (0x3B71, "/dev/vfio/vfio", "VFIO_DEVICE_PCI_HOT_RESET or VFIO_IOMMU_MAP_DMA", "VFIO"),
    ],
)
def test_a_hint_chooses(value: int, hint: str, names: str, family: str) -> None:
    assert " or ".join(ioctls.names(value, hint=hint)) == names
    assert ioctls.family(value, hint=hint) == family


@pytest.mark.parametrize(
    ("value", "text", "family"),
    [
        (0xDEADBEEF, "_IOC(_IOC_READ|_IOC_WRITE, 0xbe, 0xef, 0x1ead)", ""),
        (0x40, "_IOC(_IOC_NONE, 0, 0x40, 0)", ""),
        (0x40000000, "_IOC(_IOC_WRITE, 0, 0, 0)", AT_0),
        (0x80010000, "_IOC(_IOC_READ, 0, 0, 0x1)", AT_0),
        (0xAEFF, "_IOC(_IOC_NONE, 0xae, 0xff, 0)", "KVM"),
        (0xFD50, "_IOC(_IOC_NONE, 0xfd, 0x50, 0)", "device mapper"),
    ],
)
def test_without_a_name(value: int, text: str, family: str) -> None:
    assert ioctls.unknown(value) == ioctls.text(value) == text
    assert ioctls.family(value) == family


def test_lines() -> None:
    number = numbers.number(X86_64.token, "ioctl")
    assert number is not None

    def line(request: int, argument: int) -> str:
        return Decoder().call(X86_64.token, number, [3, request, argument, 0, 0, 0], RecordedMemory([]))

    assert line(0x5402, 0x1000) == "ioctl(3, SNDCTL_TMR_START or TCSETS, 0x1000)"
    assert line(0xAE80, 0) == "ioctl(3, KVM_RUN, 0)"
    assert line(0x81004506, 0x1000) == "ioctl(3, EVIOCGNAME(256), 0x1000)"
    assert line(0xC0DEBEEF, 7) == "ioctl(3, _IOC(_IOC_READ|_IOC_WRITE, 0xbe, 0xef, 0xde), 0x7)"


def test_operations_may_name_any_request() -> None:
    assert operations._value("ioctl", "KVM_RUN", I386.token) == 0xAE80
    assert operations._value("ioctl", "TCGETS", I386.token) == 0x5401
    assert operations._value("ioctl", "NONSENSE", I386.token) is None
    assert operations._value("whence", "KVM_RUN", I386.token) is None


def test_the_first_look_up_takes_a_few_milliseconds() -> None:
    code = """
import time
from seccomp_tui.syscalls import ioctls
before = time.process_time()
ioctls.text(0x5413)
print(time.process_time() - before)
"""
    times = [
        float(subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(times) < 0.01


# --- a compiled program ---


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_ioctls", ROOT / "tools/generate_ioctls.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


def printed(names: list[str], first: list[str], machine: str, folder: Path) -> dict[str, int]:
    """Return the numbers that a compiled program prints."""
    source, program = folder / "names.c", folder / "names"
    lines = [*first, "#include <stdio.h>", "int main(void) {"]
    lines += [f'printf("%x {name}\\n", (unsigned) ({name}));' for name in names]
    source.write_text("\n".join([*lines, "return 0; }"]))
    subprocess.run(["gcc", "-w", machine, "-o", program, source], check=True)
    output = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    return {name: int(value, 16) for value, name in (line.split(" ", 1) for line in output.splitlines())}


def is_newer() -> bool:
    """Tell whether the headers of this machine may have names that ours have not."""
    source = "#include <linux/version.h>\nLINUX_VERSION_CODE\n"
    command = ["gcc", "-E", "-P", "-"]
    text = subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout
    return int(text.split()[-1]) > NEWEST


@pytest.mark.needs("gcc", "x86_64")
@both
def test_no_name_of_a_header_is_lost(arch: Arch, generator: ModuleType, tmp_path: Path) -> None:
    machine = generator.MACHINES[arch.name][1]
    found, lost = 0, set()
    for name in HEADERS.split():
        header = generator.Header(name, (f"#include <{name}>",), generator.plain(name))
        entries = generator.look(header, list(machine))
        wanted = [entry.name for entry in entries if entry.value != generator.NONE]
        first = [*generator.before(header), *header.lines]
        theirs = printed(wanted, first, machine[0], tmp_path)
        assert len(theirs) == len(wanted)
        for entry, value in theirs.items():
            known = {text for text, _ in ioctls._known(value, arch.token)}
            if not {entry, f"~{entry}"} & known:
                lost.add(entry)
        found += len(theirs)
    assert found > 1200
    assert not lost or is_newer(), sorted(lost)


@pytest.mark.needs("gcc", "x86_64")
def test_numbers_that_go_with_any_size(tmp_path: Path) -> None:
    first = [
        f"#include <linux/{name}.h>"
        for name in ("input", "uinput", "joystick", "hidraw", "hiddev", "soundcard", "spi/spidev")
    ]
    theirs = printed(list(SIZED), first, "-m64", tmp_path)
    assert {name: ioctls.names(value)[0] for name, value in theirs.items()} == SIZED


# --- strace ---


def traced(values: list[int], machine: str, folder: Path) -> list[str]:
    """Return what strace prints for these requests from the second argument on."""
    program, output = folder / "ioctls", folder / "strace"
    subprocess.run(["gcc", "-w", machine, "-o", program, HERE / "ioctls.c"], check=True)
    numbers = "\n".join(f"{value:x}" for value in values)
    command = ["strace", "-o", str(output), "-e", "trace=ioctl", str(program)]
    subprocess.run(command, input=numbers, text=True, check=True, timeout=50)
    start = "ioctl(-1, "
    lines = [line.removeprefix(start) for line in output.read_text().splitlines() if line.startswith(start)]
    assert len(lines) == len(values)
    return lines


def compare(value: int, arch: Arch, line: str) -> str:
    """Return how our text of a request compares with a line of strace's."""
    ours = ioctls.text(value, arch.token)
    if line.startswith((f"{ours},", f"{ours})")):
        return "identical" if ioctls.names(value, arch.token) else "unknown to both"
    if line.startswith("_IOC("):
        return "named by us only"
    names = set(ioctls.names(value, arch.token))
    theirs = set(re.findall(r"(?:^| or )([A-Z_]\w+(?:\([^)]*\))?)", re.split(r"[,)] ", f"{line} ")[0]))
    return "one has more names" if names < theirs or theirs < names else "different"


@pytest.mark.needs("strace", "gcc", "x86_64")
@both
def test_names_are_strace_s(arch: Arch, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    machine = "-m64" if arch is X86_64 else "-m32"
    values = sorted(set(ioctls.numbers(arch.token).values()))
    lines = traced(values, machine, tmp_path)
    counts = Counter(compare(value, arch, line) for value, line in zip(values, lines, strict=True))
    record_property("compared with strace", dict(counts))
    comparable = counts["identical"] + counts["different"]
    assert comparable + counts["one has more names"] > 2800, counts
    assert counts["identical"] >= 0.995 * comparable, counts
    assert counts["identical"] >= 0.97 * (comparable + counts["one has more names"]), counts


@pytest.mark.needs("strace", "gcc", "x86_64")
@both
def test_plain_numbers_are_strace_s(arch: Arch, tmp_path: Path) -> None:
    values = list(range(0x10000))
    lines = traced(values, "-m64" if arch is X86_64 else "-m32", tmp_path)
    counts = Counter(compare(value, arch, line) for value, line in zip(values, lines, strict=True))
    assert counts["identical"] > 800, counts
    assert counts["identical"] + counts["unknown to both"] > 0.99 * len(values), counts


@pytest.mark.needs("strace", "gcc", "x86_64")
@both
def test_numbers_without_a_name_are_printed_as_strace_does(arch: Arch, tmp_path: Path) -> None:
    chance = random.Random(3)
    values = [chance.getrandbits(32) for _ in range(3000)]
    values += [chance.getrandbits(32) & chance.getrandbits(32) & chance.getrandbits(32) for _ in range(1000)]
    unnamed = 0
    for value, line in zip(values, traced(values, "-m64" if arch is X86_64 else "-m32", tmp_path), strict=True):
        if line.startswith("_IOC("):
            unnamed += 1
            assert line.startswith(f"{ioctls.unknown(value)}, 0x1234)")
            assert not ioctls.names(value, arch.token)
    assert unnamed >= 2000
