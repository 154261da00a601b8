/* A small supervisor: each mkdirat of its child fails with EPERM.

   The child makes a folder for each line of standard input, and prints the errno. Says `ready CHILD FD`, then `got ID`
   for each call that it receives. With `two` it holds a second listener, of a child that waits. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int install(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_mkdirat, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof code / sizeof *code, code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static void pass(int sock, int fd)
{
	char byte = 0, control[CMSG_SPACE(sizeof fd)] = { 0 };
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(header), &fd, sizeof fd);
	sendmsg(sock, &message, 0);
}

static int take(int sock)
{
	int fd = -1;
	char byte, control[CMSG_SPACE(sizeof fd)];
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };

	recvmsg(sock, &message, 0);
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
	return fd;
}

static void make_folders(void)
{
	char line[4096];

	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = 0;
		printf("made %d\n", syscall(__NR_mkdirat, AT_FDCWD, line, 0755) ? errno : 0);
	}
}

static int child(int waits, int *listener)
{
	int ends[2];
	pid_t pid;

	socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
	pid = fork();
	if (pid == 0) {
		int fd = install();

		pass(ends[1], fd);
		close(fd);
		close(ends[0]);
		if (waits)
			pause();
		else
			make_folders();
		_exit(0);
	}
	*listener = take(ends[0]);
	return pid;
}

int main(int argc, char **argv)
{
	int listener, second, other = 0, pid;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 1)
		other = child(1, &second);
	pid = child(0, &listener);
	printf("ready %d %d\n", pid, listener);
	for (;;) {
		struct pollfd wait = { listener, POLLIN, 0 };
		struct seccomp_notif call;
		struct seccomp_notif_resp answer = { 0 };

		poll(&wait, 1, -1);
		if (wait.revents & POLLHUP)
			break;
		memset(&call, 0, sizeof call);
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call))
			continue;
		printf("got %llu\n", (unsigned long long)call.id);
		answer.id = call.id;
		answer.error = -EPERM;
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
	}
	waitpid(pid, NULL, 0);
	if (other) {
		kill(other, 9);
		waitpid(other, NULL, 0);
	}
	return 0;
}
