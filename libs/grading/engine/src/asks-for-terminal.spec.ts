import { expect, it } from 'vitest';
import { asksForTerminal } from './asks-for-terminal.js';

it.each([
  ['docker run -it alpine sh', true],
  ['docker run --rm -ti --network red redis redis-cli -h redis', true],
  ['docker exec -i -t web bash', true],
  ['kubectl run -it --rm t --image=busybox -- nslookup web', true],
  ['kubectl -n shop exec --stdin --tty web -- ls', true],
  ['docker build -t app .', false],
  ['kubectl exec web -- tar -it', false],
  ['docker run -i alpine cat', false],
  ['kubectl get pods -o wide', false],
])('%s: %s', (script, wanted) => {
  expect(asksForTerminal(script)).toBe(wanted);
});
