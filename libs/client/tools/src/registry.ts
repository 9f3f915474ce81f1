import { awk } from './awk/awk.command.js';
import { CLUSTER_TOOL_COMMANDS } from './cluster-tools/cluster-tools.js';
import type { CommandDefinition } from './command.js';
import { chgrp, chmod, chown, stat } from './files/attributes.commands.js';
import { mkdir, mktemp, touch } from './files/create-files.commands.js';
import { ln, mv } from './files/move-files.commands.js';
import { rm, rmdir } from './files/remove-files.commands.js';
import { cp } from './files/copy.command.js';
import { docker, dockerCompose } from './docker/docker.command.js';
import { ls } from './files/ls.command.js';
import { basename, dirname, pwd, readlink, realpath, whereis, which } from './files/path.commands.js';
import { tar } from './files/tar.command.js';
import { jq } from './jq/jq.command.js';
import { dd, fallocate } from './files/dd.command.js';
import { truncate, unlink } from './files/truncate.command.js';
import { host } from './network/host.command.js';
import { httpd } from './network/httpd.command.js';
import { ip } from './network/ip.command.js';
import { netstat, ss } from './network/sockets.commands.js';
import { redisCli } from './network/redis-cli.command.js';
import { curl } from './network/curl.command.js';
import { nc, telnet } from './network/nc.command.js';
import { dig } from './network/dig.command.js';
import { nslookup } from './network/nslookup.command.js';
import { ping } from './network/ping.command.js';
import { python } from './network/python.command.js';
import { wget } from './network/wget.command.js';
import { helm } from './helm/helm.command.js';
import { bc } from './bc/bc.command.js';
import { kubectx, kubens } from './cluster-tools/kubectx.commands.js';
import { kustomize } from './cluster-tools/kustomize/kustomize.command.js';
import { du } from './files/du.command.js';
import { gunzip, gzip, zcat } from './files/gzip.commands.js';
import { ab } from './load/ab.command.js';
import { hey } from './load/hey.command.js';
import { join } from './text/join.command.js';
import { openssl } from './security/openssl.command.js';
import { sed } from './sed/sed.command.js';
import { sysctl } from './system/sysctl.command.js';
import {
  arch,
  clear,
  echo,
  falseCommand,
  hostname,
  id,
  nproc,
  printf,
  sleep,
  stty,
  sync,
  tput,
  trueCommand,
  tty,
  uname,
  whoami,
  yes,
} from './system/basic.commands.js';
import { bracket, busybox, test } from './system/busybox.command.js';
import { date } from './system/date.command.js';
import { hostnamectl } from './system/hostnamectl.command.js';
import { lsmod, modprobe } from './system/kernel-modules.commands.js';
import { swapoff, swapon } from './system/swap.commands.js';
import { ctr, iptables, iptablesSave } from './system/unsimulated.commands.js';
import { df, mount } from './system/mount.commands.js';
import { chroot, unshare } from './system/namespace.commands.js';
import { nice, nohup, setsid } from './system/launch.commands.js';
import { env, printenv } from './system/environment.commands.js';
import { su, sudo } from './system/other-user.commands.js';
import { time } from './system/time.command.js';
import { timeout } from './system/timeout.command.js';
import { watch } from './system/watch.command.js';
import { xargs } from './system/xargs.command.js';
import { cat } from './text/cat.command.js';
import { cut } from './text/cut.command.js';
import { base64, cksum, md5sum, od, sha1sum, sha256sum, sha512sum, sum, xxd } from './text/encode.commands.js';
import { egrep, fgrep, grep } from './text/grep.command.js';
import { head } from './text/head.command.js';
import { comm } from './text/comm.command.js';
import { cmp, diff } from './text/diff.commands.js';
import { hexdump } from './text/hexdump.command.js';
import { split } from './text/split.command.js';
import { install } from './files/install.command.js';
import { fmt } from './text/fmt.command.js';
import {
  column,
  expand,
  fold,
  less,
  more,
  nl,
  paste,
  rev,
  shuf,
  strings,
  tac,
  unexpand,
} from './text/lines.commands.js';
import { find } from './files/find.command.js';
import { nano, viCommand, vim } from './editor/editor.commands.js';
import { expr } from './system/expr.command.js';
import { free, kill, ps, uptime } from './system/process.commands.js';
import { killall, pgrep, pkill } from './system/process-selection.commands.js';
import { factor, numfmt } from './text/numbers.commands.js';
import { seq } from './text/seq.command.js';
import { sort } from './text/sort.command.js';
import { tail } from './text/tail.command.js';
import { tee } from './text/tee.command.js';
import { tr } from './text/tr.command.js';
import { uniq } from './text/uniq.command.js';
import { wc } from './text/wc.command.js';
import { yq } from './yq/yq.command.js';

/** Every command of the workstation, the nodes and the containers, by name. */
export const TOOL_COMMANDS: readonly CommandDefinition[] = [
  ...CLUSTER_TOOL_COMMANDS,
  ab,
  arch,
  awk,
  base64,
  basename,
  bc,
  bracket,
  busybox,
  cat,
  chgrp,
  chmod,
  chown,
  chroot,
  cksum,
  clear,
  cmp,
  column,
  comm,
  cp,
  ctr,
  curl,
  cut,
  date,
  dd,
  df,
  diff,
  dig,
  dirname,
  docker,
  dockerCompose,
  du,
  echo,
  egrep,
  env,
  expand,
  expr,
  factor,
  fallocate,
  falseCommand,
  fgrep,
  find,
  fmt,
  fold,
  free,
  grep,
  gunzip,
  gzip,
  head,
  helm,
  hexdump,
  hey,
  host,
  hostname,
  hostnamectl,
  httpd,
  id,
  install,
  ip,
  iptables,
  iptablesSave,
  join,
  jq,
  kill,
  killall,
  kubectx,
  kubens,
  kustomize,
  less,
  ln,
  ls,
  lsmod,
  md5sum,
  mkdir,
  mktemp,
  modprobe,
  more,
  mount,
  mv,
  nano,
  nc,
  netstat,
  nice,
  nl,
  nohup,
  nproc,
  nslookup,
  numfmt,
  od,
  openssl,
  paste,
  pgrep,
  ping,
  pkill,
  printenv,
  printf,
  ps,
  pwd,
  python,
  readlink,
  realpath,
  redisCli,
  rev,
  rm,
  rmdir,
  sed,
  seq,
  setsid,
  sha1sum,
  sha256sum,
  sha512sum,
  shuf,
  sleep,
  sort,
  split,
  ss,
  stat,
  strings,
  stty,
  su,
  sudo,
  sum,
  swapoff,
  swapon,
  sync,
  tac,
  sysctl,
  tail,
  tar,
  tee,
  telnet,
  test,
  time,
  timeout,
  touch,
  tput,
  tr,
  trueCommand,
  truncate,
  tty,
  uname,
  unexpand,
  uniq,
  unlink,
  unshare,
  uptime,
  viCommand,
  vim,
  watch,
  wc,
  wget,
  whereis,
  which,
  whoami,
  xargs,
  xxd,
  yes,
  yq,
  zcat,
];
