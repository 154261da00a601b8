"""Layouts of the structs of sockets, IPC, terminals and netlink, held against the kernel's own headers."""

from __future__ import annotations

import subprocess
from pathlib import Path

from seccomp_tui.syscalls import structs
from tests.syscalls.offsets import InC, assert_layouts, both_words, needs_compiler

HEADERS = """
stdint.h linux/socket.h sys/time.h linux/in.h linux/in6.h linux/ipv6.h linux/netlink.h linux/rtnetlink.h
linux/if_packet.h linux/vm_sockets.h linux/x25.h linux/if_alg.h linux/nfc.h linux/if_xdp.h linux/qrtr.h linux/mctp.h
linux/rxrpc.h linux/errqueue.h linux/msg.h linux/sem.h linux/shm.h linux/mqueue.h asm/termbits.h linux/kd.h linux/if.h
linux/seccomp.h linux/input.h linux/if_link.h linux/if_addr.h linux/neighbour.h linux/fib_rules.h linux/if_addrlabel.h
stddef.h stdio.h
"""
FAMILY = {
    "sockaddr_in": "sin",
    "sockaddr_in6": "sin6",
    "sockaddr_nl": "nl",
    "sockaddr_ll": "sll",
    "sockaddr_vm": "svm",
    "sockaddr_x25": "sx25",
    "sockaddr_alg": "salg",
    "sockaddr_xdp": "sxdp",
    "sockaddr_qrtr": "sq",
    "sockaddr_mctp": "smctp",
    "sockaddr_rxrpc": "srx",
}
"""What stands before `_family` in C, where strace prints all of them as `sa_family`."""
PLAIN = """
mctp_addr sockaddr_nfc x25_address linger ip_mreq group_req packet_mreq tpacket_req in_pktinfo ipc64_perm msginfo
seminfo sembuf shminfo64 shm_info mq_attr termios termios2 termio kbkeycode kbd_repeat unimapinit consolefontdesc
console_font_op seccomp_data seccomp_notif seccomp_notif_resp seccomp_notif_addfd input_id ff_trigger ff_replay
input_keymap_entry nlmsghdr ifinfomsg ifaddrmsg rtmsg ndmsg fib_rule_hdr ifaddrlblmsg rtnl_link_stats
rtnl_link_stats64 rtnl_link_ifmap ifla_cacheinfo ifa_cacheinfo rta_cacheinfo rta_mfc_stats nda_cacheinfo
fib_rule_uid_range fib_rule_port_range
"""
AS_ANOTHER = {
    "ipc64_perm_to_set": "ipc64_perm",
    "mq_attr_to_open": "mq_attr",
    "console_font_done": "console_font_op",
    "ipv6_mreq": "ipv6_mreq",
    "ifmap": "ifmap",
    "ifconf": "ifconf",
}
"""The same ones as one side reads them, and those whose fields have other names in C."""
IN_C = {name: name for name in PLAIN.split()} | {name: name for name in FAMILY} | AS_ANOTHER
"""The struct in C that each is, for words of any size."""
OF_WORDS = {
    8: {
        "msqid64_ds": "msqid64_ds",
        "shmid64_ds": "shmid64_ds",
        "semid64_ds": "semid64_ds",
        "ff_effect": "ff_effect",
        "ifreq_by_index": "ifreq",
    },
    4: {
        "msqid64_ds32": "msqid64_ds",
        "shmid64_ds32": "shmid64_ds",
        "semid64_ds": "semid64_ds",
        "ff_effect32": "ff_effect",
        "ifreq_by_index32": "ifreq",
    },
}
"""Those that differ by more than the word."""
OF_AN_INTERFACE = """
ifr_flags ifr_addr ifr_dstaddr ifr_broadaddr ifr_netmask ifr_hwaddr ifr_metric ifr_mtu ifr_ifindex ifr_qlen ifr_newname
ifr_slave ifr_map
"""
"""Members of the union in struct ifreq behind the name; the headers have them as macros."""
WITHOUT = """
sockaddr_ipx sockaddr_hci sockaddr_sco sockaddr_rc sockaddr_l2 ieee802154_addr ieee802154_short sockaddr_ieee802154
sockaddr_nfc_llcp tpacket_stats sock_extended_err_offender msqid64_to_set semid64_generic
ifreq_of_bridge ifreq_of_bridge32 semid64_to_set shmid64_to_set
"""
"""Those that no header of the kernel has for programs, and the same ones as one side reads them."""
NAMES = {
    name
    for names in (IN_C, *OF_WORDS.values(), OF_AN_INTERFACE.split(), WITHOUT.split())
    for name in names
}  # fmt: skip
MEMBERS = {
    "ipv6mr_interface": "ipv6mr_ifindex",
    "unused1": "__unused1",
    "unused2": "__unused2",
    "unused4": "__unused4",
    "unused5": "__unused5",
}
LONGER = ("sockaddr_alg", "sockaddr_rxrpc")
"""What these end with is left out."""
AFTER_THE_NAME = 16
"""Where the union of struct ifreq stands: behind IFNAMSIZ bytes."""


def in_c(name: str, kind: str) -> InC:
    """Return how C has a struct."""
    family = {"sa_family": f"{FAMILY[name]}_family"} if name in FAMILY else {}
    return InC(name, f"struct {kind}", MEMBERS | family, sized=name not in LONGER)


@needs_compiler
@both_words
def test_offsets_are_those_of_the_kernels_headers(word: int, tmp_path: Path) -> None:
    known = [in_c(name, kind) for name, kind in (IN_C | OF_WORDS[word]).items()]
    assert_layouts(known, HEADERS.split(), word, tmp_path)


@needs_compiler
def test_what_an_interface_has_stands_behind_its_name(tmp_path: Path) -> None:
    names = OF_AN_INTERFACE.split()
    code = [f'printf("%zu\\n", (size_t)&((struct ifreq *)0)->{name});' for name in names]
    includes = [f"#include <{header}>" for header in HEADERS.split()]
    source, program = tmp_path / "offsets.c", tmp_path / "offsets"
    source.write_text("\n".join([*includes, "int main(void) {", *code, "return 0; }"]))
    subprocess.run(["gcc", "-w", "-o", program, source], check=True)
    offsets = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    assert [int(offset) for offset in offsets] == [
        AFTER_THE_NAME + structs.layout(name, 8).fields[0].offset for name in names
    ]
