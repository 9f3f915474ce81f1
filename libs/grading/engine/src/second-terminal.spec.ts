import { expect, it } from 'vitest';
import { gradeSession } from '../fixtures/graded-session.js';
import { findLeftRunning } from './second-terminal.js';

it('leaves a forwarded port open for what was typed at the other terminal, and no longer', () => {
  const { steps } = gradeSession(`$ kubectl run web --image=nginx:1.25
pod/web created
$ kubectl port-forward pod/web 8080:80
Forwarding from 127.0.0.1:8080 -> 80
Forwarding from [::1]:8080 -> 80
Handling connection for 8080
$ curl -s localhost:8080 | head -n 1
<!DOCTYPE html>
$ docker run -d -p 8080:80 nginx:1.25
$ curl -s localhost:8080 | head -n 1
<!DOCTYPE html>
`);
  expect(steps.map(({ exit, stopped }) => [exit, stopped])).toEqual([0, 0, 0, 0, 0].map((exit) => [exit, undefined]));
  expect(steps[1]?.stdout).toContain('Forwarding from 127.0.0.1:8080 -> 80');
});

it('ends what nobody used, or what was shown to end, before the next command', () => {
  const { steps } = gradeSession(`$ kubectl proxy
Starting to serve on 127.0.0.1:8001
^C
$ curl -s localhost:8001/version
$ kubectl proxy --port=8002
Starting to serve on 127.0.0.1:8002
`);
  expect(steps.map(({ exit }) => exit)).toEqual([130, 7, 130]);
});

it.each([
  [['kubectl proxy', 'curl localhost:8001/api', 'curl localhost:8001/version', 'ls'], [[0, 2]]],
  [['kubectl proxy -p 9000', 'curl localhost:8001'], []],
  [['kubectl proxy &', 'curl localhost:8001'], []],
  [
    [
      'kubectl -n shop port-forward svc/web 8080:80',
      'curl 127.0.0.1:8080',
      'k port-forward svc/db 8080:80',
      'curl localhost:8080',
    ],
    [
      [0, 1],
      [2, 3],
    ],
  ],
])('finds where %j are used', (texts, expected) => {
  const commands = texts.map((text) => ({ text, place: { file: 'transcript' } }));
  expect([...findLeftRunning(commands)].map(([index, { until }]) => [index, until])).toEqual(expected);
});
