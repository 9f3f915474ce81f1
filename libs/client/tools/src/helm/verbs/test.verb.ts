import { reportUnsupported } from '@seatrial/kernel';
import { boolFlag, defineVerb, durationFlag, stringArrayFlag } from '@seatrial/kubectl';
import { openSession, releaseOf } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import { runHooks } from '../release/run-hooks.js';
import { statusText } from '../release/status-text.js';
import { demandArguments } from './demand-arguments.js';

/** `--filter name=…` and `!name=…`: which tests run. */
function filteredTests(filters: readonly string[]): (name: string) => boolean {
  const only = filters.flatMap((filter) => /^name=(.*)$/.exec(filter)?.[1] ?? []);
  const never = filters.flatMap((filter) => /^!\s?name=(.*)$/.exec(filter)?.[1] ?? []);
  return (name) => !never.includes(name) && (only.length === 0 || only.includes(name));
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
    if (k.flags.bool('logs')) reportUnsupported(k.process.machine, 'helm test --logs');
    if (problem !== undefined) failHelm(problem);
    return 0;
  },
});
