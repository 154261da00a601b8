/* ioctl: terminals (a pty of our own), block devices, sockets, file systems and others. */
#include "corpus.h"
#include <linux/blkpg.h>
#include <linux/cdrom.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/hdreg.h>
#include <linux/if_bridge.h>
#include <linux/if_tun.h>
#include <linux/kd.h>
#include <linux/loop.h>
#include <linux/random.h>
#include <linux/rtc.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <linux/vt.h>
#include <linux/watchdog.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <asm/termbits.h>

static void ask(int file, unsigned long request)
{
    call(ioctl, file, request, P(scratch));
}

void terminals(void)
{
    int number, unlocked = 0, one = 1;
    struct winsize size = {24, 80, 1, 2};
    struct termios modes = {0};
    int master = call(openat, AT_FDCWD, P("/dev/ptmx"), O_RDWR | O_NOCTTY);
    call(ioctl, master, TIOCSPTLCK, P(&unlocked));
    call(ioctl, master, TIOCGPTN, P(&number));
    call(ioctl, master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
    call(ioctl, master, TIOCSWINSZ, P(&size));
    call(ioctl, master, TIOCGWINSZ, P(scratch));
    call(ioctl, master, TCGETS, P(&modes));
    modes.c_lflag &= ~(ECHO | ICANON);
    call(ioctl, master, TCSETS, P(&modes));
    call(ioctl, master, TCSETSW, P(&modes));
    call(ioctl, master, TCSETSF, P(&modes));
    call(ioctl, BAD_FD, TCSETS, 0x10);
    call(ioctl, master, 0x5405, P(scratch));
    call(ioctl, BAD_FD, 0x5406, P(scratch));
    call(ioctl, master, 0x802c542a, P(&modes));
    call(ioctl, master, 0x402c542b, P(&modes));
    call(ioctl, master, TCSBRK, 1);
    call(ioctl, master, TCXONC, 1);
    call(ioctl, master, TCFLSH, 2);
    call(ioctl, master, TIOCOUTQ, P(scratch));
    call(ioctl, master, FIONREAD, P(scratch));
    call(ioctl, master, FIONBIO, P(&one));
    call(ioctl, BAD_FD, FIOASYNC, P(&one));
    call(ioctl, BAD_FD, FIOCLEX);
    call(ioctl, BAD_FD, FIONCLEX);
    call(ioctl, BAD_FD, TIOCSTI, P("x"));
    call(ioctl, BAD_FD, TIOCSPGRP, P(&one));
    call(ioctl, BAD_FD, TIOCGPGRP, P(scratch));
    call(ioctl, BAD_FD, TIOCGSID, P(scratch));
    call(ioctl, BAD_FD, TIOCSCTTY, 1);
    call(ioctl, BAD_FD, TIOCNOTTY);
    call(ioctl, BAD_FD, TIOCEXCL);
    call(ioctl, BAD_FD, TIOCMBIS, P(&one));
    call(ioctl, BAD_FD, TIOCMGET, P(scratch));
    call(ioctl, BAD_FD, TIOCPKT, P(&one));
    call(ioctl, BAD_FD, TIOCLINUX, P("\6"));
    call(ioctl, BAD_FD, KDGKBTYPE, P(scratch));
    call(ioctl, BAD_FD, KDSKBMODE, 3);
    call(ioctl, BAD_FD, VT_ACTIVATE, 2);
}

void block_devices(void)
{
    struct blkpg_partition part = {512, 1024, 1, "dev", "vol"};
    struct blkpg_ioctl_arg blkpg = {BLKPG_ADD_PARTITION, 0, sizeof part, &part};
    struct loop_info64 loop = {.lo_offset = 512, .lo_flags = LO_FLAGS_AUTOCLEAR, .lo_file_name = "image"};
    struct loop_config config = {.fd = BAD_FD, .block_size = 512};
    struct fstrim_range trim = {0, ~0ull, 4096};
    uint64_t range[2] = {512, 1024}, size = 4096;
    int plain = call(openat, AT_FDCWD, P("plain"), O_RDWR | O_CREAT, 0600), flags = FS_NODUMP_FL | FS_NOATIME_FL, two = 2;
    static const unsigned long asked[] = {BLKGETSIZE64, BLKGETSIZE, BLKSSZGET, BLKBSZGET, BLKROGET, BLKRAGET, BLKIOMIN,
        BLKALIGNOFF, BLKDISCARDZEROES, BLKROTATIONAL, BLKZEROOUT + 0x100, HDIO_GETGEO, HDIO_GET_IDENTITY, CDROM_GET_CAPABILITY,
        CDROMREADTOCHDR, LOOP_GET_STATUS64, LOOP_CTL_GET_FREE, FS_IOC_GETFLAGS, FS_IOC_GETVERSION, FS_IOC_FSGETXATTR,
        FIGETBSZ, FIBMAP, FS_IOC_FIEMAP, BLKRRPART, BLKFLSBUF};
    for (long i = 0; i < count(asked); i++)
        ask(BAD_FD, asked[i]);
    ask(plain, FS_IOC_GETFLAGS);
    ask(plain, FIGETBSZ);
    call(ioctl, BAD_FD, BLKPG, P(&blkpg));
    call(ioctl, BAD_FD, BLKROSET, P(&two));
    call(ioctl, BAD_FD, BLKRASET, 256);
    call(ioctl, BAD_FD, BLKDISCARD, P(range));
    call(ioctl, BAD_FD, BLKZEROOUT, P(range));
    call(ioctl, BAD_FD, BLKBSZSET, P(&size));
    call(ioctl, BAD_FD, LOOP_SET_FD, BAD_FD);
    call(ioctl, BAD_FD, LOOP_CLR_FD);
    call(ioctl, BAD_FD, LOOP_SET_STATUS64, P(&loop));
    call(ioctl, BAD_FD, LOOP_CONFIGURE, P(&config));
    call(ioctl, BAD_FD, LOOP_CTL_ADD, 7);
    call(ioctl, BAD_FD, FS_IOC_SETFLAGS, P(&flags));
    call(ioctl, BAD_FD, FITRIM, P(&trim));
    call(ioctl, BAD_FD, FICLONE, 3);
    call(ioctl, BAD_FD, FICLONERANGE, P(&(struct file_clone_range){3, 1, 2, 4}));
    call(ioctl, BAD_FD, FIFREEZE);
    call(ioctl, BAD_FD, CDROMEJECT);
    call(unlink, P("plain"));
}

void interfaces(void)
{
    struct ifreq request = {.ifr_name = "lo"}, flags = {.ifr_name = "none0", .ifr_flags = IFF_UP | IFF_RUNNING};
    struct ifreq tun = {.ifr_name = "tun%d", .ifr_flags = IFF_TAP | IFF_NO_PI};
    struct ifconf list = {sizeof scratch, {scratch}}, length = {0, {0}};
    struct rtentry route = {.rt_flags = RTF_UP};
    struct seccomp_notif_resp answer = {5, 0, -1, 0};
    struct rtc_time date = {1, 2, 3, 4, 5, 99, 0, 0, 0};
    static const unsigned long asked[] = {SIOCGIFINDEX, SIOCGIFFLAGS, SIOCGIFADDR, SIOCGIFNETMASK, SIOCGIFHWADDR,
        SIOCGIFMTU, SIOCGIFTXQLEN, SIOCGIFMAP, SIOCGIFBRDADDR, SIOCETHTOOL};
    static const unsigned long others[] = {SECCOMP_IOCTL_NOTIF_RECV, RTC_RD_TIME, WDIOC_GETSUPPORT, RNDGETENTCNT,
        SIOCATMARK, SIOCINQ, SIOCGSTAMP_OLD, SIOCGPGRP, 0x12345678, 0xdeadbeef, 0x80047601, 0xc0104b00, 0, 1};
    int udp = call(socket, AF_INET, SOCK_DGRAM, 0), owner = -5;
    for (long i = 0; i < count(asked); i++)
        call(ioctl, udp, asked[i], P(&request));
    for (long i = 0; i < count(others); i++)
        ask(BAD_FD, others[i]);
    request.ifr_ifindex = 1;
    call(ioctl, udp, SIOCGIFNAME, P(&request));
    call(ioctl, udp, SIOCGIFCONF, P(&length));
    call(ioctl, udp, SIOCGIFCONF, P(&list));
    call(ioctl, BAD_FD, SIOCSIFFLAGS, P(&flags));
    call(ioctl, BAD_FD, SIOCSIFMTU, P(&flags));
    ((struct sockaddr_in *)&flags.ifr_addr)->sin_family = AF_INET;
    ((struct sockaddr_in *)&flags.ifr_addr)->sin_addr.s_addr = 0x0100007f;
    call(ioctl, BAD_FD, SIOCSIFADDR, P(&flags));
    call(ioctl, BAD_FD, SIOCADDRT, P(&route));
    call(ioctl, BAD_FD, SIOCSPGRP, P(&owner));
    call(ioctl, BAD_FD, SIOCBRADDBR, P("bridge0"));
    call(ioctl, BAD_FD, TUNSETIFF, P(&tun));
    call(ioctl, BAD_FD, TUNSETPERSIST, 1);
    call(ioctl, BAD_FD, SECCOMP_IOCTL_NOTIF_SEND, P(&answer));
    call(ioctl, BAD_FD, RTC_SET_TIME, P(&date));
    call(ioctl, BAD_FD, WDIOC_SETTIMEOUT, P(&owner));
}
