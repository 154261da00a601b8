/* Sockets: addresses of all families, options, messages with control data. */
#include "corpus.h"
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_alg.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

static struct sockaddr_un named = {AF_UNIX, "socket"}, abstract = {AF_UNIX, "\0abstract name"}, nobody = {AF_UNIX, "nobody"};
static struct sockaddr_in local4;
static struct sockaddr_in6 local6;

static void families(void)
{
    static const int types[][3] = {
        {AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0}, {AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0},
        {AF_INET, SOCK_STREAM, IPPROTO_TCP}, {AF_INET, SOCK_DGRAM, IPPROTO_UDP}, {AF_INET, SOCK_RAW, IPPROTO_ICMP},
        {AF_INET, SOCK_DGRAM, 250}, {AF_INET6, SOCK_STREAM, IPPROTO_IP}, {AF_INET6, SOCK_RAW, IPPROTO_ICMPV6},
        {AF_NETLINK, SOCK_RAW, NETLINK_ROUTE}, {AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT},
        {AF_NETLINK, SOCK_RAW, 4}, {AF_PACKET, SOCK_RAW, 0x0300}, {AF_PACKET, SOCK_DGRAM, 0x0008},
        {AF_VSOCK, SOCK_STREAM, 0}, {AF_ALG, SOCK_SEQPACKET, 0}, {AF_BLUETOOTH, SOCK_STREAM, 3}, {AF_XDP, SOCK_RAW, 0},
        {AF_CAN, SOCK_RAW, 1}, {99, 0x77, 5},
    };
    for (long i = 0; i < count(types); i++)
        call(close, call(socket, types[i][0], types[i][1], types[i][2]));
}

void addresses(void)
{
    struct sockaddr_nl netlink = {AF_NETLINK, 0, 0, RTMGRP_LINK | RTMGRP_IPV4_IFADDR};
    struct sockaddr_ll packet = {AF_PACKET, 0x0300, 1, 1, PACKET_OUTGOING, 6, {1, 2, 3, 4, 5, 6}};
    struct sockaddr_vm vm = {.svm_family = AF_VSOCK, .svm_port = 1234, .svm_cid = VMADDR_CID_HOST};
    struct sockaddr_alg alg = {AF_ALG, "hash", 0, 0, "sha256"};
    struct sockaddr unspecified = {AF_UNSPEC, {0}}, unknown = {77, "abcdefghijklm"};
    struct sockaddr_in6 scoped = {AF_INET6, htons(53), htonl(0x12345), IN6ADDR_LOOPBACK_INIT, 2};
    int length = sizeof(struct sockaddr_storage), none = -1;
    local4 = (struct sockaddr_in){AF_INET, htons(1), {htonl(INADDR_LOOPBACK)}};
    local6 = (struct sockaddr_in6){AF_INET6, htons(1), 0, IN6ADDR_LOOPBACK_INIT, 0};
    inet_pton(AF_INET6, "fe80::1:2", &scoped.sin6_addr);
    families();
    int server = call(socket, AF_UNIX, SOCK_STREAM, 0), client = call(socket, AF_UNIX, SOCK_STREAM, 0);
    call(bind, server, P(&named), sizeof named);
    call(listen, server, 5);
    call(connect, client, P(&nobody), sizeof nobody);
    call(connect, client, P(&named), 2 + 7);
    int accepted = call(accept, server, P(scratch), P(&length));
    length = 10;
    call(getsockname, server, P(scratch), P(&length));
    length = 128;
    call(getpeername, client, P(scratch), P(&length));
    call(getpeername, server, P(scratch), P(&none));
    call(getsockname, BAD_FD, 0, 0);
    call(accept4, BAD_FD, P(scratch), P(&length), SOCK_CLOEXEC | SOCK_NONBLOCK);
    call(accept4, BAD_FD, 0, 0, 0x10);
    call(shutdown, accepted, SHUT_WR);
    call(shutdown, BAD_FD, 7);
    call(unlink, P("socket"));
    int other = call(socket, AF_UNIX, SOCK_DGRAM, 0);
    call(bind, other, P(&abstract), 2 + 14);
    call(bind, BAD_FD, P(&abstract), 2);
    call(bind, BAD_FD, P(&abstract), 1);
    call(bind, BAD_FD, P(&local4), sizeof local4);
    call(bind, BAD_FD, P(&local4), 7);
    call(bind, BAD_FD, P(&local6), sizeof local6);
    call(bind, BAD_FD, P(&scoped), sizeof scoped);
    call(bind, BAD_FD, P(&netlink), sizeof netlink);
    call(bind, BAD_FD, P(&packet), sizeof packet);
    call(bind, BAD_FD, P(&vm), sizeof vm);
    call(bind, BAD_FD, P(&alg), sizeof alg);
    call(connect, BAD_FD, P(&unspecified), sizeof unspecified);
    call(connect, BAD_FD, P(&unknown), sizeof unknown);
    call(connect, BAD_FD, 0x10, 16);
    call(connect, BAD_FD, 0, 0);
    int tcp = call(socket, AF_INET, SOCK_STREAM, 0);
    call(connect, tcp, P(&local4), sizeof local4);
    call(socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, P(scratch));
    call(socketpair, AF_INET, SOCK_DGRAM, 0, P(scratch));
}

static void set_all(int tcp)
{
    int one = 1;
    struct linger linger = {1, 5};
    struct timeval wait = {3, 500000};
    struct ip_mreqn group = {{htonl(0xe0000001)}, {htonl(INADDR_LOOPBACK)}, 1};
    struct ipv6_mreq group6 = {IN6ADDR_LOOPBACK_INIT, 1};
    struct sock_filter accept[] = {{BPF_RET | BPF_K, 0, 0, 0xffff}};
    struct sock_fprog program = {1, accept};
    static const int numbers[][2] = {
        {SOL_SOCKET, SO_REUSEADDR}, {SOL_SOCKET, SO_KEEPALIVE}, {SOL_SOCKET, SO_SNDBUF}, {SOL_SOCKET, SO_RCVBUF},
        {SOL_SOCKET, SO_BROADCAST}, {SOL_SOCKET, SO_PASSCRED}, {SOL_SOCKET, SO_PRIORITY}, {SOL_SOCKET, SO_REUSEPORT},
        {SOL_SOCKET, SO_TIMESTAMP}, {SOL_SOCKET, SO_INCOMING_CPU}, {SOL_SOCKET, 0x7f}, {IPPROTO_TCP, TCP_NODELAY},
        {IPPROTO_TCP, TCP_CORK}, {IPPROTO_TCP, TCP_KEEPIDLE}, {IPPROTO_TCP, TCP_DEFER_ACCEPT}, {IPPROTO_IP, IP_TOS},
        {IPPROTO_IP, IP_TTL}, {IPPROTO_IP, IP_RECVERR}, {IPPROTO_IP, IP_MTU_DISCOVER}, {IPPROTO_IPV6, IPV6_V6ONLY},
        {IPPROTO_IPV6, IPV6_RECVPKTINFO}, {SOL_NETLINK, NETLINK_EXT_ACK}, {SOL_PACKET, PACKET_VERSION}, {SOL_ALG, 1},
        {255, 3}, {1234, 5},
    };
    for (long i = 0; i < count(numbers); i++)
        call(setsockopt, tcp, numbers[i][0], numbers[i][1], P(&one), sizeof one);
    call(setsockopt, tcp, SOL_SOCKET, SO_LINGER, P(&linger), sizeof linger);
    call(setsockopt, tcp, SOL_SOCKET, SO_RCVTIMEO, P(&wait), sizeof wait);
    call(setsockopt, tcp, SOL_SOCKET, SO_SNDTIMEO, P(&wait), sizeof wait);
    call(setsockopt, tcp, SOL_SOCKET, SO_BINDTODEVICE, P("none0"), 6);
    call(setsockopt, tcp, SOL_SOCKET, SO_ATTACH_FILTER, P(&program), sizeof program);
    call(setsockopt, tcp, SOL_SOCKET, SO_DETACH_FILTER, 0, 0);
    call(setsockopt, tcp, IPPROTO_IP, IP_ADD_MEMBERSHIP, P(&group), sizeof group);
    call(setsockopt, tcp, IPPROTO_IP, IP_MULTICAST_IF, P(&group), sizeof group);
    call(setsockopt, tcp, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, P(&group6), sizeof group6);
    call(setsockopt, tcp, IPPROTO_TCP, TCP_CONGESTION, P("cubic"), 5);
    call(setsockopt, BAD_FD, SOL_PACKET, PACKET_RX_RING, P((int[]){4096, 1, 2048, 2}), 16);
    call(setsockopt, BAD_FD, IPPROTO_ICMP, 1, P(&one), 4);
    call(setsockopt, BAD_FD, IPPROTO_RAW, 1, P(&one), 4);
    call(setsockopt, BAD_FD, SOL_SOCKET, SO_REUSEADDR, P(&one), 2);
    call(setsockopt, BAD_FD, SOL_SOCKET, SO_REUSEADDR, 0x10, 4);
    call(setsockopt, BAD_FD, SOL_SOCKET, SO_REUSEADDR, P(&one), -1);
}

void socket_options(void)
{
    static const int asked[][2] = {
        {SOL_SOCKET, SO_TYPE}, {SOL_SOCKET, SO_ERROR}, {SOL_SOCKET, SO_DOMAIN}, {SOL_SOCKET, SO_PROTOCOL},
        {SOL_SOCKET, SO_RCVBUF}, {SOL_SOCKET, SO_LINGER}, {SOL_SOCKET, SO_PEERCRED}, {SOL_SOCKET, SO_RCVTIMEO},
        {SOL_SOCKET, SO_PEERSEC}, {SOL_SOCKET, SO_COOKIE}, {IPPROTO_TCP, TCP_INFO}, {IPPROTO_TCP, TCP_MAXSEG},
        {IPPROTO_TCP, TCP_CONGESTION}, {IPPROTO_IP, IP_TTL}, {IPPROTO_IP, IP_OPTIONS}, {IPPROTO_IPV6, IPV6_MTU},
        {SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS}, {SOL_PACKET, PACKET_STATISTICS}, {SOL_SOCKET, 0x1234}, {77, 88},
    };
    int tcp = call(socket, AF_INET, SOCK_STREAM, 0), length, small = 2;
    set_all(tcp);
    for (long i = 0; i < count(asked); i++) {
        length = 256;
        call(getsockopt, tcp, asked[i][0], asked[i][1], P(scratch), P(&length));
    }
    call(getsockopt, tcp, SOL_SOCKET, SO_TYPE, P(scratch), P(&small));
    call(getsockopt, BAD_FD, SOL_SOCKET, SO_TYPE, P(scratch), 0);
}

static void netlink_requests(void)
{
    struct sockaddr_nl kernel = {AF_NETLINK, 0, 0, 0};
    struct { struct nlmsghdr head; struct ifinfomsg body; } links = {
        {sizeof links, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 1, 0}, {AF_PACKET, 0, 0, 0, 0, 0}};
    struct { struct nlmsghdr head; struct rtmsg body; struct rtattr attr; uint32_t table; } routes = {
        {sizeof routes, RTM_GETROUTE, NLM_F_REQUEST | NLM_F_ACK, 2, 0},
        {AF_INET, 8, 0, 0, RT_TABLE_MAIN, RTPROT_KERNEL, RT_SCOPE_UNIVERSE, RTN_UNICAST, 0}, {8, RTA_DST}, 0x0100007f};
    struct { struct nlmsghdr head; struct ifaddrmsg body; } bad = {
        {sizeof bad, RTM_NEWADDR, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL, 3, 4}, {AF_INET6, 64, 0x80, RT_SCOPE_LINK, 0}};
    struct nlmsghdr unknown = {16, 0x7777, 0x1, 4, 5};
    struct iovec vector = {&links, sizeof links};
    struct msghdr message = {&kernel, sizeof kernel, &vector, 1, 0, 0, 0};
    int route = call(socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    call(bind, route, P(&kernel), sizeof kernel);
    call(sendto, route, P(&links), sizeof links, 0, P(&kernel), sizeof kernel);
    call(recvfrom, route, P(scratch), sizeof scratch, MSG_PEEK | MSG_TRUNC, 0, 0);
    call(sendmsg, route, P(&message), 0);
    call(sendto, route, P(&routes), sizeof routes, 0, 0, 0);
    call(sendto, route, P(&bad), sizeof bad, MSG_DONTWAIT, 0, 0);
    call(write, route, P(&unknown), sizeof unknown);
    call(sendto, route, P(&links), 10, 0, 0, 0);
}

static void control_data(int pair[2])
{
    struct { struct cmsghdr head; int fds[2]; } rights = {{sizeof rights, SOL_SOCKET, SCM_RIGHTS}, {0, 1}};
    struct { struct cmsghdr head; struct ucred who; } who = {{sizeof(struct cmsghdr) + sizeof(struct ucred), SOL_SOCKET,
        SCM_CREDENTIALS}, {0, 0, 0}};
    struct { struct cmsghdr head; struct in_pktinfo info; } packet = {{sizeof(struct cmsghdr) + 12, IPPROTO_IP, IP_PKTINFO},
        {1, {0x0100007f}, {0}}};
    struct { struct cmsghdr head; char data[8]; } odd = {{24, 1234, 99}, "odd"}, wrong = {{999999, 1, 1}, ""};
    struct iovec vector[] = {{"first", 5}, {"second part", 11}}, room[] = {{scratch, 8}, {scratch + 8, 8}};
    struct msghdr message = {0, 0, vector, 2, &rights, sizeof rights, 0x7};
    struct msghdr receive = {scratch + 100, 128, room, 2, scratch + 300, 256, 0};
    struct mmsghdr many[] = {{{0, 0, vector, 1, 0, 0, 0}, 0}, {{0, 0, vector + 1, 1, 0, 0, MSG_DONTWAIT}, 3}};
    struct mmsghdr rooms[] = {{{0, 0, room, 1, 0, 0, 0}, 0}, {{0, 0, room + 1, 1, 0, 0, 0}, 0}};
    struct timespec now = {0, 5};
    void *const controls[] = {&who, &packet, &odd, &wrong};
    const size_t sizes[] = {sizeof who, sizeof packet, sizeof odd, sizeof wrong};
    call(sendmsg, pair[0], P(&message), MSG_NOSIGNAL | MSG_DONTWAIT);
    call(recvmsg, pair[1], P(&receive), MSG_CMSG_CLOEXEC);
    call(recvmsg, pair[1], P(&receive), MSG_DONTWAIT | MSG_ERRQUEUE);
    for (long i = 0; i < count(controls); i++) {
        message.msg_control = controls[i];
        message.msg_controllen = sizes[i];
        message.msg_name = i % 2 ? (void *)&local4 : (void *)&named;
        message.msg_namelen = i % 2 ? sizeof local4 : 9;
        call(sendmsg, BAD_FD, P(&message), MSG_MORE);
    }
    message.msg_iov = (void *)0x10;
    call(sendmsg, BAD_FD, P(&message), 0);
    call(sendmsg, BAD_FD, 0x10, MSG_OOB | 0x80000);
    call(sendmmsg, pair[0], P(many), 2, MSG_DONTWAIT);
    call(recvmmsg, pair[1], P(rooms), 2, MSG_DONTWAIT, P(&now));
    call(recvmmsg, BAD_FD, P(rooms), 2, MSG_WAITFORONE, 0);
    call(sendmmsg, BAD_FD, P(many), 1, 0);
}

void messages(void)
{
    int pair[2], length = 128;
    local4 = (struct sockaddr_in){AF_INET, htons(1), {htonl(INADDR_LOOPBACK)}};
    call(socketpair, AF_UNIX, SOCK_DGRAM, 0, P(pair));
    call(sendto, pair[0], P("hello\0world\n"), 12, MSG_NOSIGNAL, 0, 0);
    call(recvfrom, pair[1], P(scratch), 100, MSG_PEEK, P(scratch + 200), P(&length));
    call(recvfrom, pair[1], P(scratch), 100, MSG_DONTWAIT | MSG_TRUNC, 0, 0);
    call(recvfrom, pair[1], P(scratch), 100, MSG_DONTWAIT, P(scratch + 200), P(&length));
    int udp = call(socket, AF_INET, SOCK_DGRAM, 0);
    call(sendto, udp, P("datagram"), 8, MSG_CONFIRM, P(&local4), sizeof local4);
    call(sendto, BAD_FD, P("datagram"), 8, MSG_DONTROUTE | MSG_EOR, P(&local4), 3);
    call(sendto, BAD_FD, 0x10, 8, 0x10000000, 0x20, 16);
    control_data(pair);
    netlink_requests();
}
