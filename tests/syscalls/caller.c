/* Makes the system calls it is asked for on standard input, and writes what they returned; with an argument a filter
   refuses each of them. Under strace every call stands between a read and a write: tests/syscalls/caller.py.
   Compiled for words of 32 or 64 bits; static and at a fixed address, so that the filter can tell its calls. */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { REFUSED = 133 };

long call(long nr, long a, long b, long c, long d, long e, long f);
extern char call_end[];
#ifdef __x86_64__
__asm__(".text\n.globl call\ncall:\n"
        "mov %rdi, %rax\nmov %rsi, %rdi\nmov %rdx, %rsi\nmov %rcx, %rdx\n"
        "mov %r8, %r10\nmov %r9, %r8\nmov 8(%rsp), %r9\nsyscall\nret\n.globl call_end\ncall_end:\n");
#else
__asm__(".text\n.globl call\ncall:\n"
        "push %ebp\npush %ebx\npush %esi\npush %edi\n"
        "mov 20(%esp), %eax\nmov 24(%esp), %ebx\nmov 28(%esp), %ecx\nmov 32(%esp), %edx\n"
        "mov 36(%esp), %esi\nmov 40(%esp), %edi\nmov 44(%esp), %ebp\nint $0x80\n"
        "pop %edi\npop %esi\npop %ebx\npop %ebp\nret\n.globl call_end\ncall_end:\n");
#endif

static _Alignas(4096) char arena[1 << 20];

static void refuse(void) {
  struct sock_filter lines[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer)),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)(uintptr_t)call, 0, 2),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)(uintptr_t)call_end, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | REFUSED),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {sizeof lines / sizeof *lines, lines};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) _exit(1);
}

int main(int argc, char **argv) {
  int64_t request[7], answer[] = {getpid(), (uintptr_t)arena};
  (void)argv;
  if (argc > 1) refuse();
  if (write(1, answer, sizeof answer) != sizeof answer) return 1;
  while (read(0, request, sizeof request) == sizeof request) {
    const int64_t *a = request + 1;
    *answer = call(request[0], a[0], a[1], a[2], a[3], a[4], a[5]);
    if (write(1, answer, sizeof *answer) != sizeof *answer) return 1;
  }
  return 0;
}
