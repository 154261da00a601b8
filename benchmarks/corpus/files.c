/* Reading, writing, opening, names of files, and what is known of them. */
#include "corpus.h"
#include <linux/fs.h>
#include <linux/openat2.h>
#include <sys/statfs.h>
#include <sys/time.h>
#include <utime.h>

static char text[] = "line one\nline \"two\"\ttab\\ \001\0177\xff end of a text that is longer than what is shown";
static struct iovec vector[] = {{text, 8}, {text + 9, 20}, {0, 0}, {"", 0}};
static struct iovec room[] = {{scratch, 16}, {scratch + 100, 32}};
static long offsets[] = {3, 17};

static void reading(int file)
{
    call(write, file, P(text), sizeof text);
    call(write, file, P(text), 0);
    call(write, BAD_FD, 0, 4);
    call(write, BAD_FD, 0x10, 4);
    call(pwrite64, file, P(text), 10, 0x123456789a);
    call(pwrite64, file, P(text), 10, -1);
    call(ftruncate, file, 300);
    call(writev, file, P(vector), count(vector));
    call(writev, BAD_FD, P(vector), 2000);
    call(pwritev, file, P(vector), 2, 64, 0);
    call(pwritev2, file, P(vector), 2, 64, 0, 2 | 0x80000000);
    call(lseek, file, 0, SEEK_SET);
    call(lseek, file, -5, SEEK_END);
    call(lseek, file, 0, SEEK_DATA);
    call(lseek, file, 0, SEEK_HOLE);
    call(lseek, file, 0, 77);
    call(lseek, file, 0, SEEK_SET);
    call(read, file, P(scratch), 40);
    call(read, file, P(scratch), 4);
    call(read, file, P(scratch), 0);
    call(read, BAD_FD, P(scratch), 0x7fffffffffffffff);
    call(pread64, file, P(scratch), 16, 8);
    call(readv, file, P(room), 2);
    call(preadv, file, P(room), 2, 4, 0);
    call(preadv2, file, P(room), 2, 4, 0, 1);
    call(readahead, file, 0, 4096);
    call(fadvise64, file, 0, 4096, POSIX_FADV_SEQUENTIAL);
    call(fadvise64, file, 0, 4096, 99);
    call(fallocate, file, FALLOC_FL_KEEP_SIZE, 0, 8192);
    call(fallocate, file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE | 0x1000, 0, 4096);
    call(sync_file_range, file, 0, 4096, SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
    call(fsync, file);
    call(fdatasync, file);
    call(syncfs, BAD_FD);
}

static void copying(int file)
{
    int pipes[2], other = call(openat, AT_FDCWD, P("copy"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    call(pipe2, P(pipes), O_CLOEXEC | O_NONBLOCK);
    call(pipe, P(scratch));
    call(sendfile, pipes[1], file, P(&offsets[0]), 10);
    call(sendfile, pipes[1], file, 0, 10);
    offsets[0] = 3;
    call(splice, file, P(&offsets[0]), pipes[1], 0, 10, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    call(splice, pipes[0], 0, other, P(&offsets[1]), 10, SPLICE_F_MORE | 0x40);
    call(tee, pipes[0], pipes[1], 10, SPLICE_F_NONBLOCK);
    call(vmsplice, pipes[1], P(vector), 2, SPLICE_F_GIFT | SPLICE_F_NONBLOCK);
    offsets[0] = 0;
    call(copy_file_range, file, P(&offsets[0]), other, P(&offsets[1]), 20, 0);
    call(copy_file_range, file, 0, BAD_FD, 0, 20, 0);
    call(close, pipes[0]);
    call(close, pipes[1]);
    call(close, other);
    call(unlink, P("copy"));
}

void files(void)
{
    struct open_how how = {O_RDONLY | O_CLOEXEC, 0, RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH};
    struct open_how make = {O_WRONLY | O_CREAT | O_EXCL, 0640, 0x1000};
    struct { struct open_how how; long more; } longer = {{O_PATH, 0, RESOLVE_CACHED}, 7};
    int file = call(openat, AT_FDCWD, P("file"), O_RDWR | O_CREAT | O_EXCL, 0644);
    call(open, P("file"), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_LARGEFILE | O_NOFOLLOW);
    call(open, P("nothing/here"), O_WRONLY | O_APPEND | O_DSYNC | O_DIRECT | O_NOATIME);
    call(open, P("new"), O_WRONLY | O_CREAT | O_TRUNC, S_ISUID | 0751);
    call(openat, AT_FDCWD, P("."), O_RDWR | O_TMPFILE | O_SYNC, 0600);
    call(openat, AT_FDCWD, P("."), O_RDONLY | O_DIRECTORY | O_PATH);
    call(openat, BAD_FD, P("file"), 3 | 0x80000000, 0);
    call(openat, BAD_FD, P("a\nb\"c\\d\t\x01\x7f\xc3\xa9"), O_RDONLY);
    call(openat, BAD_FD, 0, O_RDONLY);
    call(openat, BAD_FD, 0x10, O_RDONLY);
    call(openat2, AT_FDCWD, P("file"), P(&how), sizeof how);
    call(openat2, AT_FDCWD, P("new2"), P(&make), sizeof make);
    call(openat2, AT_FDCWD, P("file"), P(&longer), sizeof longer);
    call(openat2, AT_FDCWD, P("file"), P(&how), 8);
    call(openat2, AT_FDCWD, P("file"), 0, sizeof how);
    call(creat, P("made"), 0666);
    reading(file);
    copying(file);
    call(close, file);
    call(close, BAD_FD);
    call(close_range, 200, 300, 0);
    call(close_range, 200, 0xffffffff, 4 | 2);
    call(truncate, P("file"), 100);
    call(truncate, P("file"), -1);
    call(unlink, P("file"));
    call(unlink, P("new"));
    call(unlink, P("made"));
    call(sync_file_range, BAD_FD, -1, 5, 0);
}

void names(void)
{
    char path[5000];
    memset(path, 'p', sizeof path);
    path[4990] = 0;
    call(access, P("/etc/passwd"), R_OK | W_OK);
    call(access, P("/etc/passwd"), F_OK);
    call(access, P("/etc/passwd"), 0x18);
    call(faccessat, AT_FDCWD, P("nothing"), X_OK);
    call(faccessat2, AT_FDCWD, P("nothing"), R_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW);
    call(mkdir, P("folder"), 0755);
    call(mkdirat, AT_FDCWD, P("folder/inner"), 01777);
    call(rmdir, P("folder/inner"));
    call(mknod, P("folder/fifo"), S_IFIFO | 0600, 0);
    call(mknod, P("nothing/device"), S_IFCHR | 0600, 0x501);
    call(mknodat, BAD_FD, P("device"), S_IFBLK | 0660, 0x123456789);
    call(mknodat, AT_FDCWD, P("folder/plain"), S_IFREG | 0644, 0);
    call(mknodat, AT_FDCWD, P("nothing/socket"), S_IFSOCK, 0);
    call(symlink, P("folder/plain"), P("link"));
    call(symlinkat, P("to"), BAD_FD, P("link"));
    call(link, P("folder/plain"), P("hard"));
    call(linkat, AT_FDCWD, P("link"), AT_FDCWD, P("hard2"), AT_SYMLINK_FOLLOW);
    call(linkat, BAD_FD, P(""), AT_FDCWD, P("hard3"), AT_EMPTY_PATH | 0x1);
    call(readlink, P("link"), P(scratch), 100);
    call(readlink, P("nothing"), P(scratch), 100);
    call(readlinkat, AT_FDCWD, P("link"), P(scratch), 4);
    call(rename, P("hard"), P("harder"));
    call(renameat, AT_FDCWD, P("harder"), AT_FDCWD, P("hard"));
    call(renameat2, AT_FDCWD, P("hard"), AT_FDCWD, P("hard2"), 1);
    call(renameat2, AT_FDCWD, P("nothing"), BAD_FD, P("hard2"), 2 | 4 | 8);
    call(chmod, P("hard"), 04711);
    call(chmod, P("nothing"), 0x12345);
    call(fchmod, BAD_FD, 0);
    call(fchmodat, AT_FDCWD, P("hard"), 0600);
    call(chown, P("nothing"), 0, -1);
    call(lchown, P("hard"), -1, -1);
    call(fchown, BAD_FD, 1000, 1000);
    call(fchownat, AT_FDCWD, P("hard"), -1, -1, AT_SYMLINK_NOFOLLOW);
    call(umask, 022);
    call(umask, 0777);
    call(getcwd, P(scratch), 4096);
    call(getcwd, P(scratch), 1);
    call(chdir, P("folder"));
    call(chdir, P(".."));
    call(fchdir, BAD_FD);
    call(chroot, P("nothing"));
    call(access, P(path), F_OK);
    call(unlink, P("link"));
    call(unlink, P("hard2"));
    call(unlinkat, AT_FDCWD, P("hard"), 0);
    call(unlink, P("folder/plain"));
    call(unlink, P("folder/fifo"));
    call(unlinkat, AT_FDCWD, P("folder"), AT_REMOVEDIR);
    call(unlinkat, BAD_FD, P("folder"), AT_REMOVEDIR | 0x10);
}

static void times(void)
{
    struct utimbuf old = {1000000000, 1000000001};
    struct timeval pair[2] = {{1000000000, 5}, {1500000000, 999999}}, wrong[2] = {{-1, -1}, {0, 1000000}};
    struct timespec exact[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}}, dates[2] = {{1234567890, 123456789}, {0, 0}};
    call(utime, P("plain"), P(&old));
    call(utime, P("nothing"), 0);
    call(utimes, P("plain"), P(pair));
    call(utimes, P("nothing"), P(wrong));
    call(futimesat, AT_FDCWD, P("plain"), P(pair));
    call(utimensat, AT_FDCWD, P("plain"), P(exact), AT_SYMLINK_NOFOLLOW);
    call(utimensat, AT_FDCWD, P("plain"), P(dates), 0);
    call(utimensat, BAD_FD, 0, 0, AT_EMPTY_PATH);
    call(utimensat, BAD_FD, P("plain"), 0x8, 0);
}

static void extended(void)
{
    call(setxattr, P("plain"), P("user.colour"), P("blue\0red"), 8, 1);
    call(lsetxattr, P("plain"), P("user.colour"), P("green"), 5, 2);
    call(fsetxattr, BAD_FD, P("security.x"), P("\1\2"), 2, 4);
    call(getxattr, P("plain"), P("user.colour"), P(scratch), 100);
    call(getxattr, P("plain"), P("user.none"), 0, 0);
    call(lgetxattr, P("plain"), P("user.colour"), P(scratch), 0);
    call(fgetxattr, BAD_FD, P("user.colour"), P(scratch), 100);
    call(listxattr, P("plain"), P(scratch), 100);
    call(llistxattr, P("nothing"), P(scratch), 100);
    call(flistxattr, BAD_FD, P(scratch), 100);
    call(removexattr, P("plain"), P("user.colour"));
    call(lremovexattr, P("plain"), P("user.colour"));
    call(fremovexattr, BAD_FD, P("user.colour"));
}

static void handles(void)
{
    struct { struct file_handle head; unsigned char bytes[128]; } handle = {{128, 0}}, small = {{0, 0}},
        made = {{8, 1}, {1, 2, 3, 4, 5, 6, 7, 8}};
    int mount = 0;
    call(name_to_handle_at, AT_FDCWD, P("plain"), P(&small), P(&mount), 0);
    call(name_to_handle_at, AT_FDCWD, P("plain"), P(&handle), P(&mount), AT_SYMLINK_FOLLOW);
    call(name_to_handle_at, BAD_FD, P(""), P(&made), P(&mount), AT_EMPTY_PATH);
    call(open_by_handle_at, BAD_FD, P(&made), O_RDONLY | O_CLOEXEC);
    call(open_by_handle_at, BAD_FD, 0, O_RDONLY);
}

void attributes(void)
{
    int file = call(openat, AT_FDCWD, P("plain"), O_RDWR | O_CREAT, 0600);
    int folder = call(openat, AT_FDCWD, P("."), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    call(stat, P("/etc/passwd"), P(scratch));
    call(stat, P("nothing"), P(scratch));
    call(stat, 0, 0);
    call(lstat, P("/dev/null"), P(scratch));
    call(fstat, file, P(scratch));
    call(fstat, BAD_FD, P(scratch));
    call(newfstatat, AT_FDCWD, P("/dev/null"), P(scratch), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT);
    call(newfstatat, file, P(""), P(scratch), AT_EMPTY_PATH);
    call(newfstatat, BAD_FD, P("x"), P(scratch), 0x12345678);
    call(statx, AT_FDCWD, P("/"), AT_STATX_FORCE_SYNC | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, P(scratch));
    call(statx, AT_FDCWD, P("nothing"), AT_STATX_DONT_SYNC | AT_SYMLINK_NOFOLLOW, STATX_MODE | STATX_MNT_ID, P(scratch));
    call(statx, file, P(""), AT_EMPTY_PATH, STATX_ALL | 0x80000000, P(scratch));
    call(statfs, P("/proc"), P(scratch));
    call(fstatfs, file, P(scratch));
    call(fstatfs, BAD_FD, P(scratch));
    call(ustat, 5, P(scratch));
    call(getdents, folder, P(scratch), 4096);
    call(lseek, folder, 0, SEEK_SET);
    call(getdents64, folder, P(scratch), 4096);
    call(getdents64, folder, P(scratch), 4096);
    call(getdents64, BAD_FD, P(scratch), 4096);
    call(sysfs, 3);
    call(sysfs, 1, P("proc"));
    call(sysfs, 2, 0, P(scratch));
    call(flock, file, LOCK_EX | LOCK_NB);
    call(flock, file, LOCK_UN);
    call(flock, BAD_FD, LOCK_SH | 0x100);
    call(ioprio_get, 1, 0);
    call(ioprio_set, 1, NO_PID, 2 << 13 | 4);
    times();
    extended();
    handles();
    call(unlink, P("plain"));
}
