/* What system calls point to, as the kernel has it.

   struct NAME { TYPE FIELD; // MEANING [MARK] };

   TYPE      int8..int64, uint8..uint64, char, and by the size of a word slong, ulong, pointer; or `struct OTHER`.
             Padding follows from the alignment (i386 aligns 64 bits at 4); `packed` has none. A field that is named
             pad* is not shown (`padding` is). NAME32 stands for NAME on i386 where that is more than smaller words.
   MEANING   kind[options] [if ..] in the grammar of prototypes.txt, where the other fields are what the other
             arguments are there. Without one: a number, an address, a string (char[]), bytes (uint8[]).
             A comment `printed: FIELD, ..` in front of the fields has those that are shown, in another order.
   MARK      verbose: shown only with -v, otherwise `...` ends the struct; terse: its condition counts only without -v;
             result: shown only once the call has filled the struct in. */

/* -- time */
struct timespec { slong tv_sec; ulong tv_nsec; };
struct timespec64 { int64 tv_sec; uint64 tv_nsec; };
struct timeval { slong tv_sec; ulong tv_usec; };
struct timeval64 { int64 tv_sec; uint64 tv_usec; };
struct utimbuf { slong actime; slong modtime; };
struct itimerspec { struct timespec it_interval; struct timespec it_value; };
struct itimerspec64 { struct timespec64 it_interval; struct timespec64 it_value; };
struct itimerval { struct timeval it_interval; struct timeval it_value; };

struct timezone { int32 tz_minuteswest; int32 tz_dsttime; };
struct tms {
  slong tms_utime; // ticks
  slong tms_stime; // ticks
  slong tms_cutime; // ticks
  slong tms_cstime; // ticks
};
struct timex {
  uint32 modes; // flags[timex_modes]
  slong offset; slong freq; slong maxerror; slong esterror;
  int32 status; // flags[timex_status]
  slong constant; slong precision; slong tolerance;
  struct timeval time;
  slong tick; slong ppsfreq; slong jitter; int32 shift; slong stabil; slong jitcnt; slong calcnt; slong errcnt;
  slong stbcnt; int32 tai; int32 pad[11];
};
struct timex64 {
  uint32 modes; // flags[timex_modes]
  uint32 pad1; int64 offset; int64 freq; int64 maxerror; int64 esterror;
  int32 status; // flags[timex_status]
  uint32 pad2; int64 constant; int64 precision; int64 tolerance;
  struct timeval64 time;
  int64 tick; int64 ppsfreq; int64 jitter; int32 shift; uint32 pad3; int64 stabil; int64 jitcnt; int64 calcnt;
  int64 errcnt; int64 stbcnt; int32 tai; int32 pad4[11];
};

/* -- limits */
struct rlimit {
  ulong rlim_cur; // limit
  ulong rlim_max; // limit
};
struct rlimit64 {
  uint64 rlim_cur; // limit
  uint64 rlim_max; // limit
};

struct rusage {
  struct timeval ru_utime;
  struct timeval ru_stime;
  ulong ru_maxrss; // number verbose
  ulong ru_ixrss; // number verbose
  ulong ru_idrss; // number verbose
  ulong ru_isrss; // number verbose
  ulong ru_minflt; // number verbose
  ulong ru_majflt; // number verbose
  ulong ru_nswap; // number verbose
  ulong ru_inblock; // number verbose
  ulong ru_oublock; // number verbose
  ulong ru_msgsnd; // number verbose
  ulong ru_msgrcv; // number verbose
  ulong ru_nsignals; // number verbose
  ulong ru_nvcsw; // number verbose
  ulong ru_nivcsw; // number verbose
};

/* -- files */
struct flock {
  uint16 l_type; // enum[lock_type]
  uint16 l_whence; // enum[whence]
  slong l_start; slong l_len;
  int32 l_pid; // int result
};
struct flock64 {
  uint16 l_type; // enum[lock_type]
  uint16 l_whence; // enum[whence]
  int64 l_start; int64 l_len;
  int32 l_pid; // int result
};
struct open_how {
  uint64 flags; // flags[open]
  uint64 mode; // open_how_mode
  uint64 resolve; // flags[openat2_resolve]
};
struct winsize { uint16 ws_row; uint16 ws_col; uint16 ws_xpixel; uint16 ws_ypixel; };
struct pollfd {
  int32 fd; // fd
  uint16 events; // flags[poll]
  uint16 revents; // flags[poll]
};
struct epoll_event packed {
  uint32 events; // flags[epoll]
  uint64 data;
};
struct epoll_event_aligned {
  uint32 events; // flags[epoll]
  uint64 data;
};
struct f_owner_ex {
  int32 type; // enum[owner_type]
  int32 pid;
};
struct stat {
  /* printed: st_dev, st_ino, st_mode, st_nlink, st_uid, st_gid, st_blksize, st_blocks, st_size, st_rdev,
     st_atime, st_atime_nsec, st_mtime, st_mtime_nsec, st_ctime, st_ctime_nsec */
  ulong st_dev; // dev verbose
  ulong st_ino; // number verbose
  ulong st_nlink; // number verbose
  uint32 st_mode; // file_mode
  uint32 st_uid; // uid verbose
  uint32 st_gid; // gid verbose
  uint32 pad0;
  ulong st_rdev; // dev if st_mode is S_IFBLK|S_IFCHR
  slong st_size; // number unless st_mode is S_IFBLK|S_IFCHR
  slong st_blksize; // number verbose
  slong st_blocks; // number verbose
  slong st_atime; // date[st_atime_nsec] verbose
  ulong st_atime_nsec; // number verbose
  slong st_mtime; // date[st_mtime_nsec] verbose
  ulong st_mtime_nsec; // number verbose
  slong st_ctime; // date[st_ctime_nsec] verbose
  ulong st_ctime_nsec; // number verbose
  slong pad[3];
};
struct stat32 {
  /* printed: st_dev, st_ino, st_mode, st_nlink, st_uid, st_gid, st_blksize, st_blocks, st_size, st_rdev,
     st_atime, st_atime_nsec, st_mtime, st_mtime_nsec, st_ctime, st_ctime_nsec */
  uint32 st_dev; // dev verbose
  uint32 st_ino; // number verbose
  uint16 st_mode; // file_mode
  uint16 st_nlink; // number verbose
  uint16 st_uid; // number verbose
  uint16 st_gid; // number verbose
  uint32 st_rdev; // dev if st_mode is S_IFBLK|S_IFCHR
  uint32 st_size; // number unless st_mode is S_IFBLK|S_IFCHR
  uint32 st_blksize; // number verbose
  uint32 st_blocks; // number verbose
  int32 st_atime; // date[st_atime_nsec] verbose
  uint32 st_atime_nsec; // number verbose
  int32 st_mtime; // date[st_mtime_nsec] verbose
  uint32 st_mtime_nsec; // number verbose
  int32 st_ctime; // date[st_ctime_nsec] verbose
  uint32 st_ctime_nsec; // number verbose
  uint32 pad[2];
};
struct stat_generic {
  /* printed: st_dev, st_ino, st_mode, st_nlink, st_uid, st_gid, st_blksize, st_blocks, st_size, st_rdev,
     st_atime, st_atime_nsec, st_mtime, st_mtime_nsec, st_ctime, st_ctime_nsec */
  ulong st_dev; // dev verbose
  ulong st_ino; // number verbose
  uint32 st_mode; // file_mode
  uint32 st_nlink; // number verbose
  uint32 st_uid; // uid verbose
  uint32 st_gid; // gid verbose
  ulong st_rdev; // dev if st_mode is S_IFBLK|S_IFCHR
  ulong pad1;
  slong st_size; // number unless st_mode is S_IFBLK|S_IFCHR
  int32 st_blksize; // number verbose
  int32 pad2;
  slong st_blocks; // number verbose
  slong st_atime; // date[st_atime_nsec] verbose
  ulong st_atime_nsec; // number verbose
  slong st_mtime; // date[st_mtime_nsec] verbose
  ulong st_mtime_nsec; // number verbose
  slong st_ctime; // date[st_ctime_nsec] verbose
  ulong st_ctime_nsec; // number verbose
  uint32 pad[2];
};
struct stat64 packed {
  /* printed: st_dev, st_ino, st_mode, st_nlink, st_uid, st_gid, st_blksize, st_blocks, st_size, st_rdev,
     st_atime, st_atime_nsec, st_mtime, st_mtime_nsec, st_ctime, st_ctime_nsec */
  uint64 st_dev; // dev verbose
  uint32 pad0;
  uint32 pad_ino;
  uint32 st_mode; // file_mode
  uint32 st_nlink; // number verbose
  uint32 st_uid; // uid verbose
  uint32 st_gid; // gid verbose
  uint64 st_rdev; // dev if st_mode is S_IFBLK|S_IFCHR
  uint32 pad3;
  int64 st_size; // number unless st_mode is S_IFBLK|S_IFCHR
  uint32 st_blksize; // number verbose
  uint64 st_blocks; // number verbose
  int32 st_atime; // date[st_atime_nsec] verbose
  uint32 st_atime_nsec; // number verbose
  int32 st_mtime; // date[st_mtime_nsec] verbose
  uint32 st_mtime_nsec; // number verbose
  int32 st_ctime; // date[st_ctime_nsec] verbose
  uint32 st_ctime_nsec; // number verbose
  uint64 st_ino; // number verbose
};
struct oldstat {
  /* printed: st_dev, st_ino, st_mode, st_nlink, st_uid, st_gid, st_blksize, st_blocks, st_size, st_rdev,
     st_atime, st_mtime, st_ctime */
  uint8 st_blksize[0]; // zero verbose
  uint8 st_blocks[0]; // zero verbose
  uint16 st_dev; // dev verbose
  uint16 st_ino; // number verbose
  uint16 st_mode; // file_mode
  uint16 st_nlink; // number verbose
  uint16 st_uid; // number verbose
  uint16 st_gid; // number verbose
  uint16 st_rdev; // dev if st_mode is S_IFBLK|S_IFCHR
  uint32 st_size; // number unless st_mode is S_IFBLK|S_IFCHR
  uint32 st_atime; // date verbose
  uint32 st_mtime; // date verbose
  uint32 st_ctime; // date verbose
};
struct statx_timestamp { int64 tv_sec; uint32 tv_nsec; int32 pad; };
struct statx {
  uint32 stx_mask; // flags[statx_all]
  uint32 stx_blksize; // number verbose
  uint64 stx_attributes; // flags[statx_attributes]
  uint32 stx_nlink; // number verbose
  uint32 stx_uid; // uid verbose
  uint32 stx_gid; // gid verbose
  uint16 stx_mode; // file_mode
  uint16 pad0;
  uint64 stx_ino; // number verbose
  uint64 stx_size;
  uint64 stx_blocks; // number verbose
  uint64 stx_attributes_mask; // flags[statx_attributes] verbose
  struct statx_timestamp stx_atime; // statx_timestamp if stx_mask has STATX_ATIME verbose
  struct statx_timestamp stx_btime; // statx_timestamp if stx_mask has STATX_BTIME verbose
  struct statx_timestamp stx_ctime; // statx_timestamp if stx_mask has STATX_CTIME verbose
  struct statx_timestamp stx_mtime; // statx_timestamp if stx_mask has STATX_MTIME verbose
  uint32 stx_rdev_major; // number verbose
  uint32 stx_rdev_minor; // number verbose
  uint32 stx_dev_major; // number verbose
  uint32 stx_dev_minor; // number verbose
  uint64 stx_mnt_id; // hex if stx_mask has STATX_MNT_ID|STATX_MNT_ID_UNIQUE verbose
  uint32 stx_dio_mem_align; // number if stx_mask has STATX_DIOALIGN verbose
  uint32 stx_dio_offset_align; // number if stx_mask has STATX_DIOALIGN verbose
  uint64 stx_subvol; // hex if stx_mask has STATX_SUBVOL verbose
  uint32 stx_atomic_write_unit_min; // number if stx_mask has STATX_WRITE_ATOMIC verbose
  uint32 stx_atomic_write_unit_max; // number if stx_mask has STATX_WRITE_ATOMIC verbose
  uint32 stx_atomic_write_segments_max; // number if stx_mask has STATX_WRITE_ATOMIC verbose
  uint32 stx_dio_read_offset_align; // number if stx_mask has STATX_DIO_READ_ALIGN verbose
  uint32 stx_atomic_write_unit_max_opt; // number if stx_mask has STATX_WRITE_ATOMIC verbose
  uint32 pad2;
  uint64 pad3[8];
};
struct fsid {
  int32 val[2]; // hex_numbers[uint32]
};
struct statfs {
  slong f_type; // enum[fs_magic]
  ulong f_bsize; ulong f_blocks; ulong f_bfree; ulong f_bavail; ulong f_files; ulong f_ffree;
  struct fsid f_fsid;
  ulong f_namelen; ulong f_frsize;
  ulong f_flags; // flags[statfs_flags]
  slong pad_spare[4];
};
struct statfs64 {
  uint32 f_type; // enum[fs_magic]
  uint32 f_bsize; uint64 f_blocks; uint64 f_bfree; uint64 f_bavail; uint64 f_files; uint64 f_ffree;
  struct fsid f_fsid;
  uint32 f_namelen; uint32 f_frsize;
  uint32 f_flags; // flags[statfs_flags]
  uint32 pad_spare[4];
};
struct cachestat_range { uint64 off; uint64 len; };
struct cachestat {
  uint64 nr_cache; uint64 nr_dirty; uint64 nr_writeback; uint64 nr_evicted; uint64 nr_recently_evicted;
};
struct xattr_args {
  uint64 value; // in bytes[size]
  uint32 size;
  uint32 flags; // flags[xattr]
};
struct xattr_args_to_fill {
  uint64 value; // ptr
  uint32 size;
  uint32 flags; // flags[xattr]
};
struct file_attr {
  uint64 fa_xflags; // flags[fs_xflags]
  uint32 fa_extsize;
  uint32 fa_nextents; // number result
  uint32 fa_projid; // hex
  uint32 fa_cowextsize;
};

/* -- mounts */
struct mount_attr {
  uint64 attr_set; // flags[mount_attr]
  uint64 attr_clr; // flags[mount_attr]
  uint64 propagation; // enum[propagation]
  uint64 userns_fd;
};
struct mnt_id_req {
  uint32 size; // enum[mnt_id_req_size]
  int32 mnt_ns_fd; // fd if mnt_ns_fd > 0
  uint64 mnt_id; // hex
  uint64 param; // flags[statmount]
  uint64 mnt_ns_id; // hex if size > 24
};
struct listmount_req {
  uint32 size; // enum[mnt_id_req_size]
  int32 mnt_ns_fd; // fd if mnt_ns_fd > 0
  uint64 mnt_id; // mount_id
  uint64 param; // hex
  uint64 mnt_ns_id; // hex if size > 24
};
struct statmount {
  /* printed: size, mask, sb_dev_major, sb_dev_minor, sb_magic, sb_flags, mnt_id, mnt_parent_id, mnt_id_old,
     mnt_parent_id_old, mnt_attr, mnt_propagation, mnt_peer_group, mnt_master, propagate_from, mnt_ns_id, opt_num,
     opt_sec_num, supported_mask, mnt_uidmap_num, mnt_gidmap_num */
  uint32 size;
  uint32 mnt_opts;
  uint64 mask; // flags[statmount]
  uint32 sb_dev_major; // number if mask has STATMOUNT_SB_BASIC
  uint32 sb_dev_minor; // number if mask has STATMOUNT_SB_BASIC
  uint64 sb_magic; // enum[fs_magic] if mask has STATMOUNT_SB_BASIC
  uint32 sb_flags; // flags[mount] if mask has STATMOUNT_SB_BASIC
  uint32 fs_type;
  uint64 mnt_id; // hex if mask has STATMOUNT_MNT_BASIC
  uint64 mnt_parent_id; // hex if mask has STATMOUNT_MNT_BASIC
  uint32 mnt_id_old; // number if mask has STATMOUNT_MNT_BASIC
  uint32 mnt_parent_id_old; // number if mask has STATMOUNT_MNT_BASIC
  uint64 mnt_attr; // flags[mount_attr] if mask has STATMOUNT_MNT_BASIC
  uint64 mnt_propagation; // flags[mount] if mask has STATMOUNT_MNT_BASIC
  uint64 mnt_peer_group; // number if mask has STATMOUNT_MNT_BASIC
  uint64 mnt_master; // number if mask has STATMOUNT_MNT_BASIC
  uint64 propagate_from; // number if mask has STATMOUNT_PROPAGATE_FROM
  uint32 mnt_root;
  uint32 mnt_point;
  uint64 mnt_ns_id; // hex if mask has STATMOUNT_MNT_NS_ID
  uint32 fs_subtype;
  uint32 sb_source;
  uint32 opt_num; // number if mask has STATMOUNT_OPT_ARRAY
  uint32 opt_array;
  uint32 opt_sec_num; // number if mask has STATMOUNT_OPT_SEC_ARRAY
  uint32 opt_sec_array;
  uint64 supported_mask; // flags[statmount] if mask has STATMOUNT_SUPPORTED_MASK
  uint32 mnt_uidmap_num; // number if mask has STATMOUNT_MNT_UIDMAP
  uint32 mnt_uidmap;
  uint32 mnt_gidmap_num; // number if mask has STATMOUNT_MNT_GIDMAP
  uint32 mnt_gidmap;
  uint64 pad_spare[43];
};
struct ns_id_req {
  uint32 size;
  uint32 pad_spare;
  uint64 ns_id; // hex
  uint32 ns_type; // flags[setns]
  uint32 pad_spare2;
  uint64 user_ns_id; // hex
};

/* -- quotas */
struct if_dqblk {
  uint64 dqb_bhardlimit; uint64 dqb_bsoftlimit; uint64 dqb_curspace;
  uint64 dqb_ihardlimit; uint64 dqb_isoftlimit; uint64 dqb_curinodes;
  uint64 dqb_btime; // number verbose
  uint64 dqb_itime; // number verbose
  uint32 dqb_valid; // flags[quota_valid] verbose
};
struct if_nextdqblk {
  uint64 dqb_bhardlimit; uint64 dqb_bsoftlimit; uint64 dqb_curspace;
  uint64 dqb_ihardlimit; uint64 dqb_isoftlimit; uint64 dqb_curinodes;
  uint64 dqb_btime; // number verbose
  uint64 dqb_itime; // number verbose
  uint32 dqb_valid; // flags[quota_valid] verbose
  uint32 dqb_id;
};
struct if_dqinfo {
  uint64 dqi_bgrace; uint64 dqi_igrace;
  uint32 dqi_flags; // flags[quota_info_flags]
  uint32 dqi_valid; // flags[quota_info_valid]
};
struct fs_disk_quota {
  int8 d_version;
  int8 d_flags; // flags[xfs_quota_type]
  uint16 d_fieldmask; // hex
  uint32 d_id;
  uint64 d_blk_hardlimit; uint64 d_blk_softlimit; uint64 d_ino_hardlimit; uint64 d_ino_softlimit;
  uint64 d_bcount; uint64 d_icount;
  int32 d_itimer; // number verbose
  int32 d_btimer; // number verbose
  uint16 d_iwarns; // number verbose
  uint16 d_bwarns; // number verbose
  int8 pad_timers_hi[4];
  uint64 d_rtb_hardlimit; // number verbose
  uint64 d_rtb_softlimit; // number verbose
  uint64 d_rtbcount; // number verbose
  int32 d_rtbtimer; // number verbose
  uint16 d_rtbwarns; // number verbose
  int16 pad3;
  uint8 pad4[8];
};
struct fs_qfilestat { uint64 qfs_ino; uint64 qfs_nblks; uint32 qfs_nextents; };
struct fs_quota_stat {
  int8 qs_version;
  uint16 qs_flags; // flags[xfs_quota_flags]
  int8 pad;
  struct fs_qfilestat qs_uquota; struct fs_qfilestat qs_gquota;
  uint32 qs_incoredqs;
  int32 qs_btimelimit; int32 qs_itimelimit; int32 qs_rtbtimelimit;
  uint16 qs_bwarnlimit; uint16 qs_iwarnlimit;
};
struct fs_qfilestatv { uint64 qfs_ino; uint64 qfs_nblks; uint32 qfs_nextents; uint32 pad; };
struct fs_quota_statv {
  int8 qs_version;
  uint8 pad1;
  uint16 qs_flags; // flags[xfs_quota_flags]
  uint32 qs_incoredqs;
  struct fs_qfilestatv qs_uquota; struct fs_qfilestatv qs_gquota; struct fs_qfilestatv qs_pquota;
  int32 qs_btimelimit; int32 qs_itimelimit; int32 qs_rtbtimelimit;
  uint16 qs_bwarnlimit; uint16 qs_iwarnlimit;
  uint16 qs_rtbwarnlimit;
  uint16 pad3;
  uint32 pad4;
  uint64 pad2[7];
};

/* -- ioctl of files */
struct fsxattr {
  uint32 fsx_xflags; // flags[fs_xflags]
  uint32 fsx_extsize;
  uint32 fsx_nextents; // number result
  uint32 fsx_projid; // hex
  uint32 fsx_cowextsize;
  uint8 pad[8];
};
struct file_clone_range {
  int64 src_fd; // fd
  uint64 src_offset; uint64 src_length; uint64 dest_offset;
};
struct file_dedupe_range { uint64 src_offset; uint64 src_length; uint16 dest_count; uint16 pad1; uint32 pad2; };
struct file_dedupe_range_info {
  int64 dest_fd; // fd
  uint64 dest_offset; uint64 bytes_deduped;
  int32 status;
  uint32 pad;
};
struct fiemap {
  uint64 fm_start; uint64 fm_length;
  uint32 fm_flags; // flags[fiemap_flags]
  uint32 fm_mapped_extents;
  uint32 fm_extent_count;
  uint32 pad;
};
struct fiemap_extent {
  uint64 fe_logical; uint64 fe_physical; uint64 fe_length;
  uint64 pad1[2];
  uint32 fe_flags; // flags[fiemap_extent]
  uint32 pad2[3];
};
struct fstrim_range {
  uint64 start; // hex
  uint64 len;
  uint64 minlen;
};

/* -- ioctl of block devices */
struct blkpg_partition { int64 start; int64 length; int32 pno; char devname[64]; char volname[64]; };
struct blkpg_ioctl_arg {
  int32 op; // enum[blkpg]
  int32 flags; int32 datalen;
  pointer data; // in blkpg_partition
};
struct blk_user_trace_setup {
  /* printed: act_mask, buf_size, buf_nr, start_lba, end_lba, pid, name */
  char name[32]; // chars result
  uint16 act_mask; uint32 buf_size; uint32 buf_nr; uint64 start_lba; uint64 end_lba; uint32 pid;
};
struct loop_info {
  int32 lo_number;
  ulong lo_device; // dev verbose
  ulong lo_inode; // number verbose
  ulong lo_rdevice; // dev verbose
  int32 lo_offset; // hex
  int32 lo_encrypt_type; // enum[loop_crypt] if lo_encrypt_type > 0 terse
  uint32 lo_encrypt_key_size; // number if lo_encrypt_type > 0 terse
  int32 lo_flags; // flags[loop_flags]
  char lo_name[64];
  uint8 lo_encrypt_key[32]; // octets[lo_encrypt_key_size] if lo_encrypt_type > 0 terse
  ulong lo_init[2]; // hex_numbers[ulong] verbose
  char reserved[4]; // hex_numbers[uint8] verbose
};
struct loop_info32 {
  int32 lo_number;
  uint16 lo_device; // dev verbose
  ulong lo_inode; // number verbose
  uint16 lo_rdevice; // dev verbose
  int32 lo_offset; // hex
  int32 lo_encrypt_type; // enum[loop_crypt] if lo_encrypt_type > 0 terse
  uint32 lo_encrypt_key_size; // number if lo_encrypt_type > 0 terse
  int32 lo_flags; // flags[loop_flags]
  char lo_name[64];
  uint8 lo_encrypt_key[32]; // octets[lo_encrypt_key_size] if lo_encrypt_type > 0 terse
  ulong lo_init[2]; // hex_numbers[ulong] verbose
  char reserved[4]; // hex_numbers[uint8] verbose
};
struct loop_info64 {
  uint64 lo_device; // dev verbose
  uint64 lo_inode; // number verbose
  uint64 lo_rdevice; // dev verbose
  uint64 lo_offset; // hex
  uint64 lo_sizelimit; // number verbose
  uint32 lo_number;
  uint32 lo_encrypt_type; // enum[loop_crypt] if lo_encrypt_type > 0 terse
  uint32 lo_encrypt_key_size; // number if lo_encrypt_type > 0 terse
  uint32 lo_flags; // flags[loop_flags]
  uint8 lo_file_name[64]; // chars
  uint8 lo_crypt_name[64]; // chars if lo_encrypt_type > 0 terse
  uint8 lo_encrypt_key[32]; // octets[lo_encrypt_key_size] if lo_encrypt_type > 0 terse
  uint64 lo_init[2]; // hex_numbers[uint64] verbose
};
struct loop_config {
  uint32 fd; // fd
  uint32 block_size;
  struct loop_info64 info;
  uint64 __reserved[8]; // hex_numbers[uint64, nonzero]
};
struct hd_geometry { uint8 heads; uint8 sectors; uint16 cylinders; ulong start; };
struct hd_drive_cmd {
  /* printed: command, sector_number, feature, sector_count */
  uint8 command; // enum[ata_command]
  uint8 sector_number; uint8 feature; uint8 sector_count;
};
struct cdrom_msf {
  uint8 cdmsf_min0; uint8 cdmsf_sec0; uint8 cdmsf_frame0; uint8 cdmsf_min1; uint8 cdmsf_sec1; uint8 cdmsf_frame1;
};
struct cdrom_ti { uint8 cdti_trk0; uint8 cdti_ind0; uint8 cdti_trk1; uint8 cdti_ind1; };
struct cdrom_tochdr { uint8 cdth_trk0; uint8 cdth_trk1; };
struct cdrom_tocentry {
  uint8 cdte_track;
  uint8 cdte_adr_ctrl; // hex result
  uint8 cdte_format; // enum[cdrom_format]
  uint32 cdte_addr; // hex result
  uint8 cdte_datamode; // hex result
};
struct cdrom_multisession {
  uint32 addr; // hex result
  uint8 xa_flag; // number result
  uint8 addr_format; // enum[cdrom_format]
};
struct cdrom_mcn {
  uint8 medium_catalog_number[14]; // chars
};
struct cdrom_volctrl { uint8 channel0; uint8 channel1; uint8 channel2; uint8 channel3; };
struct cdrom_subchnl {
  uint8 cdsc_format; // enum[cdrom_format]
  uint8 cdsc_audiostatus; // enum[cdrom_audio] result
  uint8 cdsc_adr_ctrl; // hex result
  uint8 cdsc_trk; // number result
  uint8 cdsc_ind; // number result
  uint32 cdsc_absaddr; // hex result
  uint32 cdsc_reladdr; // hex result
};
struct cdrom_blk { uint32 from; uint16 len; };
struct cdrom_generic_command {
  uint8 cmd[12]; // hex_numbers[uint8]
  pointer buffer;
  uint32 buflen;
  int32 stat; // number result
  pointer pad_sense;
  uint8 data_direction; // enum[cdrom_direction]
  int32 quiet; int32 timeout;
  pointer pad_unused;
};

/* -- ioctl of clocks and of the random number generator */
struct rtc_time {
  int32 tm_sec; int32 tm_min; int32 tm_hour; int32 tm_mday; int32 tm_mon; int32 tm_year;
  int32 tm_wday; // number verbose
  int32 tm_yday; // number verbose
  int32 tm_isdst; // number verbose
};
struct rtc_wkalrm { uint8 enabled; uint8 pending; struct rtc_time time; };
struct rtc_pll_info {
  int32 pll_ctrl; int32 pll_value; int32 pll_max; int32 pll_min; int32 pll_posmult; int32 pll_negmult;
  slong pll_clock;
};
struct rtc_param {
  uint64 param; // enum[rtc_param]
  uint64 value;
  uint32 index;
  uint32 __pad;
};

/* -- processes */
struct sched_param { int32 sched_priority; };
struct stack_t {
  pointer ss_sp;
  int32 ss_flags; // flags[ss_flags]
  ulong ss_size;
};
struct ucred {
  int32 pid;
  uint32 uid; // uid
  uint32 gid; // gid
};
struct cap_header { uint32 version; int32 pid; };
struct sock_fprog {
  uint16 len;
  pointer filter; // in seccomp_filter[len]
};
struct mmap_arguments { ulong addr; ulong len; ulong prot; ulong flags; ulong fd; ulong offset; };
struct futex_waitv {
  uint64 val; // hex
  uint64 uaddr; // ptr
  uint32 flags; // flags[futex2]
  uint32 __reserved; // hex if __reserved > 0
};
struct kcmp_epoll_slot {
  uint32 efd; // fd
  uint32 tfd; // fd
  uint32 toff;
};
struct utsname {
  char sysname[65]; char nodename[65];
  char release[65]; // chars verbose
  char version[65]; // chars verbose
  char machine[65]; // chars verbose
  char domainname[65]; // chars verbose
};
struct sysinfo {
  ulong uptime; ulong loads[3]; ulong totalram; ulong freeram; ulong sharedram; ulong bufferram; ulong totalswap;
  ulong freeswap; uint16 procs; uint16 pad1; ulong totalhigh; ulong freehigh; uint32 mem_unit; uint32 pad2;
};
struct sysinfo32 {
  ulong uptime; ulong loads[3]; ulong totalram; ulong freeram; ulong sharedram; ulong bufferram; ulong totalswap;
  ulong freeswap; uint16 procs; uint16 pad1; ulong totalhigh; ulong freehigh; uint32 mem_unit; uint8 pad2[8];
};
struct peeksiginfo_args {
  uint64 off;
  uint32 flags; // flags[peeksiginfo]
  uint32 nr;
};
struct seccomp_notif_sizes { uint16 seccomp_notif; uint16 seccomp_notif_resp; uint16 seccomp_data; };
struct user_regs_struct {
  ulong r15; // hex
  ulong r14; // hex
  ulong r13; // hex
  ulong r12; // hex
  ulong rbp; // hex
  ulong rbx; // hex
  ulong r11; // hex
  ulong r10; // hex
  ulong r9; // hex
  ulong r8; // hex
  ulong rax; // hex
  ulong rcx; // hex
  ulong rdx; // hex
  ulong rsi; // hex
  ulong rdi; // hex
  ulong orig_rax; // hex
  ulong rip; // hex
  ulong cs; // hex
  ulong eflags; // hex
  ulong rsp; // hex
  ulong ss; // hex
  ulong fs_base; // hex
  ulong gs_base; // hex
  ulong ds; // hex
  ulong es; // hex
  ulong fs; // hex
  ulong gs; // hex
};
struct user_regs_struct32 {
  uint32 ebx; // hex
  uint32 ecx; // hex
  uint32 edx; // hex
  uint32 esi; // hex
  uint32 edi; // hex
  uint32 ebp; // hex
  uint32 eax; // hex
  uint32 xds; // hex
  uint32 xes; // hex
  uint32 xfs; // hex
  uint32 xgs; // hex
  uint32 orig_eax; // hex
  uint32 eip; // hex
  uint32 xcs; // hex
  uint32 eflags; // hex
  uint32 esp; // hex
  uint32 xss; // hex
};
struct user_fpregs_struct {
  uint16 cwd; // hex
  uint16 swd; // hex
  uint16 ftw; // hex
  uint16 fop; // hex
  uint64 rip; // hex
  uint64 rdp; // hex
  uint32 mxcsr; // hex
  uint32 mxcr_mask; // hex
  uint32 st_space[32]; // hex_numbers[uint32]
  uint32 xmm_space[64]; // hex_numbers[uint32]
  uint32 padding[24]; // hex_numbers[uint32]
};
struct user_fpregs_struct32 {
  uint32 cwd; // hex
  uint32 swd; // hex
  uint32 twd; // hex
  uint32 fip; // hex
  uint32 fcs; // hex
  uint32 foo; // hex
  uint32 fos; // hex
  uint32 st_space[20]; // hex_numbers[uint32]
};
struct user_pt_regs {
  uint64 regs[31]; // hex_numbers[uint64]
  uint64 sp; // hex
  uint64 pc; // hex
  uint64 pstate; // hex
};

/* -- memory: userfaultfd(2) */
struct uffdio_api {
  uint64 api; // hex
  uint64 features; // flags[uffd_features]
  uint64 ioctls; // numbered_bits[uffd_api_ioctls] result
};
struct uffdio_range {
  uint64 start; // hex
  uint64 len; // hex
};
struct uffdio_register {
  struct uffdio_range range;
  uint64 mode; // flags[uffd_register]
  uint64 ioctls; // numbered_bits[uffd_range_ioctls] result
};
struct uffdio_copy {
  uint64 dst; // hex
  uint64 src; // hex
  uint64 len; // hex
  uint64 mode; // flags[uffd_copy]
  uint64 copy; // hex result
};
struct uffdio_zeropage {
  struct uffdio_range range;
  uint64 mode; // flags[uffd_zeropage]
  uint64 zeropage; // hex result
};
struct uffdio_move {
  uint64 dst; // hex
  uint64 src; // hex
  uint64 len; // hex
  uint64 mode; // flags[uffd_move]
  uint64 move; // hex result
};
struct uffdio_writeprotect {
  struct uffdio_range range;
  uint64 mode; // flags[uffd_writeprotect]
};
struct uffdio_continue {
  struct uffdio_range range;
  uint64 mode; // flags[uffd_continue]
  uint64 mapped; // hex result
};
struct uffdio_poison {
  struct uffdio_range range;
  uint64 mode; // flags[uffd_poison]
  uint64 updated; // hex result
};

/* -- facilities of the kernel: bpf(2), the parts of union bpf_attr by command */
struct bpf_map_create {
  uint32 map_type; // enum[bpf_map_type]
  uint32 key_size; uint32 value_size; uint32 max_entries;
  uint32 map_flags; // flags[bpf_map_flags]
  int32 inner_map_fd; // fd
  uint32 numa_node; // uint if map_flags has BPF_F_NUMA_NODE
  char map_name[16];
  uint32 map_ifindex; uint32 btf_fd; uint32 btf_key_type_id; uint32 btf_value_type_id;
  uint32 btf_vmlinux_value_type_id;
  uint64 map_extra;
};
struct bpf_map_lookup {
  int32 map_fd; // fd
  uint32 pad;
  uint64 key; // ptr
  uint64 value; // ptr
  uint64 flags; // flags[bpf_lookup]
};
struct bpf_map_update {
  int32 map_fd; // fd
  uint32 pad;
  uint64 key; // ptr
  uint64 value; // ptr
  uint64 flags; // enum[bpf_update]
};
struct bpf_map_delete {
  int32 map_fd; // fd
  uint32 pad;
  uint64 key; // ptr
};
struct bpf_map_next {
  int32 map_fd; // fd
  uint32 pad;
  uint64 key; // ptr
  uint64 next_key; // ptr
};
struct bpf_map_freeze {
  int32 map_fd; // fd
};
struct bpf_prog_load {
  uint32 prog_type; // enum[bpf_prog_type]
  uint32 insn_cnt;
  uint64 insns; // in bpf_program[insn_cnt]
  uint64 license; // string
  uint32 log_level; uint32 log_size;
  uint64 log_buf; // in text_buffer[log_size]
  uint32 kern_version; // kernel_version
  uint32 prog_flags; // flags[bpf_prog_flags]
  char prog_name[16];
  uint32 prog_ifindex;
  uint32 expected_attach_type; // enum[bpf_attach_type]
  int32 prog_btf_fd; // fd
  uint32 func_info_rec_size;
  uint64 func_info; // ptr
  uint32 func_info_cnt; uint32 line_info_rec_size;
  uint64 line_info; // ptr
  uint32 line_info_cnt; uint32 attach_btf_id;
  int32 attach_prog_fd; // fd
  uint32 pad_core_relo_cnt;
  uint64 fd_array; // ptr
};
struct bpf_object {
  uint64 pathname; // path
  int32 bpf_fd; // fd
  uint32 file_flags; // flags[bpf_file_flags]
};
struct bpf_attach {
  int32 target_fd; // fd
  int32 attach_bpf_fd; // fd
  uint32 attach_type; // enum[bpf_attach_type]
  uint32 attach_flags; // flags[bpf_attach_flags]
  int32 replace_bpf_fd; // fd
};
struct bpf_detach {
  int32 target_fd; // fd
  uint32 pad_attach_bpf_fd;
  uint32 attach_type; // enum[bpf_attach_type]
};
struct bpf_test {
  int32 prog_fd; // fd
  uint32 retval; uint32 data_size_in; uint32 data_size_out;
  uint64 data_in; // ptr
  uint64 data_out; // ptr
  uint32 repeat; uint32 duration; uint32 ctx_size_in; uint32 ctx_size_out;
  uint64 ctx_in; // ptr
  uint64 ctx_out; // ptr
  uint32 flags; // flags[bpf_test_flags]
  uint32 cpu; uint32 batch_size;
};
struct bpf_next_id {
  uint32 start_id;
  uint32 next_id; // changed
  uint32 open_flags; // flags[bpf_open_flags]
};
struct bpf_prog_id {
  uint32 prog_id; uint32 next_id;
  uint32 open_flags; // flags[bpf_open_flags]
};
struct bpf_map_id {
  uint32 map_id; uint32 next_id;
  uint32 open_flags; // flags[bpf_open_flags]
};
struct bpf_btf_id { uint32 btf_id; };
struct bpf_link_id { uint32 link_id; };
struct bpf_info {
  int32 bpf_fd; // fd
  uint32 info_len; // changed
  uint64 info; // ptr
};
struct bpf_query {
  int32 target_fd; // fd
  uint32 attach_type; // enum[bpf_attach_type]
  uint32 query_flags; // flags[bpf_query_flags]
  uint32 attach_flags; // flags[bpf_attach_flags]
  uint64 prog_ids; // ptr
  uint32 prog_cnt;
};
struct bpf_raw_tracepoint {
  uint64 name; // string
  int32 prog_fd; // fd
};
struct bpf_btf_load {
  uint64 btf; // in bytes[btf_size]
  uint64 btf_log_buf; // ptr
  uint32 btf_size; uint32 btf_log_size; uint32 btf_log_level;
};
struct bpf_task_fd_query {
  int32 pid;
  int32 fd; // fd
  uint32 flags; uint32 buf_len;
  uint64 buf; // in text_buffer[buf_len]
  uint32 prog_id;
  uint32 fd_type; // enum[bpf_fd_type]
  uint64 probe_offset; // hex
  uint64 probe_addr; // hex
};
struct bpf_batch {
  uint64 in_batch; // ptr
  uint64 out_batch; // ptr
  uint64 keys; // ptr
  uint64 values; // ptr
  uint32 count;
  int32 map_fd; // fd
  uint64 elem_flags; // flags[bpf_lookup]
  uint64 flags; // hex
};
struct bpf_batch_update {
  uint64 pad_in_batch; uint64 pad_out_batch;
  uint64 keys; // ptr
  uint64 values; // ptr
  uint32 count;
  int32 map_fd; // fd
  uint64 elem_flags; // flags[bpf_lookup]
  uint64 flags; // hex
};
struct bpf_batch_delete {
  uint64 pad_in_batch; uint64 pad_out_batch;
  uint64 keys; // ptr
  uint64 pad_values;
  uint32 count;
  int32 map_fd; // fd
  uint64 elem_flags; // flags[bpf_lookup]
  uint64 flags; // hex
};
struct bpf_link_create {
  int32 prog_fd; // fd
  int32 target_fd; // fd
  uint32 attach_type; // enum[bpf_attach_type]
  uint32 flags; // hex
};
struct bpf_link_create_typed {
  int32 prog_fd; // fd
  int32 target_fd; // fd
  uint32 attach_type; // enum[bpf_attach_type]
  uint32 flags; // hex
  uint32 target_btf_id; // uint if target_btf_id > 0
};
struct bpf_link_create_iter {
  int32 prog_fd; // fd
  int32 target_fd; // fd
  uint32 attach_type; // enum[bpf_attach_type]
  uint32 flags; // hex
  uint64 iter_info; // in bpf_iter_link_info[iter_info_len]
  uint32 iter_info_len;
};
struct bpf_iter_link_info { struct bpf_iter_map map; };
struct bpf_iter_map {
  int32 map_fd; // fd
};
struct bpf_link_create_perf {
  int32 prog_fd; // fd
  int32 target_fd; // fd
  uint32 attach_type; // enum[bpf_attach_type]
  uint32 flags; // hex
  struct bpf_link_perf_event perf_event;
};
struct bpf_link_perf_event {
  uint64 bpf_cookie; // hex
};
struct bpf_link_create_kprobes {
  int32 prog_fd; // fd
  int32 target_fd; // fd
  uint32 attach_type; // enum[bpf_attach_type]
  uint32 flags; // hex
  struct bpf_link_kprobe_multi kprobe_multi;
};
struct bpf_link_kprobe_multi {
  uint32 flags; // flags[bpf_kprobe_multi]
  uint32 cnt;
  uint64 syms; // in string_list[cnt]
  uint64 addrs; // in hex_list[cnt]
  uint64 cookies; // in hex_list[cnt]
};
struct bpf_link_update {
  int32 link_fd; // fd
  int32 new_prog_fd; // fd
  uint32 flags; // flags[bpf_attach_flags]
  int32 old_prog_fd; // fd if flags has BPF_F_REPLACE
};
struct bpf_token_create {
  uint32 flags; // hex
  int32 bpffs_fd; // fd
};

/* -- facilities of the kernel: rings of requests */
struct io_uring_asked {
  uint32 pad_sq_entries; uint32 pad_cq_entries;
  uint32 flags; // flags[io_uring_setup]
  uint32 sq_thread_cpu; // hex
  uint32 sq_thread_idle;
  uint32 pad_features;
  uint32 wq_fd; // fd if flags has IORING_SETUP_ATTACH_WQ
  uint32 resv[3]; // reserved[uint32]
};
struct io_uring_given {
  uint32 sq_entries; uint32 cq_entries;
  uint32 pad_flags; uint32 pad_sq_thread_cpu; uint32 pad_sq_thread_idle;
  uint32 features; // flags[io_uring_feature]
  uint32 pad_wq_fd; uint32 pad_resv[3];
  struct io_sqring_offsets sq_off;
  struct io_cqring_offsets cq_off;
};
struct io_sqring_offsets {
  uint32 head; uint32 tail; uint32 ring_mask; uint32 ring_entries; uint32 flags; uint32 dropped; uint32 array;
  uint32 resv1; // nonzero
  uint64 resv2; // nonzero
};
struct io_cqring_offsets {
  uint32 head; uint32 tail; uint32 ring_mask; uint32 ring_entries; uint32 overflow; uint32 cqes; uint32 flags;
  uint32 resv1; // nonzero
  uint64 resv2; // nonzero
};
struct io_uring_buffer { pointer iov_base; ulong iov_len; };
struct io_uring_rsrc_files {
  uint32 nr;
  uint32 flags; // flags[io_uring_resource]
  uint64 resv2; // nonzero
  uint64 data; // in fd_list[nr]
  uint64 tags; // in hex_list[nr]
};
struct io_uring_rsrc_buffers {
  uint32 nr;
  uint32 flags; // flags[io_uring_resource]
  uint64 resv2; // nonzero
  uint64 data; // in io_uring_buffer[nr]
  uint64 tags; // in hex_list[nr]
};
struct io_uring_rsrc_files_update {
  uint32 offset;
  uint32 resv; // nonzero
  uint64 data; // in fd_list[nr]
  uint64 tags; // in hex_list[nr]
  uint32 nr;
  uint32 resv2; // nonzero
};
struct io_uring_rsrc_buffers_update {
  uint32 offset;
  uint32 resv; // nonzero
  uint64 data; // in io_uring_buffer[nr]
  uint64 tags; // in hex_list[nr]
  uint32 nr;
  uint32 resv2; // nonzero
};
struct io_uring_rsrc_update {
  int32 offset;
  uint32 resv; // nonzero
  uint64 data; // fd
};
struct io_uring_rsrc_release {
  uint32 offset;
  uint32 resv; // nonzero
  uint64 data; // nonzero
};
struct io_uring_buf_reg {
  uint64 ring_addr; // ptr
  uint32 ring_entries;
  uint16 bgid;
  uint16 flags; // flags[io_uring_buffers] if flags > 0
  uint64 resv[3]; // reserved[uint64]
};
struct io_uring_probe_op {
  uint8 op; // enum[io_uring_op]
  uint8 resv; // nonzero
  uint16 flags; // flags[io_uring_op_flags]
  uint32 resv2; // nonzero
};
struct iocb {
  uint64 aio_data; // hex
  uint32 aio_key; // uint if aio_key > 0
  uint32 aio_rw_flags; // flags[rwf] if aio_rw_flags > 0
  uint16 aio_lio_opcode; // named[aio_command]
  int16 aio_reqprio; // aio_priority
  int32 aio_fildes; // fd
  uint64 aio_buf; // aio_buffer if aio_lio_opcode in IOCB_CMD_PREAD|IOCB_CMD_PWRITE|IOCB_CMD_POLL|IOCB_CMD_PREADV|IOCB_CMD_PWRITEV
  uint64 aio_nbytes; // size if aio_lio_opcode in IOCB_CMD_PREAD|IOCB_CMD_PWRITE
  int64 aio_offset; // number if aio_lio_opcode in IOCB_CMD_PREAD|IOCB_CMD_PWRITE|IOCB_CMD_PREADV|IOCB_CMD_PWRITEV
  uint64 pad_aio_reserved2;
  uint32 aio_flags; // aio_flags if aio_lio_opcode in IOCB_CMD_PREAD|IOCB_CMD_PWRITE|IOCB_CMD_POLL|IOCB_CMD_PREADV|IOCB_CMD_PWRITEV
  uint32 aio_resfd; // aio_resfd if aio_lio_opcode in IOCB_CMD_PREAD|IOCB_CMD_PWRITE|IOCB_CMD_POLL|IOCB_CMD_PREADV|IOCB_CMD_PWRITEV
};
struct iocb_head {
  uint64 aio_data; // hex
  uint32 aio_key; // uint if aio_key > 0
  uint32 aio_rw_flags; // flags[rwf] if aio_rw_flags > 0
  uint16 aio_lio_opcode; // named[aio_command]
  int16 aio_reqprio; // aio_priority
  int32 aio_fildes; // fd
  uint64 pad_aio_buf; uint64 pad_aio_nbytes; uint64 pad_aio_offset; uint64 pad_aio_reserved2;
  uint32 aio_flags; // hidden
  uint32 pad_aio_resfd;
};
struct io_event {
  uint64 data; // hex
  uint64 obj; // hex
  int64 res; int64 res2;
};

/* -- facilities of the kernel: keys, landlock, security modules, seccomp, loading kernels, counting events */
struct keyctl_dh_params {
  int32 private; // key
  int32 prime; // key
  int32 base; // key
};
struct keyctl_kdf_params {
  pointer hashname; // string
  pointer otherinfo; // in bytes[otherinfolen]
  uint32 otherinfolen;
  uint32 __spare[8]; // reserved[uint32]
};
struct keyctl_pkey_query {
  uint32 supported_ops; // flags[keyctl_pkey]
  uint32 key_size;
  uint16 max_data_size; uint16 max_sig_size; uint16 max_enc_size; uint16 max_dec_size;
  uint32 __spare[10]; // reserved[uint32]
};
struct keyctl_pkey_params {
  int32 key_id; // key
  uint32 in_len; uint32 out_len;
  uint32 __spare[7]; // reserved[uint32]
};
struct keyctl_pkey_verify {
  int32 key_id; // key
  uint32 in_len; uint32 in2_len;
  uint32 __spare[7]; // reserved[uint32]
};
struct landlock_ruleset_attr {
  uint64 handled_access_fs; // flags[landlock_fs]
  uint64 handled_access_net; // flags[landlock_net]
  uint64 scoped; // flags[landlock_scope]
};
struct landlock_path_beneath_attr packed {
  uint64 allowed_access; // flags[landlock_fs]
  int32 parent_fd; // fd
};
struct landlock_net_port_attr {
  uint64 allowed_access; // flags[landlock_net]
  uint64 port;
};
struct lsm_ctx {
  uint64 id; // enum[lsm_id]
  uint64 flags; // flags[lsm_flags]
  uint64 len; uint64 ctx_len;
};
struct socket_fprog {
  uint16 len;
  pointer filter; // in socket_filter[len]
};
struct sysctl_args {
  pointer name;
  int32 nlen;
  pointer oldval; pointer oldlenp; pointer newval; ulong newlen;
  ulong pad_unused[4];
};
struct kexec_segment { pointer buf; ulong bufsz; pointer mem; ulong memsz; };
struct perf_event_attr {
  uint32 type; // enum[perf_type]
  uint32 size; // enum[perf_attr_size]
  uint64 config; // perf_config
  uint64 sample_period; // perf_period
  uint64 sample_type; // flags[perf_sample]
  uint64 read_format; // flags[perf_format]
  uint64 bits; // perf_bits
  uint32 wakeup_events; // perf_wakeup verbose
  uint32 bp_type; // enum[perf_breakpoint] if type in PERF_TYPE_BREAKPOINT verbose
  uint64 config1; // perf_config1 verbose
  uint64 config2; // perf_config2 verbose
  uint64 branch_sample_type; // flags[perf_branch] if sample_type has PERF_SAMPLE_BRANCH_STACK verbose
  uint64 sample_regs_user; // hex verbose
  uint32 sample_stack_user; // hex if sample_type has PERF_SAMPLE_STACK_USER verbose
  int32 clockid; // perf_clock verbose
  uint64 sample_regs_intr; // hex verbose
  uint32 aux_watermark; // number verbose
  uint16 sample_max_stack; // followed[reserved_2] verbose
  uint16 reserved_2; // hidden verbose
  uint32 aux_sample_size; // followed[reserved_3] verbose
  uint32 reserved_3; // hidden verbose
  uint64 sig_data; // hex verbose
};
struct kvm_userspace_memory_region {
  uint32 slot;
  uint32 flags; // flags[kvm_memory]
  uint64 guest_phys_addr; // hex
  uint64 memory_size;
  uint64 userspace_addr; // hex
};
struct btrfs_ioctl_vol_args {
  int64 fd; // fd
  char name[4088];
};

/* -- sockets: addresses, by family */
struct sockaddr_in {
  uint16 sa_family; // enum[family]
  uint16 sin_port; // htons
  uint32 sin_addr; // in_address
  uint8 pad[8];
};
struct sockaddr_in6 {
  uint16 sa_family; // enum[family]
  uint16 sin6_port; // htons
  uint32 sin6_flowinfo; // htonl
  uint8 sin6_addr[16]; // in6_address
  uint32 sin6_scope_id; // scope_id
};
struct sockaddr_nl {
  uint16 sa_family; // enum[family]
  uint16 nl_pad; // hex if nl_pad > 0
  int32 nl_pid;
  uint32 nl_groups; // groups
};
struct sockaddr_ll {
  uint16 sa_family; // enum[family]
  uint16 sll_protocol; // htons_of[eth_p]
  uint32 sll_ifindex; // interface
  uint16 sll_hatype; // enum[arphrd]
  uint8 sll_pkttype; // enum[packet_type]
  uint8 sll_halen;
  uint8 pad_addr[8];
};
struct sockaddr_vm { /* printed: sa_family, svm_reserved1, svm_cid, svm_port, svm_flags, svm_zero */
  uint16 sa_family; // enum[family]
  uint16 svm_reserved1; // hex if svm_reserved1 > 0
  uint32 svm_port; // enum[vsock_port]
  uint32 svm_cid; // enum[vsock_cid]
  uint8 svm_flags; // flags[vsock_flags]
  uint8 svm_zero[3]; // hex_octets_set
};
struct sockaddr_ipx {
  uint16 sa_family; // enum[family]
  uint16 sipx_port; // htons
  uint32 sipx_network; // htonl_hex
  uint8 sipx_node[6]; // byte_list
  uint8 sipx_type; // hex_byte
  uint8 sipx_zero; // hex if sipx_zero > 0
};
struct x25_address { char x25_addr[16]; };
struct sockaddr_x25 {
  uint16 sa_family; // enum[family]
  struct x25_address sx25_addr;
};
struct sockaddr_hci {
  uint16 sa_family; // enum[family]
  uint16 hci_dev; // htobs
  uint16 hci_channel; // enum[hci_channel]
};
struct sockaddr_sco {
  uint16 sa_family; // enum[family]
  uint8 sco_bdaddr[6]; // mac
};
struct sockaddr_rc {
  uint16 sa_family; // enum[family]
  uint8 rc_bdaddr[6]; // mac
  uint8 rc_channel;
};
struct sockaddr_l2 {
  uint16 sa_family; // enum[family]
  uint16 l2_psm; // htobs_of[l2cap_psm]
  uint8 l2_bdaddr[6]; // mac
  uint16 l2_cid; // htobs_of[l2cap_cid]
  uint8 l2_bdaddr_type; // enum[bdaddr_type]
};
struct sockaddr_alg {
  uint16 sa_family; // enum[family]
  char salg_type[14];
  uint32 salg_feat; // commented[alg_flags]
  uint32 salg_mask; // commented[alg_flags]
};
struct ieee802154_addr {
  uint32 addr_type; // commented[ieee802154_addr]
  uint16 pan_id; // commented[ieee802154_pan]
  uint8 hwaddr[8]; // mac unless addr_type in IEEE802154_ADDR_NONE|IEEE802154_ADDR_SHORT
};
struct ieee802154_short {
  uint32 addr_type; // commented[ieee802154_addr]
  uint16 pan_id; // commented[ieee802154_pan]
  uint16 short_addr; // commented[ieee802154_short]
  uint8 pad[6];
};
struct sockaddr_ieee802154 {
  uint16 sa_family; // enum[family]
  struct ieee802154_addr addr; // ieee802154
};
struct sockaddr_nfc {
  uint16 sa_family; // enum[family]
  uint32 dev_idx; // interface
  uint32 target_idx; // hex
  uint32 nfc_protocol; // enum[nfc_target]
};
struct sockaddr_nfc_llcp {
  uint16 sa_family; // enum[family]
  uint32 dev_idx; // interface
  uint32 target_idx; // hex
  uint32 nfc_protocol; // enum[nfc_target]
  uint8 dsap; // commented[llcp_sap]
  uint8 ssap; // commented[llcp_sap]
  uint8 service_name[63]; // octets_of[service_name_len]
  ulong service_name_len;
};
struct sockaddr_xdp {
  uint16 sa_family; // enum[family]
  uint16 sxdp_flags; // flags[xdp_flags]
  uint32 sxdp_ifindex; // interface
  uint32 sxdp_queue_id;
  uint32 sxdp_shared_umem_fd; // xdp_descriptor
};
struct sockaddr_qrtr {
  uint16 sa_family; // enum[family]
  uint32 sq_node; // hex
  uint32 sq_port; // hex
};
struct mctp_addr {
  uint8 s_addr; // enum[mctp_address]
};
struct sockaddr_mctp {
  uint16 sa_family; // enum[family]
  uint16 __smctp_pad0; // hex if __smctp_pad0 > 0
  uint32 smctp_network; // enum[mctp_network]
  struct mctp_addr smctp_addr;
  uint8 smctp_type; // hex
  uint8 smctp_tag; // hex
  uint8 __smctp_pad1; // hex if __smctp_pad1 > 0
};
struct sockaddr_rxrpc {
  uint16 sa_family; // enum[family]
  uint16 srx_service; // commented[rxrpc_service]
  uint16 transport_type; // enum[socket_type]
  uint16 transport_len;
};

/* -- sockets: options and control messages */
struct linger { int32 l_onoff; int32 l_linger; };
struct ip_mreq {
  uint32 imr_multiaddr; // in_address
  uint32 imr_interface; // in_address
};
struct group_req {
  uint32 gr_interface; // interface
  ulong pad[0];
  uint8 gr_group[128]; // sockaddr_inside
};
struct ipv6_mreq {
  uint8 ipv6mr_multiaddr[16]; // in6_address
  uint32 ipv6mr_interface; // interface
};
struct packet_mreq {
  uint32 mr_ifindex; // interface
  uint16 mr_type; // enum[packet_mr]
  uint16 mr_alen;
  uint8 mr_address[8]; // mac_of[mr_alen]
};
struct tpacket_req { uint32 tp_block_size; uint32 tp_block_nr; uint32 tp_frame_size; uint32 tp_frame_nr; };
struct tpacket_stats { uint32 tp_packets; uint32 tp_drops; uint32 tp_freeze_q_cnt; };
struct in_pktinfo {
  uint32 ipi_ifindex; // interface
  uint32 ipi_spec_dst; // in_address
  uint32 ipi_addr; // in_address
};
struct sock_extended_err_offender {
  uint32 ee_errno; uint8 ee_origin; uint8 ee_type; uint8 ee_code; uint8 pad; uint32 ee_info; uint32 ee_data;
  uint8 offender[16]; // sockaddr_inside
};

/* -- IPC of System V and POSIX */
struct ipc64_perm { /* printed: uid, gid, mode, key, cuid, cgid */
  int32 key; // number
  uint32 uid; // uid
  uint32 gid; // uid
  uint32 cuid; // uid
  uint32 cgid; // uid
  uint32 mode; // mode
  uint16 seq; uint16 pad; ulong unused1; ulong unused2;
};
struct ipc64_perm_to_set { /* printed: uid, gid, mode */
  int32 key;
  uint32 uid; // uid
  uint32 gid; // uid
  uint32 cuid; uint32 cgid;
  uint32 mode; // mode
  uint16 seq; uint16 pad; ulong unused1; ulong unused2;
};
struct msqid64_ds { /* printed: msg_perm, msg_stime, msg_rtime, msg_ctime, msg_qnum, msg_qbytes, msg_lspid, msg_lrpid */
  struct ipc64_perm msg_perm;
  slong msg_stime; slong msg_rtime; slong msg_ctime;
  ulong msg_cbytes; ulong msg_qnum; ulong msg_qbytes;
  int32 msg_lspid; int32 msg_lrpid;
  ulong unused4; ulong unused5;
};
struct msqid64_ds32 { /* printed: msg_perm, msg_stime, msg_rtime, msg_ctime, msg_qnum, msg_qbytes, msg_lspid, msg_lrpid */
  struct ipc64_perm msg_perm;
  ulong msg_stime; ulong pad1; ulong msg_rtime; ulong pad2; ulong msg_ctime; ulong pad3;
  ulong msg_cbytes; ulong msg_qnum; ulong msg_qbytes;
  int32 msg_lspid; int32 msg_lrpid;
  ulong unused4; ulong unused5;
};
struct msqid64_to_set { /* printed: msg_perm, msg_qbytes */
  struct ipc64_perm_to_set msg_perm;
  int64 msg_stime; int64 msg_rtime; int64 msg_ctime;
  ulong msg_cbytes; ulong msg_qnum; ulong msg_qbytes;
};
struct msginfo {
  int32 msgpool; int32 msgmap; int32 msgmax; int32 msgmnb; int32 msgmni; int32 msgssz; int32 msgtql; uint16 msgseg;
};
struct semid64_ds { /* printed: sem_perm, sem_otime, sem_ctime, sem_nsems */
  struct ipc64_perm sem_perm;
  slong sem_otime; ulong pad1; slong sem_ctime; ulong pad2; ulong sem_nsems; ulong pad3; ulong pad4;
};
struct semid64_generic { /* printed: sem_perm, sem_otime, sem_ctime, sem_nsems */
  struct ipc64_perm sem_perm;
  slong sem_otime; slong sem_ctime; ulong sem_nsems; ulong pad3; ulong pad4;
};
struct semid64_to_set { struct ipc64_perm_to_set sem_perm; };
struct seminfo {
  int32 semmap; int32 semmni; int32 semmns; int32 semmnu; int32 semmsl; int32 semopm; int32 semume; int32 semusz;
  int32 semvmx; int32 semaem;
};
struct sembuf {
  uint16 sem_num;
  int16 sem_op;
  uint16 sem_flg; // flags[ipc_sem]
};
struct shmid64_ds { /* printed: shm_perm, shm_segsz, shm_cpid, shm_lpid, shm_nattch, shm_atime, shm_dtime, shm_ctime */
  struct ipc64_perm shm_perm;
  ulong shm_segsz;
  slong shm_atime; slong shm_dtime; slong shm_ctime;
  int32 shm_cpid; int32 shm_lpid; ulong shm_nattch; ulong unused4; ulong unused5;
};
struct shmid64_ds32 { /* printed: shm_perm, shm_segsz, shm_cpid, shm_lpid, shm_nattch, shm_atime, shm_dtime, shm_ctime */
  struct ipc64_perm shm_perm;
  ulong shm_segsz;
  ulong shm_atime; ulong pad1; ulong shm_dtime; ulong pad2; ulong shm_ctime; ulong pad3;
  int32 shm_cpid; int32 shm_lpid; ulong shm_nattch; ulong unused4; ulong unused5;
};
struct shmid64_to_set { struct ipc64_perm_to_set shm_perm; };
struct shminfo64 { ulong shmmax; ulong shmmin; ulong shmmni; ulong shmseg; ulong shmall; ulong pad[4]; };
struct shm_info {
  int32 used_ids; ulong shm_tot; ulong shm_rss; ulong shm_swp; ulong swap_attempts; ulong swap_successes;
};
struct mq_attr_to_open {
  slong mq_flags; // hex
  slong mq_maxmsg; slong mq_msgsize; slong mq_curmsgs; slong pad[4];
};
struct mq_attr {
  slong mq_flags; // flags[mq_flags]
  slong mq_maxmsg; slong mq_msgsize; slong mq_curmsgs; slong pad[4];
};

/* -- ioctl of terminals */
struct termios {
  uint32 c_iflag; // mode_flags[c_iflag]
  uint32 c_oflag; // output_modes
  uint32 c_cflag; // control_modes
  uint32 c_lflag; // mode_flags[c_lflag]
  uint8 c_line; // enum[line_discipline] verbose
  uint8 c_cc[19]; // control_characters verbose
};
struct termios2 {
  uint32 c_iflag; // mode_flags[c_iflag]
  uint32 c_oflag; // output_modes
  uint32 c_cflag; // control_modes
  uint32 c_lflag; // mode_flags[c_lflag]
  uint8 c_line; // enum[line_discipline] verbose
  uint8 c_cc[19]; // control_characters verbose
  uint32 c_ispeed; // number verbose
  uint32 c_ospeed; // number verbose
};
struct termio {
  uint16 c_iflag; // mode_flags[c_iflag]
  uint16 c_oflag; // output_modes
  uint16 c_cflag; // control_modes
  uint16 c_lflag; // mode_flags[c_lflag]
  uint8 c_line; // enum[line_discipline] verbose
  uint8 c_cc[8]; // control_characters verbose
};
struct kbkeycode {
  uint32 scancode; // hex
  uint32 keycode; // hex
};
struct kbd_repeat { int32 delay; int32 period; };
struct unimapinit { uint16 advised_hashsize; uint16 advised_hashstep; uint16 advised_hashlevel; };
struct consolefontdesc { uint16 charcount; uint16 charheight; pointer chardata; };
struct console_font_op {
  uint32 op; // enum[font_op]
  uint32 flags; // flags[font_flags] unless op in KD_FONT_OP_SET_DEFAULT|KD_FONT_OP_COPY
  uint32 width; // number unless op in KD_FONT_OP_COPY
  uint32 height;
  uint32 charcount; // number unless op in KD_FONT_OP_SET_DEFAULT|KD_FONT_OP_COPY
  pointer data; // font_data unless op in KD_FONT_OP_COPY
};
struct console_font_done { /* printed: width, height, charcount, data */
  uint32 op; // enum[font_op]
  uint32 flags; uint32 width; uint32 height;
  uint32 charcount; // number unless op in KD_FONT_OP_SET_DEFAULT
  pointer data; // font_data unless op in KD_FONT_OP_SET_DEFAULT
};

/* -- ioctl of sockets: what stands behind the name of an interface */
struct ifr_flags {
  uint16 ifr_flags; // flags[interface_flags]
};
struct ifr_addr {
  uint8 ifr_addr[16]; // sockaddr_inside
};
struct ifr_dstaddr {
  uint8 ifr_dstaddr[16]; // sockaddr_inside
};
struct ifr_broadaddr {
  uint8 ifr_broadaddr[16]; // sockaddr_inside
};
struct ifr_netmask {
  uint8 ifr_netmask[16]; // sockaddr_inside
};
struct ifr_hwaddr {
  uint8 ifr_hwaddr[16]; // hardware_address
};
struct ifr_metric { int32 ifr_metric; };
struct ifr_mtu { int32 ifr_mtu; };
struct ifr_ifindex { int32 ifr_ifindex; };
struct ifr_qlen { int32 ifr_qlen; };
struct ifr_newname { char ifr_newname[16]; };
struct ifr_slave { char ifr_slave[16]; };
struct ifmap {
  ulong mem_start; // hex
  ulong mem_end; // hex
  uint16 base_addr; // hex
  uint8 irq; // hex
  uint8 dma; // hex
  uint8 port; // hex
};
struct ifr_map { struct ifmap ifr_map; };
struct ifreq_by_index { /* printed: ifr_ifindex, ifr_name */
  char ifr_name[16]; // chars result
  int32 ifr_ifindex;
  uint8 pad[20];
};
struct ifreq_by_index32 { /* printed: ifr_ifindex, ifr_name */
  char ifr_name[16]; // chars result
  int32 ifr_ifindex;
  uint8 pad[12];
};
struct ifreq_of_bridge { /* printed: ifr_ifindex */
  char ifr_name[16];
  uint32 ifr_ifindex; // interface
  uint8 pad[20];
};
struct ifreq_of_bridge32 { /* printed: ifr_ifindex */
  char ifr_name[16];
  uint32 ifr_ifindex; // interface
  uint8 pad[12];
};
struct ifconf { int32 ifc_len; pointer ifc_buf; };

/* -- ioctl of seccomp's listener, of perf events, of input devices */
struct seccomp_data {
  uint32 nr; // call_number
  uint32 arch; // enum[audit_arch]
  uint64 instruction_pointer; // ptr
  uint64 args[6]; // hex_numbers[uint64]
};
struct seccomp_notif {
  uint64 id; // hex
  uint32 pid; // pid
  uint32 flags; // hex
  struct seccomp_data data;
};
struct seccomp_notif_resp {
  uint64 id; // hex
  int64 val;
  int32 error; // error_number
  uint32 flags; // flags[seccomp_notif_flags]
};
struct seccomp_notif_addfd {
  uint64 id; // hex
  uint32 flags; // flags[seccomp_addfd]
  uint32 srcfd; // fd
  uint32 newfd; // fd
  uint32 newfd_flags; // flags[open_flags]
};
struct input_id { uint16 bustype; uint16 vendor; uint16 product; uint16 version; };
struct ff_trigger { uint16 button; uint16 interval; };
struct ff_replay { uint16 length; uint16 delay; };
struct ff_effect {
  uint16 type; // enum[force_feedback]
  int16 id; uint16 direction;
  struct ff_trigger trigger; // ff_trigger verbose
  struct ff_replay replay; // ff_replay verbose
  ulong pad[4];
};
struct ff_effect32 {
  uint16 type; // enum[force_feedback]
  int16 id; uint16 direction;
  struct ff_trigger trigger; // ff_trigger verbose
  struct ff_replay replay; // ff_replay verbose
  uint8 pad1[2]; ulong pad[7];
};
struct input_keymap_entry {
  uint8 flags; uint8 len;
  uint16 index; // number verbose
  uint32 keycode; // number verbose
  uint8 scancode[32]; // hex_numbers[uint8] verbose
};

/* netlink */
struct nlmsghdr { uint32 nlmsg_len; uint16 nlmsg_type; uint16 nlmsg_flags; uint32 nlmsg_seq; int32 nlmsg_pid; };
struct ifinfomsg {
  uint8 ifi_family; // enum[family]
  uint8 pad;
  uint16 ifi_type; // enum[arphrd]
  uint32 ifi_index; // interface
  uint32 ifi_flags; // flags[interface_flags]
  uint32 ifi_change; // hex
};
struct ifaddrmsg {
  uint8 ifa_family; // enum[family]
  uint8 ifa_prefixlen;
  uint8 ifa_flags; // flags[address_flags]
  uint8 ifa_scope; // enum[rt_scope]
  uint32 ifa_index; // interface
};
struct rtmsg {
  uint8 rtm_family; // enum[family]
  uint8 rtm_dst_len; uint8 rtm_src_len;
  uint8 rtm_tos; // flags[ip_tos]
  uint8 rtm_table; // enum[rt_table]
  uint8 rtm_protocol; // enum[route_protocol]
  uint8 rtm_scope; // enum[rt_scope]
  uint8 rtm_type; // enum[route_type]
  uint32 rtm_flags; // flags[route_flags]
};
struct ndmsg {
  uint8 ndm_family; // enum[family]
  uint8 pad[3];
  uint32 ndm_ifindex; // interface
  uint16 ndm_state; // flags[neighbour_state]
  uint8 ndm_flags; // flags[neighbour_flags]
  uint8 ndm_type; // enum[route_type]
};
struct fib_rule_hdr {
  uint8 family; // enum[family]
  uint8 dst_len; uint8 src_len;
  uint8 tos; // flags[ip_tos]
  uint8 table; // enum[rule_table]
  uint8 pad[2];
  uint8 action; // enum[rule_action]
  uint32 flags; // flags[rule_flags]
};
struct ifaddrlblmsg {
  uint8 ifal_family; // enum[family]
  uint8 pad;
  uint8 ifal_prefixlen; uint8 ifal_flags;
  uint32 ifal_index; // interface
  uint32 ifal_seq;
};
struct rtnl_link_stats {
  uint32 rx_packets; uint32 tx_packets; uint32 rx_bytes; uint32 tx_bytes; uint32 rx_errors; uint32 tx_errors;
  uint32 rx_dropped; uint32 tx_dropped; uint32 multicast; uint32 collisions; uint32 rx_length_errors;
  uint32 rx_over_errors; uint32 rx_crc_errors; uint32 rx_frame_errors; uint32 rx_fifo_errors; uint32 rx_missed_errors;
  uint32 tx_aborted_errors; uint32 tx_carrier_errors; uint32 tx_fifo_errors; uint32 tx_heartbeat_errors;
  uint32 tx_window_errors; uint32 rx_compressed; uint32 tx_compressed; uint32 rx_nohandler;
};
struct rtnl_link_stats64 {
  uint64 rx_packets; uint64 tx_packets; uint64 rx_bytes; uint64 tx_bytes; uint64 rx_errors; uint64 tx_errors;
  uint64 rx_dropped; uint64 tx_dropped; uint64 multicast; uint64 collisions; uint64 rx_length_errors;
  uint64 rx_over_errors; uint64 rx_crc_errors; uint64 rx_frame_errors; uint64 rx_fifo_errors; uint64 rx_missed_errors;
  uint64 tx_aborted_errors; uint64 tx_carrier_errors; uint64 tx_fifo_errors; uint64 tx_heartbeat_errors;
  uint64 tx_window_errors; uint64 rx_compressed; uint64 tx_compressed; uint64 rx_nohandler; uint64 rx_otherhost_dropped;
};
struct rtnl_link_ifmap {
  uint64 mem_start; // hex
  uint64 mem_end; // hex
  uint64 base_addr; // hex
  uint16 irq; uint8 dma; uint8 port;
};
struct ifla_cacheinfo { uint32 max_reasm_len; uint32 tstamp; uint32 reachable_time; uint32 retrans_time; };
struct ifa_cacheinfo { uint32 ifa_prefered; uint32 ifa_valid; uint32 cstamp; uint32 tstamp; };
struct rta_cacheinfo {
  uint32 rta_clntref; uint32 rta_lastuse; uint32 rta_expires; uint32 rta_error; uint32 rta_used;
  uint32 rta_id; // hex
  uint32 rta_ts; uint32 rta_tsage;
};
struct rta_mfc_stats { uint64 mfcs_packets; uint64 mfcs_bytes; uint64 mfcs_wrong_if; };
struct nda_cacheinfo { uint32 ndm_confirmed; uint32 ndm_used; uint32 ndm_updated; uint32 ndm_refcnt; };
struct fib_rule_uid_range { uint32 start; uint32 end; };
struct fib_rule_port_range { uint16 start; uint16 end; };
