import { looksLikeProse } from './prose-line.js';

/** First words that make a line a command where no prompt says so: shell keywords and builtins, and what courses use. */
const WORDS = `
  . : alias bash break case cd compgen complete continue declare echo eval exec exit export false for function if kill let local printf
  pushd popd pwd read return set shift shopt sleep source test then time timeout trap true type ulimit umask unalias unset
  until wait while jobs fg bg disown [ [[ builtin command coproc getopts hash mapfile readarray select shopt trap type
  ab apk apt apt-get awk aws base64 basename bc cat chmod chown chroot clear cmp column comm cp crictl ctr curl cut date
  dd df diff dig dirname docker docker-compose dpkg du egrep eksctl env etcdctl expr fgrep file find fold free gawk
  gcloud git go grep gunzip gzip head helm hey history host hostname hostnamectl htop id ifconfig install ip iptables istioctl jq
  k k3d k3s k9s kill killall kind kops kubeadm kubectl kubectx kubelet kubens kustomize less ln ls lsblk lsof make
  md5sum minikube mkdir mkfifo mktemp more mount mv nano nc ncat netstat nginx nl node nohup npm nproc nsenter nslookup
  oc openssl paste pgrep ping pip pkill podman printenv ps python python3 readlink realpath redis-cli rev rm rmdir route
  rsync scp sed seq service sh sha1sum sha256sum shasum shuf sort split ss ssh ssh-keygen stat stern stress sudo su
  swapoff sysctl systemctl journalctl tac tail tar tee telnet tmux top touch tr traceroute tree truncate tty umount uname
  uniq unshare unzip uptime useradd usermod vi vim watch wc wget which who whoami xargs yes yq yum zcat zip zsh`;

const COMMAND_WORDS: ReadonlySet<string> = new Set(WORDS.split(/\s+/).filter((word) => word !== ''));

/** Long enough that two swapped or wrong letters still show which one is meant. */
const TYPO_CANDIDATES = [...COMMAND_WORDS].filter((word) => word.length >= 6);

/** True when one insertion, deletion, change or swap of neighbours turns one word into the other. */
function isOneEditAway(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const left = a.slice(start, a.length - end);
  const right = b.slice(start, b.length - end);
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}

/** The word a shell would look up: after assignments, `sudo`, `(`, `{` and `!`. */
function commandWord(line: string): string {
  let rest = line.trim();
  for (;;) {
    const match =
      /^(?:[({!]\s+|sudo\s+(?:-\w+\s+)*(?=[^\s-])|[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\$\([^)]*\)|[^\s"'$]*)*\s+)/.exec(
        rest,
      );
    if (!match) return /^[^\s;|&<>()]+/.exec(rest)?.[0] ?? '';
    rest = rest.slice(match[0].length);
  }
}

const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;
/** `./run.sh`, `/usr/bin/env`; a folder alone (`/var/lib/docker/`, `/home`) is named, not run. */
const FUNCTION_OR_PATH =
  /^(?:\.{1,2}\/[\w./-]*\w$|(?:\/[\w.-]+)*\/(?:s?bin\/[\w.-]+|[\w.-]+\.(?:sh|py))$|[A-Za-z_][\w-]*\(\)$)/;
/** What follows a command's name that a phone or editor wrote with a capital; after other words it begins a sentence. */
const SUBCOMMAND =
  /^\S+ +(?:-|(?:annotate|apply|build|cluster-info|compose|config|cp|create|delete|describe|drain|exec|explain|expose|get|images|init|install|join|label|logs|patch|ps|pull|push|rollout|run|scale|set|start|status|stop|top|up|version)\b)/;

/**
 * Whether a line without a prompt reads as a command: its first word is a known command, one of `defined` (functions and
 * aliases of the same transcript), a script's path, an assignment, or a known command with one typing error.
 */
export function looksLikeCommand(line: string, defined: ReadonlySet<string>): boolean {
  const text = line.trim();
  if (ASSIGNMENT.test(text) && !/^\w+=[^\s$"'(`]*\s+\w+ \w+ \w+/.test(text)) return true;
  if (/^[A-Za-z_][\w-]*\s*\(\)/.test(text)) return true;
  const word = commandWord(text);
  if (!defined.has(word) && looksLikeProse(text)) return false;
  if (/^[\w-]+ \(/.test(text) && word === text.split(' ')[0]) return false;
  if (COMMAND_WORDS.has(word) || defined.has(word) || FUNCTION_OR_PATH.test(word)) return true;
  if (/^[A-Z]/.test(word) && !SUBCOMMAND.test(text)) return false;
  return (
    word.length >= 6 && /^[a-z]/i.test(word) && TYPO_CANDIDATES.some((candidate) => isOneEditAway(word, candidate))
  );
}

/** The names that a command defines for later lines: functions and aliases, also those it writes to a start-up file. */
export function definedNames(command: string): string[] {
  const names: string[] = [];
  for (const match of command.matchAll(
    /(?:^|[\n;]|\becho\s+['"])\s*(?:function\s+([\w-]+)|([\w-]+)\s*\(\)|alias\s+(.+))/g,
  )) {
    if (match[3] === undefined) names.push(match[1] ?? match[2] ?? '');
    else for (const [, name = ''] of match[3].matchAll(/(?:^|\s)([\w.-]+)=(?:'[^']*'|"[^"]*"|\S*)/g)) names.push(name);
  }
  return names;
}
