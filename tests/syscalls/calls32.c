/* Calls of i386 that a filter refuses: prints them, waits for a byte on standard input, makes them.
   Run under strace: tests/syscalls/test_strace.py compares its lines with the decoder's. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { REFUSED = 133 };

long call(long nr, long a, long b, long c, long d, long e, long f);
extern char call_end[];
__asm__(".text\n.globl call\ncall:\n"
        "push %ebp\npush %ebx\npush %esi\npush %edi\n"
        "mov 20(%esp), %eax\nmov 24(%esp), %ebx\nmov 28(%esp), %ecx\nmov 32(%esp), %edx\n"
        "mov 36(%esp), %esi\nmov 40(%esp), %edi\nmov 44(%esp), %ebp\nint $0x80\n"
        "pop %edi\npop %esi\npop %ebx\npop %ebp\nret\n.globl call_end\ncall_end:\n");

static char path[] = "/etc/hosts", out[512];
static int32_t time32[] = {1, 2, 3, 4};
static int64_t time64[] = {5, 6};
static uint32_t action[] = {0x401000, 0x14000000, 0x402000, 0x10002, 0};
static uint32_t ignored[] = {1, 0, 0, 0, 0};
static struct iovec vector[] = {{"abc", 3}, {0, 0}};
static struct sockaddr_in address = {AF_INET, 0x5000, {0x0100007f}};
static struct { struct cmsghdr head; int fds[2]; } control = {{20, SOL_SOCKET, SCM_RIGHTS}, {3, 4}};
static struct msghdr message = {&address, 16, vector, 2, &control, 20, 0};
static struct pollfd polled[] = {{0, POLLIN, 0}, {-1, 0, 0}};
static struct epoll_event event = {EPOLLIN | EPOLLET, {.u64 = 7}};
static uint32_t descriptors[] = {0x18};
static uint32_t old_mmap[] = {0, 8192, 3, 0x22, (uint32_t)-1, 0};
static uint32_t limits32[] = {8388608, (uint32_t)-1};
static uint64_t limits64[] = {8388608, (uint64_t)-1};
static struct flock64 lock64 = {F_WRLCK, SEEK_SET, 5, 10, 0};
static struct { int16_t type, whence; int32_t start, len, pid; } lock32 = {F_RDLCK, SEEK_END, 1, 2, 0};
static uint32_t signals[] = {0x2, 0};
static uint32_t pselect_set[] = {0, 8};
static uint32_t stack[] = {0x10000, 0, 8192};
static char *argv32[] = {"ls", "-l", 0}, *envp32[] = {"A=1", "B=2", 0};
static uint32_t program[] = {5, 0x10000};

#define P(x) ((long)(x))
static const struct { long nr, args[6]; } calls[] = {
  {SYS_openat, {AT_FDCWD, P(path), 0100000 | 02000000}},
  {SYS_open, {P(path), 0101, 0640}},
  {SYS_pread64, {3, P(out), 100, -2, 1}},
  {SYS_pwrite64, {3, P(path), 3, 7, 0}},
  {SYS_lseek, {3, -1, 1}},
  {SYS_truncate64, {P(path), 5, 1}},
  {SYS_ftruncate, {3, 1000}},
  {SYS_fallocate, {3, 1, 1, 2, 3, 4}},
  {SYS_fadvise64, {3, 1, 2, 3, 4}},
  {SYS_writev, {1, P(vector), 2}},
  {SYS_preadv, {3, P(vector), 0, 7, 0}},
  {SYS_pwritev, {3, P(vector), 2, 7, 1}},
  {SYS_access, {P(path), 4}},
  {SYS_stat64, {P(path), P(out)}},
  {SYS_fstatat64, {AT_FDCWD, P(path), P(out), 0x100}},
  {SYS_chown32, {P(path), -1, 5}},
  {SYS_chown, {P(path), 0xffff, 5}},
  {SYS_utimensat, {AT_FDCWD, P(path), P(time32), 0}},
  {SYS_nanosleep, {P(time32), P(out)}},
  {SYS_clock_nanosleep, {1, 1, P(time32), P(out)}},
  {SYS_clock_nanosleep_time64, {1, 1, P(time64), P(out)}},
  {SYS_setitimer, {0, P(time32), P(out)}},
  {SYS_rt_sigaction, {17, P(action), 0, 8}},
  {SYS_rt_sigaction, {2, P(ignored), P(out), 8}},
  {SYS_rt_sigprocmask, {0, P(signals), 0, 8}},
  {SYS_sigaltstack, {P(stack), P(out)}},
  {SYS_mmap, {P(old_mmap)}},
  {SYS_mmap2, {0, 8192, 1, 2, 3, 2}},
  {SYS_munmap, {0x10000, 4096}},
  {SYS_brk, {0}},
  {SYS_connect, {3, P(&address), 16}},
  {SYS_sendmsg, {3, P(&message), 0x4000}},
  {SYS_sendto, {3, P(path), 3, 0, P(&address), 16}},
  {SYS_socket, {2, 02000001, 6}},
  {SYS_poll, {P(polled), 2, -1}},
  {SYS_epoll_ctl, {3, 1, 4, P(&event)}},
  {SYS__newselect, {5, P(descriptors), 0, 0, P(time32)}},
  {SYS_pselect6, {5, P(descriptors), 0, 0, P(time32), P(pselect_set)}},
  {SYS_fcntl64, {3, F_SETLK64, P(&lock64)}},
  {SYS_fcntl64, {3, 6, P(&lock32)}},
  {SYS_fcntl64, {3, 3, 0}},
  {SYS_setrlimit, {7, P(limits32)}},
  {SYS_prlimit64, {0, 3, P(limits64), 0}},
  {SYS_futex, {P(out), 0x80, 2, P(time32)}},
  {SYS_futex_time64, {P(out), 0x80, 2, P(time64)}},
  {SYS_execve, {P(path), P(argv32), P(envp32)}},
  {SYS_clone, {0x01200011, 0, 0, 0, 0x1234}},
  {SYS_clone, {0x00100f00, 0x1000, 0x2000, 0, 0x4000}},
  {SYS_setuid32, {-1}},
  {SYS_seccomp, {1, 0, P(program)}},
  {SYS_kill, {-1, 9}},
  {SYS_exit_group, {3}},
};

static void refuse(void) {
  struct sock_filter lines[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer)),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)call, 0, 2),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)call_end, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | REFUSED),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {sizeof lines / sizeof *lines, lines};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) _exit(1);
}

int main(void) {
  size_t count = sizeof calls / sizeof *calls;
  printf("%d\n", getpid());
  for (size_t i = 0; i < count; i++) {
    printf("%ld", calls[i].nr);
    for (int j = 0; j < 6; j++) printf(" %lu", (unsigned long)calls[i].args[j]);
    printf("\n");
  }
  printf("end\n");
  fflush(stdout);
  getchar();
  refuse();
  for (size_t i = 0; i < count; i++) {
    const long *a = calls[i].args;
    call(calls[i].nr, a[0], a[1], a[2], a[3], a[4], a[5]);
  }
  return 0;
}
