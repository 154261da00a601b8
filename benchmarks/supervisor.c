/* The least that a supervisor can do, in C, as the yardstick: `supervisor PROGRAM ARGS` traps openat only and for each
 * call polls, receives, copies 256 bytes of the path through a cached /proc/TID/mem, asks ID_VALID and answers
 * CONTINUE. It decodes nothing and writes nothing. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV 32
#endif
#ifndef SECCOMP_USER_NOTIF_FLAG_CONTINUE
#define SECCOMP_USER_NOTIF_FLAG_CONTINUE 1
#endif
#define SET_FLAGS _IOW('!', 4, unsigned long long)
#define SYNC_WAKE_UP 1UL

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

struct shared {
	volatile int listener; /* the descriptor's number in the child, 0: not yet, negative: -errno */
	volatile int gate;
};

static void launch(struct shared *shared, char **argv)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof(code) / sizeof(code[0]), .filter = code };
	unsigned int flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
	int fd;

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &program);
	if (fd < 0)
		fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	shared->listener = fd < 0 ? -errno : fd;
	if (fd < 0)
		_exit(125);
	while (!shared->gate)
		;
	execvp(argv[0], argv);
	_exit(127);
}

int main(int argc, char **argv)
{
	struct seccomp_notif_resp response = { 0 };
	struct seccomp_notif notification;
	struct shared *shared;
	struct pollfd waiting;
	pid_t child, cached = 0;
	int listener, pidfd, status, mem = -1;
	char path[256], name[64];

	if (argc < 2)
		return 2;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	child = fork();
	if (child == 0)
		launch(shared, argv + 1);
	while (shared->listener == 0)
		usleep(200);
	if (shared->listener < 0) {
		fprintf(stderr, "seccomp: %s\n", strerror(-shared->listener));
		return 125;
	}
	pidfd = syscall(SYS_pidfd_open, child, 0);
	listener = syscall(SYS_pidfd_getfd, pidfd, shared->listener, 0);
	if (listener < 0) {
		perror("pidfd_getfd");
		kill(child, 9);
		return 125;
	}
	ioctl(listener, SET_FLAGS, SYNC_WAKE_UP);
	shared->gate = 1;

	waiting.fd = listener;
	waiting.events = POLLIN;
	for (;;) {
		if (poll(&waiting, 1, -1) < 0)
			continue;
		if (!(waiting.revents & POLLIN)) {
			if (waiting.revents & (POLLHUP | POLLERR))
				break;
			continue;
		}
		memset(&notification, 0, sizeof(notification));
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notification) < 0)
			continue;
		if ((pid_t)notification.pid != cached) {
			if (mem >= 0)
				close(mem);
			snprintf(name, sizeof(name), "/proc/%u/mem", notification.pid);
			mem = open(name, O_RDONLY | O_CLOEXEC);
			cached = notification.pid;
		}
		if (pread(mem, path, sizeof(path), (off_t)notification.data.args[1]) <= 0)
			cached = 0; /* after an execve the handle reads nothing: open it anew next time */
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &notification.id) < 0)
			continue;
		response.id = notification.id;
		response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
