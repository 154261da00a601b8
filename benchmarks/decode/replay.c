/* Makes recorded calls again with the recorded memory in place, under a strace that lets none of them reach the kernel:

       strace -e inject=!mmap,exit_group:error=EPERM -e inject=mmap:error=EPERM:when=MAPS+1+

   so strace prints of each what can be known on entry. No C library: every system call in here is meant. The calls are
   put in by the assembler (CALLS); benchmarks/decode/entry.py writes them. Linked at an address no program uses. */
typedef unsigned long word;

struct calls {
    word maps, calls, pieces;
    word words[]; /* maps: address, size; calls: number (1 << 32: of i386), 6 words, pieces; pieces: address, size, offset from here */
};

__asm__(".section .data\n.balign 16\nrecorded: .incbin \"" CALLS "\"\n.previous\n");
extern const struct calls recorded __attribute__((visibility("hidden")));

static long raw(word number, const word *words)
{
    long result;
    register word d __asm__("r10") = words[3], e __asm__("r8") = words[4], f __asm__("r9") = words[5];
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(words[0]), "S"(words[1]), "d"(words[2]), "r"(d), "r"(e),
                     "r"(f) : "rcx", "r11", "memory");
    return result;
}

/* The way of 32-bit programs: strace takes the call for one of i386. */
static void raw32(word number, const word *words)
{
    word result;
    register word last __asm__("r12") = words[5];
    __asm__ volatile("push %%rbp\n\tmov %%r12d, %%ebp\n\tint $0x80\n\tpop %%rbp" : "=a"(result) : "a"((unsigned)number),
                     "b"(words[0]), "c"(words[1]), "d"(words[2]), "S"(words[3]), "D"(words[4]), "r"(last)
                     : "memory", "r8", "r9", "r10", "r11");
}

static void put(const word *piece, int clear)
{
    volatile char *to = (volatile char *)piece[0];
    const char *from = (const char *)&recorded + piece[2];
    for (word i = 0; i < piece[1]; i++)
        to[i] = clear ? 0 : from[i];
}

enum { GETPID = 39, MMAP = 9, EXIT_GROUP = 231, EPERM = 1, READ_WRITE = 3, PRIVATE_ANONYMOUS_FIXED_NOREPLACE = 0x100022 };

__attribute__((force_align_arg_pointer)) void _start(void)
{
    const word *map = recorded.words, *call = map + 2 * recorded.maps, *piece = call + 8 * recorded.calls;
    word none[6] = {0};
    if (raw(GETPID, none) != -EPERM) /* not under such a strace: do nothing */
        raw(EXIT_GROUP, none);
    for (word i = 0; i < recorded.maps; i++, map += 2) {
        word words[6] = {map[0], map[1], READ_WRITE, PRIVATE_ANONYMOUS_FIXED_NOREPLACE, -1, 0};
        if (raw(MMAP, words) != (long)map[0]) {
            none[0] = 1;
            raw(EXIT_GROUP, none);
        }
    }
    for (word i = 0; i < recorded.calls; i++, call += 8) {
        for (word k = 0; k < call[7]; k++)
            put(piece + 3 * k, 0);
        if (call[0] >> 32)
            raw32(call[0], call + 1);
        else
            raw(call[0], call + 1);
        for (word k = 0; k < call[7]; k++)
            put(piece + 3 * k, 1);
        piece += 3 * call[7];
    }
    raw(EXIT_GROUP, none);
}
