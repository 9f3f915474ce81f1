import { InvariantError, type Coroutine } from '@seatrial/kernel';
import { CommandFailure, type Invocation } from '@seatrial/kubectl';
import { failHelm } from './helm-failure.js';
import { HelmCluster } from './release/helm-cluster.js';
import { ReleaseStorage } from './release/release-storage.js';
import type { Release } from './release/release.js';

const NAME_RULE = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';

/** Why a text is no release name; undefined when it is one. */
export function nameComplaint(name: string): string | undefined {
  if (name === '') return 'no name provided';
  if (name.length <= 53 && new RegExp(NAME_RULE).test(name)) return undefined;
  return `invalid release name, must match regex ${NAME_RULE} and the length must not be longer than 53`;
}

/** Helm's log lines, on standard error. */
export function* logLine(
  k: Invocation,
  level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR',
  text: string,
  fields: Readonly<Record<string, string>>,
): Coroutine<void> {
  const quote = (value: string): string => (value === '' || /[\s"=\\]/.test(value) ? JSON.stringify(value) : value);
  const parts = Object.entries(fields).map(([key, value]) => ` ${key}=${quote(value)}`);
  yield* k.err(`level=${level} msg=${quote(text)}${parts.join('')}\n`);
}

const TRUTHS: readonly string[] = ['1', 't', 'T', 'TRUE', 'true', 'True'];

/** Whether `--debug` or `HELM_DEBUG` asks for what Helm is doing. */
export const isDebugging = (k: Invocation): boolean =>
  k.flags.bool('debug') || TRUTHS.includes(k.process.env.get('HELM_DEBUG') ?? '');

/** A log line that only `--debug` shows. */
export function* debugLine(
  k: Invocation,
  text: string,
  fields: Readonly<Record<string, string | number | boolean>> = {},
): Coroutine<void> {
  if (!isDebugging(k)) return;
  const texts = Object.entries(fields).map(([name, value]) => [name, String(value)] as const);
  yield* logLine(k, 'DEBUG', text, Object.fromEntries(texts));
}

/** A duration as Go prints whole seconds of it. */
export function goDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = `${(ms % 60_000) / 1000}s`;
  return hours > 0 ? `${hours}h${minutes}m${rest}` : minutes > 0 ? `${minutes}m${rest}` : rest;
}

/** What every action on releases works with. */
export interface ReleaseSession {
  readonly k: Invocation;
  readonly cluster: HelmCluster;
  readonly storage: ReleaseStorage;
  readonly namespace: string;
}

/** The cluster; ends the command where its API cannot be reached (IsReachable of pkg/kube). */
function* reachedCluster(k: Invocation): Coroutine<HelmCluster> {
  try {
    return yield* HelmCluster.connect(k);
  } catch (failure) {
    const [error] = failure instanceof CommandFailure ? failure.errors : [];
    if (error?.type !== 'connection' || error.cause === undefined) throw failure;
    return failHelm(`kubernetes cluster unreachable: Get "${error.server ?? ''}/version": ${error.cause}`);
  }
}

export function* openSession(k: Invocation): Coroutine<ReleaseSession> {
  const cluster = yield* reachedCluster(k);
  const storage = new ReleaseStorage(cluster.api, () => k.now());
  return { k, cluster, storage, namespace: k.namespace().namespace };
}

/** For what asks no cluster anything. */
export function offlineSession(k: Invocation): ReleaseSession {
  const none = (): never => {
    throw new InvariantError('a dry run of the client asks no cluster');
  };
  return {
    k,
    namespace: k.namespace().namespace,
    get cluster() {
      return none();
    },
    get storage() {
      return none();
    },
  };
}

/** A revision of a release; the last without a number. */
export function* releaseOf(session: ReleaseSession, name: string, version = 0): Coroutine<Release> {
  const history = yield* session.storage.history(session.namespace, name);
  const found = version === 0 ? history.at(-1) : history.find((release) => release.version === version);
  return found ?? failHelm('release: not found');
}
