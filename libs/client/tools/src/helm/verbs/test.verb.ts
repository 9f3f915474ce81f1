import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, defineVerb, durationFlag, stringArrayFlag } from '@seatrial/kubectl';
import { openSession, releaseOf, type ReleaseSession } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import type { Release } from '../release/release.js';
import { runHooks } from '../release/run-hooks.js';
import { statusText } from '../release/status-text.js';
import { demandArguments } from './demand-arguments.js';

/** `--filter name=…` and `!name=…`: which tests run. */
function filteredTests(filters: readonly string[]): (name: string) => boolean {
  const only = filters.flatMap((filter) => /^name=(.*)$/.exec(filter)?.[1] ?? []);
  const never = filters.flatMap((filter) => /^!\s?name=(.*)$/.exec(filter)?.[1] ?? []);
  return (name) => !never.includes(name) && (only.length === 0 || only.includes(name));
}

/** What the pods of tests wrote. */
function* testLogs(session: ReleaseSession, { hooks, namespace }: Release): Coroutine<void> {
  const { k } = session;
  yield* k.out('\n');
  for (const { name } of hooks.filter(({ events }) => events.includes('test')).sort((a, b) => a.weight - b.weight)) {
    const logs = yield* session.cluster.podLogs(namespace, name);
    if (!logs.ok) failHelm(`unable to get pod logs for ${name}: ${logs.error}`);
    yield* k.out(`POD LOGS: ${name}\n${logs.value}\n`);
  }
}

export const testVerb = defineVerb({
  name: 'test',
  usage: '[RELEASE]',
  short: 'run tests for a release',
  flags: [
    durationFlag('timeout', '', { default: '5m0s' }),
    { ...stringArrayFlag('filter'), type: 'stringSlice' as const },
    boolFlag('logs'),
    boolFlag('hide-notes'),
  ],
  *run(k) {
    demandArguments(k, 1);
    const session = yield* openSession(k);
    const release = yield* releaseOf(session, k.args[0]);
    const names = filteredTests(k.flags.list('filter'));
    const tests = {
      ...release,
      hooks: release.hooks.filter(({ name, events }) => !events.includes('test') || names(name)),
    };
    const problem = yield* runHooks(session, tests, 'test', k.flags.durationMs('timeout'));
    yield* session.storage.update(release);
    yield* k.out(statusText(release, { notes: false }));
    if (k.flags.bool('logs')) yield* testLogs(session, tests);
    if (problem !== undefined) failHelm(problem);
    return 0;
  },
});
