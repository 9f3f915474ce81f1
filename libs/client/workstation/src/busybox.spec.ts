import { readFileSync } from 'node:fs';
import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

const profile = findProfile('kubeadm');
invariant(profile, 'there is a kubeadm cluster');

let workstation: Workstation;
beforeAll(() => {
  workstation = openWorkstation({ profile, seed: 'busybox' });
  workstation.run('kubectl run box --image=busybox:1.36 -- sleep 9d');
  workstation.settle();
});

/** As busybox 1.35.0 of Debian 12 answers, whose applets the recorded images have. */
describe("a container's shell", () => {
  it.each([
    ['printf "%s-%05.2f|%x\\n" a 3.14159 255', 'a-03.14|ff\n', '', 0],
    ['printf "%d\\n" abc', '0\n', "sh: invalid number 'abc'\n", 1],
    ['cd /nofile', '', "sh: cd: line 0: can't cd to /nofile: No such file or directory\n", 2],
    ['[ 1 -eq a ]', '', 'sh: a: bad number\n', 2],
    ['kill 99999', '', "sh: can't kill pid 99999: No such process\n", 1],
    [
      'rm h; mkdir /tmp; rmdir h',
      '',
      "rm: can't remove 'h': No such file or directory\nmkdir: can't create directory '/tmp': File exists\nrmdir: 'h': No such file or directory\n",
      1,
    ],
    [
      'cp h i; mv h i',
      '',
      "cp: can't stat 'h': No such file or directory\nmv: can't rename 'h': No such file or directory\n",
      1,
    ],
    [
      'head h; tail h',
      '',
      "head: h: No such file or directory\ntail: can't open 'h': No such file or directory\ntail: no files\n",
      1,
    ],
    ['sort h', '', 'sort: h: No such file or directory\n', 2],
    ['sed s/a/b h', '', "sed: unmatched '/'\n", 1],
    ["grep '[' /etc/hostname", '', "grep: bad regex '['\n", 2],
    ['timeout 1 sleep 3; echo $?', '143\n', 'Terminated\n', 0],
    ['ps | head -2', 'PID   USER     COMMAND\n    1 root     sleep 9d\n', '', 0],
    ['ps -o comm,pid=NO,user=WHOEVER | head -2', 'COMMAND          NO WHOEVER\nsleep             1 root\n', '', 0],
    [
      'ps -o cpu',
      '',
      "ps: bad -o argument 'cpu', supported arguments: user,group,comm,args,pid,ppid,pgid,nice,rgroup,ruser,tty,vsz,sid,stat,rss\n",
      1,
    ],
    ['ps -x', '', /^ps: invalid option -- 'x'\nBusyBox v1\.35\.0 .*\n\nUsage: ps \[-o COL1,COL2=HEADER\] \[-T\]/, 1],
    ['echo a > x; echo b > y; diff x y', '--- x\n+++ y\n@@ -1 +1 @@\n-a\n+b\n', '', 1],
    ['mkdir', '', /^BusyBox v1\.35\.0 .*\n\nUsage: mkdir \[-m MODE\] \[-p\] DIRECTORY\.\.\.\n/, 1],
    ['ls --foo', '', /^ls: unrecognized option '--foo'\nBusyBox v1\.35\.0 .*\n\nUsage: ls /, 1],
  ] as const)('%s', (script, stdout, stderr, exit) => {
    workstation.machine.files.writeFile('/home/student/work/script.sh', script);
    const result = workstation.run('kubectl exec box -- sh -c "$(cat script.sh)"');
    const text = result.stderr.replace(/command terminated with exit code \d+\n/, '');
    expect({ stdout: result.stdout, exit: result.exit }).toEqual({ stdout, exit });
    if (typeof stderr === 'string') expect(text).toBe(stderr);
    else expect(text).toMatch(stderr);
  });
});

interface RealRun {
  readonly title: string;
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Scripts that busybox 1.35.0 ran in an empty folder. */
const runs = JSON.parse(readFileSync(new URL('real-busybox.json', import.meta.url), 'utf8')) as readonly RealRun[];

describe('a script answers as busybox does', () => {
  it.each(runs)('$title', ({ script, stdout, stderr, exit }) => {
    const file = `rm -rf /w; mkdir /w; cd /w\n${script}`;
    workstation.machine.files.writeFile('/home/student/work/script.sh', file);
    const result = workstation.run('kubectl exec box -- sh -c "$(cat script.sh)"');
    const text = result.stderr.replace(/command terminated with exit code \d+\n/, '');
    expect({ stdout: result.stdout, stderr: text, exit: result.exit }).toEqual({ stdout, stderr, exit });
  });
});

/** As `busybox httpd` of Debian 12 answers curl. */
describe('httpd', () => {
  it('serves a folder, in the background too', () => {
    const said = (command: string): string => {
      const { stdout, stderr } = workstation.run(command);
      workstation.settle();
      return stdout + stderr;
    };
    said(
      "kubectl run site --image=busybox:1.36 -- sh -c 'mkdir -p /w/sub; echo hi > /w/index.html; httpd -p 8080 -h /w; sleep 9d'",
    );
    said('IP=$(kubectl get pod site -o jsonpath={.status.podIP}):8080');
    expect(said('curl -si $IP | tr -d "\\r" | grep -v -e Date -e Last -e ETag')).toBe(
      'HTTP/1.1 200 OK\nConnection: close\nContent-type: text/html\nAccept-Ranges: bytes\nContent-Length: 3\n\nhi\n',
    );
    expect(said('curl -s $IP/none')).toBe(
      '<HTML><HEAD><TITLE>404 Not Found</TITLE></HEAD>\n<BODY><H1>404 Not Found</H1>\nThe requested URL was not found\n</BODY></HTML>\n',
    );
    expect(said("curl -s -o /dev/null -w '%{http_code} %{redirect_url}' $IP/sub | cut -c1-11")).toBe('302 http://\n');
    expect(said("curl -s -X PUT -o /dev/null -w '%{http_code}' $IP/")).toBe('501');
    expect(said('kubectl exec site -- httpd -f -p 8080')).toMatch(/^httpd: bind: Address already in use\n/);
  });
});

describe('a shell that has one command left', () => {
  it.each([
    ['last', 'echo up; sleep 9d', 'sleep 9d'],
    ['chosen', 'false || sleep 9d', 'sleep 9d'],
    ['with a line’s end after it', 'sleep 9d\n', 'sh -c sleep 9d'],
    ['after a trap', 'trap "exit 0" TERM; sleep 9d', 'sh -c trap "exit 0" TERM; sleep 9d'],
    ['in a loop', 'while true; do sleep 9d; done', 'sh -c while true; do sleep 9d; done'],
    ['in a pipeline', 'sleep 9d | cat', 'sh -c sleep 9d | cat'],
  ])('becomes it, or not: %s', (_, script, first) => {
    workstation.machine.files.writeFile('/home/student/work/first.sh', `${script}.`);
    workstation.run(`S=$(cat first.sh); kubectl run first --image=busybox:1.36 -- sh -c "\${S%.}"`);
    workstation.settle();
    const { stdout } = workstation.run(`kubectl exec first -- cat /proc/1/cmdline | tr '\\0' ' '`);
    expect(stdout.trimEnd()).toBe(first);
    workstation.run('kubectl delete pod first --grace-period=1');
  });
});
