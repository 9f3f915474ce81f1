import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { grade, loadExercise, openSimulatedReplay } from './index.js';

const EXERCISE = readFileSync(new URL('../fixtures/greet.yaml', import.meta.url), 'utf8');

/** Commands that never end or take too much, and the reason on their step. */
it.each([
  ['while true; do :; done', 'still running after 60 s: stopped, as with Ctrl-C'],
  ['kubectl get pods --watch', 'still running after 60 s: stopped, as with Ctrl-C'],
  ['trap "" INT; while true; do :; done', 'still running after 70 s: stopped, as with Ctrl-C'],
  [':(){ :|:& };:', 'stopped: a command may use 1000 processes at once'],
  ['f() { f; }; f', 'stopped: a command may use 200 functions inside each other'],
  ['until false; do sleep 0; done', 'stopped: a command may use 100000 commands'],
  ['x=a; while true; do x=$x$x; done', 'stopped: a command may use 33554432 characters of text'],
  ['yes > /tmp/lines', 'stopped: a command may use 134217728 bytes of output and files'],
  ['jq -n "[range(100000000)] | length"', 'stopped: a command may use 4000000 evaluation steps'],
  ['awk "BEGIN { while (1); }"', 'stopped: a command may use 4000000 evaluation steps'],
  ['printf "%1000000000d" 1', 'stopped: a command may use 134217728 bytes of output and files'],
  ['seq 1 100000000', 'stopped: a command may use 4000000 evaluation steps'],
  ['cat /dev/zero', 'stopped: a command may use 33554432 characters of text'],
  ['head -c 10000000000 /dev/zero | wc -c', 'stopped: a command may use 134217728 bytes of output and files'],
  ["jq -n 'reduce range(100) as $i ([1]; . + .) | length'", 'stopped: a command may use 4000000 evaluation steps'],
  ["jq -n 'def f: [., .]; reduce range(60) as $i (1; f)'", 'stopped: a command may use 4000000 evaluation steps'],
  ["echo x | sed ':a;s/x/xx/g;ta'", 'stopped: a command may use 4000000 evaluation steps'],
  ['awk \'BEGIN { x = "x"; while (1) gsub(/x/, "xx", x) }\'', 'stopped: a command may use 4000000 evaluation steps'],
  ['while :; do mkdir x; cd x; done', 'stopped: a command may use 4000000 evaluation steps'],
  ['head -c 100000000 /dev/zero | gzip > z', 'stopped: a command may use 4000000 evaluation steps'],
  ['shuf -i 1-1000000000', 'stopped: a command may use 4000000 evaluation steps'],
  ['read -N 1000000000 x < /dev/zero', 'stopped: a command may use 4000000 evaluation steps'],
  ['eval "$(printf "eval %.0s" {1..100000}) echo"', 'stopped: a command may use 4000000 evaluation steps'],
])('stops %s with the reason, and grades the rest', (command, reason) => {
  const loaded = loadExercise(new Map([['exercise.yaml', EXERCISE]]));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  const transcript = `${command}\necho hello\n`;
  const options = { seed: 'runaway', openReplay: openSimulatedReplay };
  const verdict = grade({ manifests: [], transcript }, loaded.value, options);
  expect(verdict.steps[0]?.stopped?.en).toBe(reason);
  expect([verdict.outcome, verdict.score]).toEqual(['graded', { numerator: 1, denominator: 1 }]);
});
