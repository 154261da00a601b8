/* Does a little of everything and says how it went: the same whoever runs it. Its folder is its only argument. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int failures;

static void said(const char *what, long result)
{
	int number = errno;

	failures += result < 0;
	dprintf(1, "%s %ld %d\n", what, result, result < 0 ? number : 0);
}

static void heard(int number)
{
	static const char text[] = "signal\n";

	(void)number;
	if (write(2, text, sizeof text - 1) < 0)
		_exit(99);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int main(int argc, char **argv)
{
	char path[] = "file", data[] = "data\n", buffer[8] = "-------";
	long long before;
	int i, fd;

	if (argc != 2 || chdir(argv[1]))
		return 98;
	signal(SIGUSR1, heard);
	for (i = 0; i < 8; i++) {
		long result = syscall(SYS_getpriority, 0, 0);

		said("getpriority", result);
	}
	before = now();
	syscall(SYS_sched_yield);
	dprintf(1, "slow %d\n", now() - before >= 100);
	said("mkdirat", mkdirat(AT_FDCWD, "folder", 0700));
	fd = openat(AT_FDCWD, path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	said("openat", fd);
	said("path", strcmp(path, "file"));
	for (i = 0; i < 4; i++)
		said("pwrite64", pwrite(fd, data, 5, i * 5));
	said("pread64", pread(fd, buffer, 5, 0));
	dprintf(1, "%s\n", buffer);
	said("unlinkat", unlinkat(AT_FDCWD, "folder", AT_REMOVEDIR));
	said("fsync", fsync(fd));
	return failures;
}
