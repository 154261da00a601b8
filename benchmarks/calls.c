/* The measured target: `calls open|getppid COUNT FILE` makes COUNT system calls, then writes the nanoseconds that
 * one of them took to FILE. The path does not exist, so the kernel's own work is small and the same everywhere. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t); /* vDSO: never trapped */
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv)
{
	long long start, spent;
	long count, i;
	FILE *out;

	if (argc != 4)
		return 2;
	count = atol(argv[2]);
	if (!strcmp(argv[1], "open")) {
		start = now();
		for (i = 0; i < count; i++)
			if (syscall(SYS_openat, AT_FDCWD, "/nonexistent/measured", O_RDONLY) != -1)
				return 1;
	} else {
		start = now();
		for (i = 0; i < count; i++)
			syscall(SYS_getppid);
	}
	spent = now() - start;
	out = fopen(argv[3], "w");
	if (!out)
		return 1;
	fprintf(out, "%.1f\n", (double)spent / (double)count);
	return fclose(out) ? 1 : 0;
}
