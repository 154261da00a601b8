"""Module images: what they say, which pieces of them are copied, and that no image, however made, does harm."""

from __future__ import annotations

import gzip
import lzma
import random
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seccomp_tui.syscalls import numbers
from seccomp_tui.syscalls.arch import I386, X86_64, Arch
from seccomp_tui.syscalls.copying import copier
from seccomp_tui.syscalls.decode import Decoder
from seccomp_tui.syscalls.memory import RecordedMemory
from seccomp_tui.syscalls.modules import INFO_END, PIECES_MOST, SECTIONS_MOST, Module, Signature, inspect, pieces
from tests.syscalls.images import INFO, MAGIC, elf, module, signed
from tests.syscalls.live import LiveMemory

IMAGE, PARAMETERS = 0x10_0000, 0x8000
SHOWN = (
    'dummy, vermagic="6.1.0-9-amd64 SMP preempt mod_unload modversions ", license="GPL", depends="a,b"'
    ", parameters=[count, mode]"
)


def whole(image: bytes) -> Module | None:
    return inspect(lambda offset, size: image[offset : offset + size], len(image))


def sparse(image: bytes) -> Module | None:
    """Return what the copied pieces alone say."""
    copied = pieces(lambda offset, size: image[offset : offset + size], len(image))
    assert sum(len(data) for _, data in copied) <= PIECES_MOST
    assert all(image[offset : offset + len(data)] == data for offset, data in copied)
    return inspect(RecordedMemory(copied).read, len(image))


def line(image: bytes, limit: int = 1024, arch: Arch = X86_64) -> str:
    """Return the comment behind the image of an init_module, from what was copied of it."""
    live = LiveMemory({IMAGE: image, PARAMETERS: b"count=3\0"})
    return _comment("init_module", [IMAGE, len(image), PARAMETERS], live, limit, arch, f"{IMAGE:#x}")


def of_file(image: bytes, limit: int = 1024) -> str:
    """Return the comment behind the descriptor of a finit_module."""
    live = LiveMemory({PARAMETERS: b"count=3\0"}, file=image)
    return _comment("finit_module", [3, PARAMETERS, 0], live, limit, X86_64, "3")


def _comment(name: str, args: list[int], live: LiveMemory, limit: int, arch: Arch, image: str) -> str:
    number = numbers.number(arch.token, name)
    assert number is not None
    copy = copier(arch.token, number, limit)
    assert copy is not None
    words = [*args, 0, 0, 0][:6]
    text = Decoder().call(arch.token, number, words, RecordedMemory(copy(live, words)))
    assert text.startswith(f"{name}({image}")
    assert text.isprintable()
    assert '"count=3"' in text
    return text.removeprefix(f"{name}({image}").partition(" */, ")[0].removeprefix(" /* ")


@pytest.mark.parametrize("bits", [64, 32])
@pytest.mark.parametrize("text", [0, 300, 1 << 20])
def test_name_vermagic_licence_depends_and_parameters_are_read_from_the_image(bits: int, text: int) -> None:
    image = module(bits=bits, text=text)
    assert sparse(image) == whole(image)
    for limit in (1024, 1 << 20):
        assert line(image, limit) == of_file(image, limit) == SHOWN
    assert line(image, arch=I386) == SHOWN


def test_what_is_copied_of_a_large_module_is_little() -> None:
    image = module(text=8 << 20)
    copied = pieces(lambda offset, size: image[offset : offset + size], len(image))
    assert sum(len(data) for _, data in copied) < 2048


def test_a_module_without_a_name_in_its_information_has_it_in_itself() -> None:
    image = module(b"license=GPL\0", name=b"in_itself")
    assert sparse(image) == whole(image)
    assert line(image) == 'in_itself, license="GPL"'


def test_the_details_have_a_row_for_each_fact() -> None:
    number = numbers.number(X86_64.token, "init_module")
    assert number is not None
    image = signed(module(), b"")
    fields = Decoder().fields(X86_64.token, number, [IMAGE, len(image), 0, 0, 0, 0], LiveMemory({IMAGE: image}))
    assert [field.name for field in fields] == ["module_image", "len", "param_values"]
    assert dict(fields[0].parts[:5]) == {
        "name": "dummy",
        "vermagic": '"6.1.0-9-amd64 SMP preempt mod_unload modversions "',
        "license": '"GPL"',
        "depends": '"a,b"',
        "description": '"A \\"test\\""',
    }
    assert fields[0].parts[5:] == (
        ("parameter", 'count, int, "how many"'),
        ("parameter", "mode, charp"),
        ("signature", "signed"),
    )
    assert fields[1].parts == ()


@pytest.mark.parametrize("size", [INFO_END - 1, INFO_END, INFO_END + 1, PIECES_MOST, PIECES_MOST + 1, 300_000])
def test_of_much_information_the_beginning_and_the_end_are_copied(size: int) -> None:
    first, last = INFO[0] + b"\0", b"".join(entry + b"\0" for entry in INFO[1:])
    aliases = b"".join(b"alias=pci:v%08x\0" % number for number in range(size // 19 + 1))
    image = module(first + aliases[: size - len(first) - len(last) - 1] + b"\0" + last)
    found = sparse(image)
    assert found is not None
    assert found.cut == (size > PIECES_MOST - 2048)
    assert found.name == b"dummy"
    assert [found.value(key) for key in (b"license", b"depends")] == [b"GPL", b"a,b"]
    assert not [key for key, _ in found.info if key not in (b"alias", *(entry.split(b"=")[0] for entry in INFO))]
    assert line(image) == SHOWN + ", ..." * found.cut


# --- signatures ---


ISSUER = bytes.fromhex("30133111300f06035504030c08") + b"Test key"


@pytest.mark.parametrize(
    ("signature", "text"),
    [
        (b"", "signed"),
        (b"\x30\x80garbage", "signed"),
        (ISSUER, 'signed by "Test key"'),
        (bytes.fromhex("0609608648016503040201") + ISSUER, 'signed by "Test key" with sha256'),
        (bytes.fromhex("0609608648016503040203"), "signed with sha512"),
        (bytes.fromhex("06035504030cff") + b"x", "signed"),
        (bytes.fromhex("06035504030c7f") + b"cut", 'signed by "cut"'),
        (bytes.fromhex("0603550403"), "signed"),
        (bytes.fromhex("06035504030c04") + b'\x1b"*/', r'signed by "\33\"*/"'),
    ],
)
def test_who_signed_and_with_which_hash(signature: bytes, text: str) -> None:
    image = signed(module(), signature)
    assert sparse(image) == whole(image)
    assert line(image).endswith(f"{SHOWN}, {text}")
    assert of_file(image).endswith(f"{SHOWN}, {text}")


def test_a_signature_that_lies_about_its_length() -> None:
    for length in (0xFFFFFFFF, 1 << 20, 5000):
        image = module() + struct.pack(">BBBBB3xI", 0, 0, 2, 0, 0, length) + MAGIC
        assert line(image) == f"{SHOWN}, signed"
    assert whole(signed(module(), b"", kind=1, digest=6)) == whole(signed(module(), b"", kind=0, digest=6))
    found = whole(signed(module(), b"", kind=1, digest=200))
    assert found is not None
    assert found.signature == Signature(b"", "")


@pytest.mark.needs("openssl")
def test_a_real_signature(tmp_path: Path) -> None:
    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=tmp_path, check=True, capture_output=True, timeout=50)

    (tmp_path / "image").write_bytes(module())
    openssl(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key"),
        *("-out", "certificate", "-subj", "/O=Nobody/CN=Our module key/emailAddress=nobody@localhost"),
    )
    openssl(
        *("cms", "-sign", "-binary", "-in", "image", "-signer", "certificate", "-inkey", "key", "-nocerts", "-noattr"),
        *("-md", "sha512", "-outform", "DER", "-out", "signature"),
    )
    image = signed(module(), (tmp_path / "signature").read_bytes())
    assert line(image) == f'{SHOWN}, signed by "Our module key" with sha512'


# --- images that are no modules ---


def test_compressed_images_are_named() -> None:
    assert of_file(gzip.compress(module())) == "compressed with gzip"
    assert of_file(lzma.compress(module())) == "compressed with xz"
    assert of_file(b"(\xb5/\xfd" + bytes(50)) == "compressed with zstd"


@pytest.mark.parametrize(
    ("image", "why"),
    [
        (b"#!/bin/sh\n", "it does not begin as an ELF file does"),
        (b"\x7fELF", "it is cut in its header"),
        (module()[:63], "it is cut in its header"),
        (module()[:-1], "it is cut before the end of its section headers"),
        (elf([(b".text", b"x")]), "it has no section .modinfo"),
        (elf([(b".modinfo", b"license=GPL\0")], kind=2), "it is an ELF file, but not a relocatable one"),
        (b"\x7fELF" + bytes((7, 1, 1)) + bytes(60), "its headers contradict themselves"),
        (b"\x7fELF" + bytes((2, 1, 1)) + bytes(9) + b"\1\0" + bytes(60), "it has 0 sections"),
    ],
)
def test_what_is_no_module_says_why(image: bytes, why: str) -> None:
    assert line(image) == of_file(image) == f"not an ELF module: {why}"
    number = numbers.number(X86_64.token, "init_module")
    assert number is not None
    fields = Decoder().fields(X86_64.token, number, [IMAGE, len(image), 0, 0, 0, 0], LiveMemory({IMAGE: image}))
    assert fields[0].parts == (("image", f"not an ELF module: {why}"),)


def test_nothing_readable_prints_the_address_alone() -> None:
    assert "/*" not in line(b"")
    assert "/*" not in of_file(b"")


def test_hostile_text_is_escaped() -> None:
    image = module(b"name=\x1b[31m*/\n\0license=\x1b]0;x\x07\xff\0parm=\x9b:\x1b\0vermagic=" + b"x" * 5000 + b"\0")
    text = line(image)
    assert text.startswith(r'"\33[31m*/\n", vermagic="xxx')
    assert r'license="\33]0;x\7\377", parameters=["\233"]' in text
    assert len(text) < 500


def changed(change: Callable[[bytearray], None]) -> bytes:
    image = bytearray(signed(module(), ISSUER))
    change(image)
    return bytes(image)


@pytest.mark.parametrize("count", [SECTIONS_MOST + 1, 0xFEFF, 0xFFFF])
def test_absurd_numbers_of_sections(count: int) -> None:
    def set_count(image: bytearray) -> None:
        struct.pack_into("<H", image, 60, count)

    image = changed(set_count)
    for data in (image, image + bytes(64 * count)):
        assert line(data).startswith("not an ELF module: ")


def harmless(image: bytes) -> None:
    before = time.process_time()
    for limit in (1024, 1 << 20):
        line(image, limit)
    of_file(image)
    assert sparse(image) is None or whole(image) is not None
    assert time.process_time() - before < 2


def test_images_cut_anywhere() -> None:
    image = signed(module(text=10), ISSUER)
    for length in range(0, len(image), 3):
        harmless(image[:length])


@settings(max_examples=150)
@given(st.binary(max_size=600), st.integers(0, 2))
def test_random_bytes(data: bytes, start: int) -> None:
    harmless((b"", b"\x7fELF\2\1\1", module()[:64])[start] + data)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.floats(0, 0.999), st.sampled_from([0, 1, 2, 3, 0x7F, 0x80, 0xFF])), max_size=12))
def test_honest_images_with_bytes_changed(changes: list[tuple[float, int]]) -> None:
    image = bytearray(signed(module(text=8), ISSUER))
    for where, value in changes:
        image[int(where * len(image))] = value
    harmless(bytes(image))


@pytest.mark.parametrize("seed", range(4))
def test_many_headers_of_random_words(seed: int) -> None:
    rng = random.Random(seed)
    image = module(text=1 << 16)[:64] + rng.randbytes(1 << 16)
    image = bytearray(image)
    struct.pack_into("<Q", image, 40, 64)
    struct.pack_into("<HHH", image, 58, 64, SECTIONS_MOST, rng.randrange(SECTIONS_MOST))
    for number in range(SECTIONS_MOST):  # names that lie in the image, and sizes that don't
        struct.pack_into("<IIQQQQII", image, 64 + 64 * number, *[rng.choice((0, 3, 64, 1 << 31)) for _ in range(8)])
    harmless(bytes(image))


# --- a module made by a compiler ---


@pytest.mark.needs("gcc")
@pytest.mark.parametrize("option", ["-O2", "-g"])
def test_an_object_made_by_a_compiler(tmp_path: Path, option: str) -> None:
    source = "".join(
        f'static const char entry{number}[] __attribute__((section(".modinfo"), used, aligned(1))) = "{text}";\n'
        for number, text in enumerate(entry.decode().replace('"', r"\"") for entry in INFO)
    )
    path = tmp_path / "module.o"
    subprocess.run(["gcc", "-c", option, "-x", "c", "-", "-o", path], input=source.encode(), check=True, timeout=50)
    image = path.read_bytes()
    assert sparse(image) == whole(image)
    assert line(image) == of_file(image) == SHOWN
