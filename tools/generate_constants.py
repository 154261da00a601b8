"""Write seccomp_tui/syscalls/constants.txt: the values of the names in tools/constants.in.

    python tools/generate_constants.py > seccomp_tui/syscalls/constants.txt

Needs gcc with -m32 (gcc-multilib) and the kernel headers of all three architectures (on Debian linux-libc-dev,
linux-libc-dev-i386-cross, linux-libc-dev-arm64-cross). Names that only libc has (AF_*, SOCK_*, MSG_*), and those of the
network that need its sockets, are taken from this machine: they are the same everywhere. Never run at install.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

SPECIFICATION = Path(__file__).with_name("constants.in")
KERNEL = """\
linux/aio_abi.h linux/io_uring.h linux/keyctl.h linux/kexec.h linux/landlock.h linux/reboot.h linux/hw_breakpoint.h
linux/filter.h linux/kvm.h linux/btrfs.h linux/dm-ioctl.h
asm/errno.h asm/signal.h asm/mman.h asm/ioctls.h asm/socket.h asm/fcntl.h asm/poll.h asm/resource.h linux/fcntl.h
linux/openat2.h linux/stat.h linux/fs.h linux/fadvise.h linux/falloc.h linux/memfd.h linux/random.h linux/sched.h
linux/wait.h linux/resource.h linux/time.h linux/timerfd.h linux/eventpoll.h linux/eventfd.h linux/signalfd.h
linux/inotify.h linux/pidfd.h linux/close_range.h linux/in.h linux/netlink.h linux/tcp.h linux/in6.h linux/futex.h
linux/prctl.h linux/capability.h linux/ptrace.h linux/seccomp.h linux/mount.h linux/xattr.h linux/module.h
asm/siginfo.h linux/audit.h linux/sched/types.h linux/kcmp.h linux/mempolicy.h linux/personality.h linux/ioprio.h
linux/timex.h linux/userfaultfd.h linux/elf.h linux/securebits.h
linux/membarrier.h linux/rseq.h linux/bpf.h linux/sockios.h linux/nsfs.h linux/kd.h linux/vt.h linux/perf_event.h
linux/if_tun.h linux/net.h linux/mman.h asm/termbits.h linux/fiemap.h linux/binfmts.h linux/udp.h linux/if_packet.h
linux/fanotify.h linux/quota.h linux/dqblk_xfs.h linux/loop.h linux/blkpg.h linux/hdreg.h linux/cdrom.h linux/rtc.h
linux/blktrace_api.h linux/nbd.h linux/msdos_fs.h linux/watchdog.h linux/blkzoned.h linux/fsverity.h
linux/fscrypt.h"""
LIBC = """\
sys/socket.h sys/epoll.h sys/wait.h sys/timerfd.h sys/eventfd.h sys/signalfd.h sys/mman.h sys/mount.h sys/file.h
sys/stat.h sys/resource.h sys/ptrace.h netinet/in.h netinet/tcp.h netinet/udp.h poll.h signal.h fcntl.h unistd.h
sched.h linux/netlink.h sys/vfs.h asm/prctl.h dirent.h"""
NETWORK = """\
stdint.h sys/socket.h sys/time.h linux/if_ether.h linux/if_arp.h linux/if_packet.h linux/sctp.h linux/dccp.h linux/llc.h
linux/tipc.h linux/rxrpc.h linux/if_pppol2tp.h linux/phonet.h linux/rds.h linux/caif/caif_socket.h linux/if_alg.h
linux/nfc.h linux/kcm.h linux/tls.h linux/if_xdp.h linux/can.h linux/can/raw.h linux/ax25.h linux/icmp.h
linux/audit.h linux/tty.h linux/input.h linux/vm_sockets.h linux/mctp.h linux/net.h linux/msg.h linux/sem.h
linux/shm.h linux/ip.h linux/tcp.h linux/in6.h linux/ipv6.h linux/snmp.h linux/netlink.h linux/rtnetlink.h
linux/if_link.h linux/if_addr.h linux/neighbour.h linux/fib_rules.h linux/if_addrlabel.h linux/lwtunnel.h linux/xfrm.h
linux/sock_diag.h linux/inet_diag.h"""
GROUPS = {
    "x86_64": (["-m64"], KERNEL),
    "i386": (["-m32"], KERNEL),
    "aarch64": (
        ["-nostdinc", "-isystem", "/usr/aarch64-linux-gnu/include", "-U__x86_64__", "-D__aarch64__"],
        KERNEL,
    ),
    "libc": (["-m64", "-D_GNU_SOURCE"], LIBC),
    "network": (["-m64", "-D_GNU_SOURCE"], NETWORK),
}
"""For each table of values, gcc's options and the headers."""
ARCHES = ("x86_64", "i386", "aarch64")
_MISSING = re.compile(r"/names\.c:(\d+):\d+: error")
_FATAL = re.compile(r"fatal error: ([\w/.]+): No such file")
PRINTER = """\
#include <stdio.h>
struct constant { char name[80]; long long value; };
extern struct constant constants[];
int main(void) { for (struct constant *c = constants; *c->name; c++) printf("%s %lld\\n", c->name, c->value); }
"""


def values(names: set[str], options: list[str], headers: list[str]) -> dict[str, int]:
    """Return the values of those `names` that the headers have."""
    machine = [option for option in options if option.startswith("-m")]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "printer.c").write_text(PRINTER)
        # Of a name that it has never heard of the compiler thinks long what was meant: it gets those that are there.
        names = names & _mentioned(options, headers, folder)
        while True:
            source = "typedef __SIZE_TYPE__ size_t;\n" + "".join(f"#include <{header}>\n" for header in headers)
            source += "struct constant { char name[80]; long long value; } constants[] = {\n"
            lines = source.splitlines() + [f'{{"{name}", (long long) {name}}},' for name in sorted(names)]
            source = "\n".join(lines) + '\n{"", 0}};\n'
            Path(folder, "names.c").write_text(source)
            compiled = subprocess.run(
                ["gcc", *options, "-w", "-fmax-errors=0", "-c", "-o", f"{folder}/names.o", f"{folder}/names.c"],
                capture_output=True,
                text=True,
                check=False,
            )
            if compiled.returncode == 0:
                break
            if fatal := _FATAL.search(compiled.stderr):
                headers = [header for header in headers if header != fatal[1]]
                continue
            missing = {lines[int(number) - 1].split('"')[1] for number in _MISSING.findall(compiled.stderr)}
            if not missing:
                sys.exit(compiled.stderr)
            names = names - missing
        subprocess.run(
            ["gcc", *machine, "-o", f"{folder}/print", f"{folder}/printer.c", f"{folder}/names.o"], check=True
        )
        printed = subprocess.run([f"{folder}/print"], capture_output=True, text=True, check=True).stdout
    return {name: int(value) for name, value in (line.split() for line in printed.splitlines())}


def _mentioned(options: list[str], headers: list[str], folder: str) -> set[str]:
    """Return all words of the headers that there are."""
    source = "typedef __SIZE_TYPE__ size_t;\n" + "".join(
        f"#if __has_include(<{header}>)\n#include <{header}>\n#endif\n" for header in headers
    )
    Path(folder, "headers.c").write_text(source)
    read = subprocess.run(
        ["gcc", *options, "-w", "-E", "-dD", f"{folder}/headers.c"], capture_output=True, text=True, check=True
    )
    return set(re.findall(r"\w+", read.stdout))


def wanted() -> list[str]:
    """Return the lines of the specification without comments."""
    lines = SPECIFICATION.read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def entry(item: str, tables: dict[str, dict[str, int]]) -> list[str]:
    """Return the lines of one name: one for all architectures, or one for each."""
    only, _, rest = item.rpartition(":")
    name, _, given = rest.partition("=")
    found = {}
    for arch in [only] if only else ARCHES:
        value = next((tables[group][name] for group in (arch, "libc", "network") if name in tables[group]), None)
        if value is None and given:
            value = int(given, 0)
        if value is not None:
            found[arch] = value & 0xFFFFFFFFFFFFFFFF if value >= 0 else value & 0xFFFFFFFF
    if not found:
        print(f"no header has {name}", file=sys.stderr)
    if len(found) == len(ARCHES) and len(set(found.values())) == 1:
        return [f"{name} {found['x86_64']:#x}"]
    return [f"{arch}:{name} {value:#x}" for arch, value in found.items()]


def main() -> None:
    """Print the table."""
    lines = wanted()
    items = [item for line in lines if not line.startswith("[") for item in line.split()]
    names = {item.rpartition(":")[2].partition("=")[0] for item in items}
    tables = {group: values(names, options, headers.split()) for group, (options, headers) in GROUPS.items()}
    print(
        "# Sets of constants: [set] flags|enum, what an unknown value is called, [set printed first, its mask, apart]."
    )
    print("# Made by tools/generate_constants.py from tools/constants.in; do not edit.")
    for line in lines:
        if line.startswith("["):
            print(line)
        else:
            for item in line.split():
                for found in entry(item, tables):
                    print(found)


if __name__ == "__main__":
    main()
