import type { Coroutine } from '@seatrial/kernel';
import { debugLine, nameComplaint, type ReleaseSession } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import { uninstallResources, type DryRun } from './install-release.js';
import { runHooks } from './run-hooks.js';

export interface UninstallFlags {
  readonly dryRun: DryRun;
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly description: string;
  readonly noHooks: boolean;
  readonly cascade?: 'Background' | 'Foreground' | 'Orphan';
  readonly keepHistory?: boolean;
  readonly ignoreNotFound?: boolean;
}

/** Uninstalls one release (pkg/action uninstall.go of Helm v4.1); what a policy keeps, as it is printed. */
export function* uninstallRelease(session: ReleaseSession, name: string, flags: UninstallFlags): Coroutine<string> {
  const { storage, namespace, cluster } = session;
  if (flags.dryRun === 'none' && nameComplaint(name) !== undefined)
    failHelm(`uninstall: Release name is invalid: ${name}`);
  const history = yield* storage.history(namespace, name);
  const release = history.at(-1);
  if (!release) {
    if (flags.ignoreNotFound) return '';
    return failHelm(
      flags.dryRun === 'none' ? `uninstall: Release not loaded: ${name}: release: not found` : 'release: not found',
    );
  }
  if (flags.dryRun !== 'none') return '';
  if (release.status === 'uninstalled') {
    if (flags.keepHistory) failHelm(`the release named "${name}" is already deleted`);
    for (const revision of history) yield* storage.delete(revision);
    return '';
  }
  yield* debugLine(session.k, 'uninstall: deleting release', { name });
  Object.assign(release, {
    status: 'uninstalling',
    deletedAt: session.k.now(),
    description: 'Deletion in progress (or silently failed)',
  });
  if (flags.noHooks) yield* debugLine(session.k, 'delete hooks disabled', { release: name });
  const before = flags.noHooks ? undefined : yield* runHooks(session, release, 'pre-delete', flags.timeoutMs);
  if (before !== undefined) failHelm(before);
  yield* storage.update(release);
  const result = yield* uninstallResources(session, release, flags.cascade);
  if (result.errors.length > 0) failHelm(`failed to delete release: ${name}`);
  const errors: string[] = [];
  const left = flags.wait ? yield* cluster.waitForDelete(result.removed, flags.timeoutMs) : undefined;
  if (left !== undefined) errors.push(left);
  const after = flags.noHooks ? undefined : yield* runHooks(session, release, 'post-delete', flags.timeoutMs);
  if (after !== undefined) errors.push(after);
  release.status = 'uninstalled';
  release.description = flags.description || 'Uninstallation complete';
  if (flags.keepHistory) {
    yield* storage.update(release);
    for (const old of history.filter(({ status }) => status === 'deployed')) {
      old.status = 'superseded';
      yield* storage.update(old);
    }
  } else {
    yield* debugLine(session.k, 'purge requested', { release: name });
    for (const revision of history) yield* storage.delete(revision);
  }
  const names = result.kept.map(({ mapping, name: kept }) => `[${mapping.kind}] ${kept}\n`).join('');
  const text = names === '' ? '' : `These resources were kept due to the resource policy:\n${names}`;
  if (errors.length > 0)
    failHelm(`uninstallation completed with ${String(errors.length)} error(s): ${errors.join('; ')}`);
  return text;
}
