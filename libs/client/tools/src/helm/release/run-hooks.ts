import { compareStrings, type Coroutine } from '@seatrial/kernel';
import { logLine, type ReleaseSession } from '../helm-action.js';
import type { Hook, Release } from './release.js';

/** Runs a release's hooks for an event, by weight; the error's text when one fails. */
export function* runHooks(
  session: ReleaseSession,
  release: Release,
  event: string,
  timeoutMs: number,
): Coroutine<string | undefined> {
  const hooks = release.hooks
    .filter(({ events }) => events.includes(event))
    .sort((a, b) => a.weight - b.weight || compareStrings(a.name, b.name));
  for (const [index, hook] of hooks.entries()) {
    const problem = yield* runHook(session, release, hook, event, timeoutMs);
    if (problem === undefined) continue;
    // What could not even be made leaves everything as it is.
    if (!problem.ran) return problem.text;
    yield* outputLogs(session, hook, 'hook-failed');
    yield* removeHooks(session, [hook], 'hook-failed');
    yield* removeHooks(session, hooks.slice(0, index), 'hook-succeeded');
    return problem.text;
  }
  for (const hook of [...hooks].reverse()) {
    yield* outputLogs(session, hook, 'hook-succeeded');
    yield* removeHooks(session, [hook], 'hook-succeeded');
  }
  return undefined;
}

/** What a hook's pods wrote, in Helm's own log, where its annotation asks for it. */
function* outputLogs({ cluster, k, namespace }: ReleaseSession, hook: Hook, policy: string): Coroutine<void> {
  if (!hook.outputLogPolicies?.includes(policy) || (hook.kind !== 'Job' && hook.kind !== 'Pod')) return;
  for (const resource of cluster.build(hook.manifest, namespace, `hook ${hook.path}`))
    for (const pod of cluster.podsOf(resource))
      for (const { name } of pod.spec.containers) {
        const logs = yield* cluster.podLogs(resource.namespace, pod.metadata.name, name);
        if (logs.ok && logs.value !== '') yield* logLine(k, 'INFO', logs.value.replace(/\n$/, ''), {});
      }
}

/** Why a hook failed, and whether it was made at all. */
interface HookFailure {
  readonly ran: boolean;
  readonly text: string;
}

function* runHook(
  session: ReleaseSession,
  release: Release,
  hook: Hook,
  event: string,
  timeoutMs: number,
): Coroutine<HookFailure | undefined> {
  const { cluster, storage, k } = session;
  if (hook.deletePolicies.length === 0) hook.deletePolicies = ['before-hook-creation'];
  yield* removeHooks(session, [hook], 'before-hook-creation');
  const resources = cluster.build(hook.manifest, release.namespace, `${event} hook ${hook.path}`);
  hook.lastRun = { startedAt: k.now(), completedAt: k.now(), phase: 'Running' };
  yield* storage.update(release);
  const finish = (phase: string): void => {
    hook.lastRun = { startedAt: hook.lastRun?.startedAt ?? k.now(), completedAt: k.now(), phase };
  };
  const refused = yield* cluster.create(resources);
  if (refused !== undefined) {
    finish('Failed');
    return { ran: false, text: `warning: Hook ${event} ${hook.path} failed: ${refused}` };
  }
  const problem = yield* cluster.waitForHook(resources, timeoutMs);
  finish(problem === undefined ? 'Succeeded' : 'Failed');
  return problem === undefined ? undefined : { ran: true, text: problem };
}

/** Deletes the objects of hooks whose delete policy says so; by default before they are made anew. */
export function* removeHooks(session: ReleaseSession, hooks: readonly Hook[], policy: string): Coroutine<void> {
  const { cluster } = session;
  for (const hook of hooks) {
    const policies = hook.deletePolicies.length === 0 ? ['before-hook-creation'] : hook.deletePolicies;
    if (hook.kind === 'CustomResourceDefinition' || !policies.includes(policy)) continue;
    for (const resource of cluster.build(hook.manifest, session.namespace, `hook ${hook.path}`)) {
      yield* cluster.remove(resource);
      for (let tries = 0; tries < 600 && (yield* cluster.get(resource)); tries++) yield* waitABit();
    }
  }
}

function* waitABit(): Coroutine<void> {
  yield { on: [], timeoutMs: 200 };
}
