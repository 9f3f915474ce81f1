import type { ImageFile } from '../image.js';

/** Names of Debian's busybox 1.35 applets, which every stand-in image but the bare ones has in /bin. */
export const BUSYBOX_APPLETS: readonly string[] = (
  '[ [[ acpid adjtimex ar arch arp arping ascii ash awk base64 basename bc blkdiscard blockdev brctl bunzip2 busybox bzcat bzip2 cal cat ' +
  'chgrp chmod chown chroot chvt clear cmp cp cpio crc32 cttyhack cut date dc dd deallocvt depmod devmem df diff dirname dmesg ' +
  'dnsdomainname dos2unix du dumpkmap dumpleases echo egrep env expand expr factor fallocate false fatattr fdisk fgrep find fold free ' +
  'freeramdisk fsfreeze fstrim ftpget ftpput getopt getty grep groups gunzip gzip halt head hexdump hostid hostname httpd hwclock i2cdetect ' +
  'i2cdump i2cget i2cset id ifconfig ifdown ifup init insmod ionice ip ipcalc kill killall klogd last less link linux32 linux64 linuxrc ln ' +
  'loadfont loadkmap logger login logname logread losetup ls lsmod lsscsi lzcat lzma lzop md5sum mdev microcom mim mkdir mkdosfs mke2fs mkfifo ' +
  'mknod mkpasswd mkswap mktemp modinfo modprobe more mount mt mv nameif nbd-client nc netstat nl nologin nproc nsenter nslookup nuke od ' +
  'openvt partprobe paste patch pidof ping ping6 pivot_root poweroff printf ps pwd rdate readlink realpath reboot renice reset resume rev rm ' +
  'rmdir rmmod route rpm rpm2cpio run-init run-parts sed seq setkeycodes setpriv setsid sh sha1sum sha256sum sha3sum sha512sum shred shuf ' +
  'sleep sort ssl_client start-stop-daemon stat strings stty svc svok swapoff swapon switch_root sync sysctl syslogd tac tail tar taskset tc ' +
  'tee telnet telnetd test tftp time timeout top touch tr traceroute traceroute6 true truncate ts tty tunctl ubirename udhcpc udhcpd uevent ' +
  'umount uname uncompress unexpand uniq unix2dos unlink unlzma unshare unxz unzip uptime usleep uudecode uuencode vconfig vi w watch ' +
  'watchdog wc wget which who whoami xargs xxd xz xzcat yes zcat'
).split(' ');

/** /etc/passwd with the accounts of an image's own, as lines. */
export const accounts = (own = ''): string =>
  `root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n${own}nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n`;

/** Files that every image with a shell has. */
export const BASE_FILES: Readonly<Record<string, ImageFile>> = {
  '/etc/passwd': accounts(),
  '/etc/group': 'root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n',
  '/root': { directory: true, mode: 0o700 },
  '/home': { directory: true },
  '/var/log': { directory: true },
  '/var/run': { directory: true },
};

/** What Debian's images have besides busybox's applets. */
export const DEBIAN_COMMANDS: readonly string[] = ['apt', 'apt-cache', 'apt-get', 'apt-mark', 'bash', 'dpkg'];
const ALPINE = ['apk'];

/** What an image that is built on Debian, or on Alpine under such tags, has besides a stand-in's applets. */
export const publishedOn =
  (base: 'alpine' | 'debian', ...own: readonly string[]) =>
  (tag: string): readonly string[] => [
    ...(base === 'alpine' || tag.includes('alpine') ? ALPINE : DEBIAN_COMMANDS),
    ...own,
  ];

/** What a stand-in image with busybox's applets starts from. */
export const BUSYBOX_BASE = { binaries: BUSYBOX_APPLETS, files: BASE_FILES } as const;
