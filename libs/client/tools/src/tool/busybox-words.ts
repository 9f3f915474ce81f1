import { busyboxUsageJson } from './reference/busybox-usage.gen.js';

let usages: Readonly<Record<string, string>> | undefined;

const BANNER = 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n\n';

/** What an applet prints for a wrong call, below the complaint about an option. */
export function busyboxUsage(name: string): string | undefined {
  usages ??= JSON.parse(busyboxUsageJson) as Readonly<Record<string, string>>;
  return Object.hasOwn(usages, name) ? BANNER + usages[name] : undefined;
}

/** Applets whose wrong call ends with 2. */
export const BUSYBOX_USAGE_STATUS: Readonly<Record<string, number>> = { egrep: 2, fgrep: 2, grep: 2, sort: 2 };

type Rewording = readonly [gnu: RegExp, busybox: string];

const plain: Rewording = [/^cannot (?:access|touch) '(.*)': (.*)$/, '$1: $2'];

/** The complaints of GNU's tools in busybox's words (1.35.0), by applet. */
const REWORDINGS: Readonly<Record<string, readonly Rewording[]>> = {
  chgrp: [plain],
  chmod: [plain, [/^invalid mode: '(.*)'$/, "invalid mode '$1'"]],
  chown: [plain, [/^invalid user: '(.*)'$/, 'unknown user $1']],
  cp: [
    [/^cannot stat '(.*)': (.*)$/, "can't stat '$1': $2"],
    [/^-r not specified; omitting directory '(.*)'$/, "omitting directory '$1'"],
  ],
  diff: [[/^(.*): (No such file or directory)$/, "can't stat '$1': $2"]],
  du: [plain],
  head: [[/^cannot open '(.*)' for reading: (.*)$/, '$1: $2']],
  killall: [[/^(.*): no process found$/, '$1: no process killed']],
  ln: [[/^failed to create (?:symbolic|hard) link '(.*)': (.*)$/, '$1: $2']],
  mkdir: [[/^cannot create directory '(.*)': (.*)$/, "can't create directory '$1': $2"]],
  mv: [[/^cannot stat '(.*)': (.*)$/, "can't rename '$1': $2"]],
  rm: [
    [/^cannot remove '(.*)': Is a directory$/, "'$1' is a directory"],
    [/^cannot remove '(.*)': (.*)$/, "can't remove '$1': $2"],
  ],
  rmdir: [[/^failed to remove '(.*)': (.*)$/, "'$1': $2"]],
  sort: [[/^cannot read: (.*): (.*)$/, '$1: $2']],
  tac: [[/^failed to open '(.*)' for reading: (.*)$/, '$1: $2']],
  tail: [[/^cannot open '(.*)' for reading: (.*)$/, "can't open '$1': $2"]],
  tar: [[/^(.*): Cannot open: (.*)$/, "can't open '$1': $2"]],
  touch: [plain],
  xargs: [[/^can't execute '(.*)': (.*)$/, '$1: $2']],
};

/** A complaint as busybox's applet of this name words it. */
export function inBusyboxWords(name: string, text: string): string {
  for (const [gnu, words] of REWORDINGS[name] ?? []) if (gnu.test(text)) return text.replace(gnu, words);
  return text;
}
