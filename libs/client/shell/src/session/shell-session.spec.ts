import {
  FileSystem,
  Machine,
  Simulation,
  TextOutput,
  fail,
  sleep,
  type NetworkStack,
  type Program,
} from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import type { ShellFlavour } from './shell-session-contract.js';
import { openShellSession } from './shell-session.js';

const nowhere: NetworkStack = {
  addresses: [],
  *resolve() {
    return fail({ failure: 'name-not-found', afterMs: 0, hops: [] });
  },
  *query() {
    return { code: 'NXDOMAIN', server: '', records: [] };
  },
  *dial() {
    return fail({ failure: 'refused', afterMs: 0, hops: [] });
  },
  listen: () => fail('address-in-use'),
  ping: () => false,
};

/** The only program of the machine: `nap SECONDS [STATUS]`. */
const nap: Program = function* (process) {
  yield* sleep(Number(process.argv[1] ?? 0) * 1000);
  return Number(process.argv[2] ?? 0);
};

function createMachine(): Machine {
  const simulation = new Simulation({ startTime: 0, seed: 'shell' });
  const files = new FileSystem({ now: () => simulation.now() });
  files.makeDirectories('/work');
  files.makeDirectories('/bin');
  files.writeFile('/bin/nap', '\u007fELF nap\n', { mode: 0o755 });
  const node = files.stat('/bin/nap');
  if (node.ok && node.value.type === 'file') node.value.program = 'nap';
  return new Machine({
    hostname: 'host',
    simulation,
    files,
    network: nowhere,
    programs: new Map([['nap', nap]]),
    firstPid: 10,
  });
}

function run(script: string, flavour: ShellFlavour = 'bash'): { out: string; err: string; exit: number | undefined } {
  const machine = createMachine();
  const env = new Map([
    ['PATH', '/bin'],
    ['HOME', '/home'],
  ]);
  const session = openShellSession(machine, { flavour, env, cwd: '/work', user: 'root' });
  const [stdout, stderr] = [new TextOutput(), new TextOutput()];
  const step = session.run(script, { stdout, stderr, timeoutMs: 60_000 });
  machine.simulation.runUntilTrue(() => step.finished.ready, 120_000);
  return { out: stdout.text, err: stderr.text, exit: step.exitCode };
}

describe('words', () => {
  it.each([
    [`x='a  b'; echo $x "$x"`, 'a b a  b\n'],
    [`set -- 'a b' c; printf '<%s>' "$@" "$*" $*; echo`, '<a b><c><a b c><a><b><c>\n'],
    ['echo {a,b}{1..2} {3..1} {a', 'a1 a2 b1 b2 3 2 1 {a\n'],
    [
      'f=dir/x.tar.gz; echo ${f##*/} ${f%%.*} ${f%.*} ${f#*/} ${#f} ${f/x/y}',
      'x.tar.gz dir/x dir/x.tar x.tar.gz 12 dir/y.tar.gz\n',
    ],
    ['echo ${u:-d} ${u:=s} $u ${u:+alt} ${n-e}', 'd s s alt e\n'],
    ['echo $((7/2)) $((-7%3)) $((2**10)) $((0x1f)) $((1?2:3)) $((x=4,x++,x))', '3 -1 1024 31 2 5\n'],
    ['a=(x "y z"); a+=(w); echo ${#a[@]} "${a[1]}" "${a[@]:1}" ${!a[@]}', '3 y z y z w 0 1 2\n'],
    ['declare -A m=([k]=v); m[q]=r; echo ${m[k]} ${#m[@]}', 'v 2\n'],
    [`echo "$(echo "in $(echo deep)")" \`echo old\``, 'in deep old\n'],
    ['echo /b* /nothing*', '/bin /nothing*\n'],
    [`echo ~ "~" a~ \\$x '$x'`, '/home ~ a~ $x $x\n'],
    [
      `cat() { while IFS= read -r l; do echo "[$l]"; done; }; x=1; cat <<E; cat <<'E'\n$x $((1+1))\nE\n$x\nE\n`,
      '[1 2]\n[$x]\n',
    ],
    [`read a b <<< 'one two three'; echo "$b"`, 'two three\n'],
  ])('%s', (script, out) => {
    expect(run(script)).toEqual({ out, err: '', exit: 0 });
  });
});

describe('errors', () => {
  it.each([
    ['echo a; echo )', '', "bash: line 1: syntax error near unexpected token `)'\nbash: line 1: `echo a; echo )'\n", 2],
    ['if true; then', '', 'bash: line 2: syntax error: unexpected end of file\n', 2],
    ['echo "a', '', 'bash: line 1: unexpected EOF while looking for matching `"\'\n', 2],
    ['[[ a b ]]', '', 'bash: line 1: conditional binary operator expected\n', 2],
    ['nosuch; echo $?', '127\n', 'bash: line 1: nosuch: command not found\n', 0],
    ['echo hi > /no/where; echo $?', '1\n', 'bash: line 1: /no/where: No such file or directory\n', 0],
    ['echo $((1/0)); echo no', '', 'bash: line 1: 1/0: division by 0 (error token is "0")\n', 1],
    ['set -u; echo $x; echo no', '', 'bash: line 1: x: unbound variable\n', 1],
    ['set -e; false; echo no', '', '', 1],
    ['set -eo pipefail; false | true; echo no', '', '', 1],
    [': ${x:?give x}; echo no', '', 'bash: line 1: x: give x\n', 1],
    ['readonly r=1; r=2; echo no', '', 'bash: line 1: r: readonly variable\n', 1],
    ['cd /nowhere; echo $?', '1\n', 'bash: line 1: cd: /nowhere: No such file or directory\n', 0],
  ])('%s', (script, out, err, exit) => {
    expect(run(script)).toEqual({ out, err, exit });
  });
});

describe('jobs', () => {
  it.each([
    ['nap 1 3 & wait $!; echo $?', '3\n', ''],
    [
      'nap 1 & nap 2 & jobs; wait; jobs; echo done',
      '[1]-  Running                 nap 1 &\n[2]+  Running                 nap 2 &\ndone\n',
      '',
    ],
    ['nap 9 & kill %1; wait $!; echo $?', '143\n', '[1]+  Terminated              nap 9\n'],
    ['nap 1 & x=$(jobs -p); [ "$x" = $! ] && echo same', 'same\n', ''],
    ['(nap 1; echo late) & echo first; wait', 'first\nlate\n', ''],
    ['nap 1 4 & fg > told; echo $?', '4\n', ''],
    ['wait 999; echo $?', '127\n', 'bash: line 1: wait: pid 999 is not a child of this shell\n'],
  ])('%s', (script, out, err) => {
    expect(run(script)).toEqual({ out, err, exit: 0 });
  });
});

describe('traps and traces', () => {
  it.each([
    ["trap 'echo bye $?' EXIT; exit 3", 'bye 3\n', '', 3],
    [
      'trap \'echo "$BASH_COMMAND failed"\' ERR; false; ! true; false || true; if false; then :; fi',
      'false failed\n',
      '',
      0,
    ],
    [
      'set -o pipefail; trap \'echo "$LINENO $BASH_COMMAND"\' ERR; false | true |\n :; true | { false; }',
      '2 :\n2 true\n',
      '',
      1,
    ],
    ["trap 'echo err' ERR; f() { false; true; }; f; set -E; f", 'err\n', '', 0],
    ["trap 'echo got' TERM; kill -TERM $$; echo after", 'got\nafter\n', '', 0],
    [
      'set -x; a="b c"; echo "$a" > told; [[ -n $a ]]; ((1+1)); for i in x; do :; done',
      '',
      "++ a='b c'\n++ echo 'b c'\n++ [[ -n b c ]]\n++ (( 1+1 ))\n++ for i in x\n++ :\n",
      0,
    ],
  ])('%s', (script, out, err, exit) => {
    expect(run(script)).toEqual({ out, err, exit });
  });
});

describe("busybox's ash", () => {
  it.each([
    ['nosuch; echo $?', '127\n', 'sh: nosuch: not found\n', 0],
    ['cd /nowhere; echo $?', '2\n', "sh: cd: line 1: can't cd to /nowhere: No such file or directory\n", 0],
    ['[ 1 -eq a ]; echo $?', '2\n', 'sh: a: bad number\n', 0],
    ['printf "%d\\n" abc; kill abc', '0\n', "sh: invalid number 'abc'\nsh: invalid number 'abc'\n", 1],
    ['cat <<< x', '', 'sh: syntax error: unexpected redirection\n', 2],
    ['function f { echo in $1; }; f a; set -x; for i in b; do echo $i; done', 'in a\nb\n', '+ echo b\n', 0],
    ['echo $((', '', 'sh: syntax error: unterminated quoted string\n', 2],
    ['set -u; echo $x; echo no', '', 'sh: x: parameter not set\n', 2],
  ])('%s', (script, out, err, exit) => {
    const result = run(script, 'ash');
    expect({ out: result.out, exit: result.exit }).toEqual({ out, exit });
    if (!script.includes('((')) expect(result.err).toBe(err);
  });
});
