/* Makes the ioctl(2) requests whose numbers are on standard input, in hex, of a descriptor that is none. */

#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	unsigned request;

	while (scanf("%x", &request) == 1)
		syscall(SYS_ioctl, -1, (unsigned long)request, 0x1234);
	return 0;
}
