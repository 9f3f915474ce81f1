import { recordedProfile } from '@seatrial/cluster';
import { beforeAll, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;

beforeAll(() => {
  workstation = openWorkstation({ profile: recordedProfile, seed: 'processes' });
  workstation.run('sleep 1001 & sleep 1002 & tail -f /dev/null &');
});

it.each([
  ["pgrep -fa 'sleep.+1001'", /^\d+ sleep 1001\n$/],
  ["pgrep -fa 'sleep 100[12]|tail -f'", /^\d+ sleep 1001\n\d+ sleep 1002\n\d+ tail -f \/dev\/null\n$/],
  ['pgrep -c sleep', /^2\n$/],
  ['pgrep -na sleep', /^\d+ sleep 1002\n$/],
  ['pgrep -oa sleep', /^\d+ sleep 1001\n$/],
  ['pgrep -x slee || echo none', /^none\n$/],
  ['pgrep -l -u nobody sleep || echo none', /^none\n$/],
  ["pgrep -d, sleep | tr ',' '\\n' | wc -l", /^2\n$/],
  ['pgrep 2>&1', /^pgrep: no matching criteria specified\nTry `pgrep --help' for more information\.\n$/],
  ["pkill -e -f 'sleep 1002'; sleep 1; pgrep -c sleep", /^sleep killed \(pid \d+\)\n1\n$/],
  ['killall slee; killall sleep; sleep 1; pgrep -c sleep', /^0\n$/],
])('%s', (script, stdout) => {
  expect(workstation.run(script).stdout).toMatch(stdout);
});
