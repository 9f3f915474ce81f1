import { specHash } from '../container/container-config.js';
import { isSidecar, restartsAfter, shouldBeRestarted, type ContainerRecord, type PodRuntime } from './pod-runtime.js';
import { resizeNeedsRestart } from './pod-resize.js';

/** A container that has to be stopped; `message` is the Killing event's. */
interface Kill {
  readonly record: ContainerRecord;
  readonly message: string;
  readonly graceSeconds: number;
}

/** What a sync has to do, read off the containers as they were listed (kuberuntime podActions). */
export interface PodActions {
  /** Nothing of the pod runs or will run again: all that still runs is stopped. */
  killPod: boolean;
  readonly kill: Kill[];
  readonly ephemeral: ContainerRecord[];
  init: ContainerRecord[];
  readonly main: ContainerRecord[];
}

type Probe = 'startup' | 'liveness';

function graceAfter(runtime: PodRuntime, record: ContainerRecord, probe: Probe | undefined): number {
  const { metadata, spec } = runtime.pod;
  const own =
    probe === 'startup' ? record.spec.startupProbe : probe === 'liveness' ? record.spec.livenessProbe : undefined;
  return (
    metadata.deletionGracePeriodSeconds ??
    own?.terminationGracePeriodSeconds ??
    spec.terminationGracePeriodSeconds ??
    30
  );
}

const isCreated = (record: ContainerRecord): boolean =>
  record.current !== undefined && record.current.state !== 'exited';

/** The init container (by its index) that runs next and the sidecars that have to be kept up; false while the pod is not initialized. */
function computeInit(runtime: PodRuntime, init: readonly ContainerRecord[], actions: PodActions): boolean {
  const main = [...runtime.records.values()].filter((record) => record.kind === 'main');
  let initialized = main.some(isCreated);
  let previously = initialized;
  const last = init.length - 1;
  const next: ContainerRecord[] = [];
  for (let index = last; index >= 0; index--) {
    const record = init[index];
    const sidecar = isSidecar(record);
    const instance = record.current;
    if (!instance) {
      if (previously && sidecar) next.unshift(record);
      continue;
    }
    if (previously && !sidecar) continue;
    if (instance.state === 'running') {
      if (sidecar && hasStartedUp(runtime, record, actions, next)) {
        if (index === last) initialized = true;
        else if (!previously) next.unshift(init[index + 1]);
        keepSidecar(runtime, record, actions, next);
      }
    } else if (sidecar || instance.state === 'created') next.unshift(record);
    else if (instance.exitCode !== 0) {
      if (!restartsAfter(runtime, record, instance.exitCode)) {
        actions.killPod = true;
        return false;
      }
      next.unshift(record);
    } else if (index === last) initialized = true;
    else next.unshift(init[index + 1]);
    previously = true;
  }
  actions.init = previously ? next : [init[0]];
  return initialized;
}

function restartSidecar(
  runtime: PodRuntime,
  record: ContainerRecord,
  reason: { readonly message: string; readonly probe?: Probe },
  actions: PodActions,
  next: ContainerRecord[],
): void {
  actions.kill.push({ record, message: reason.message, graceSeconds: graceAfter(runtime, record, reason.probe) });
  next.unshift(record);
}

/** Whether a running sidecar has passed its startup probe; one that failed it is restarted. */
function hasStartedUp(
  runtime: PodRuntime,
  record: ContainerRecord,
  actions: PodActions,
  next: ContainerRecord[],
): boolean {
  const message = `Init container ${record.spec.name} failed startup probe`;
  if (record.startupFailed) restartSidecar(runtime, record, { message, probe: 'startup' }, actions, next);
  return record.started;
}

function keepSidecar(runtime: PodRuntime, record: ContainerRecord, actions: PodActions, next: ContainerRecord[]): void {
  const { name } = record.spec;
  const restart = (message: string, probe?: Probe): void =>
    restartSidecar(runtime, record, probe ? { message, probe } : { message }, actions, next);
  if (record.current?.settings.specHash !== specHash(record.spec)) restart(`Init container ${name} definition changed`);
  else if (record.liveness === 'failure') restart(`Init container ${name} failed liveness probe`, 'liveness');
  else if (resizeNeedsRestart(record)) restart(`Container ${name} resize requires restart`);
}

/** What to do with a running main container, if it may not stay as it is. */
function unkept(
  runtime: PodRuntime,
  record: ContainerRecord,
): { readonly message: string; readonly probe?: Probe; readonly restart: boolean } | undefined {
  const { name } = record.spec;
  const policy = record.spec.restartPolicy ?? runtime.pod.spec.restartPolicy ?? 'Always';
  const restart = policy !== 'Never';
  const again = (text: string): string => (restart ? `${text}, will be restarted` : text);
  if (record.current?.settings.specHash !== specHash(record.spec))
    return { message: `Container ${name} definition changed, will be restarted`, restart: true };
  if (record.liveness === 'failure')
    return { message: again(`Container ${name} failed liveness probe`), probe: 'liveness', restart };
  if (record.startupFailed)
    return { message: again(`Container ${name} failed startup probe`), probe: 'startup', restart };
  if (resizeNeedsRestart(record)) return { message: `Container ${name} resize requires restart`, restart: true };
  return undefined;
}

/** kuberuntime computePodActions, of a pod that has its sandbox. */
export function computeActions(runtime: PodRuntime): PodActions {
  const actions: PodActions = { killPod: false, kill: [], ephemeral: [], init: [], main: [] };
  let init: ContainerRecord[] | undefined;
  for (const record of runtime.records.values())
    if (record.kind === 'init') (init ??= []).push(record);
    else if (record.kind === 'ephemeral' && !record.current) actions.ephemeral.push(record);
  if (init && (!computeInit(runtime, init, actions) || actions.killPod)) return actions;
  let kept = 0;
  for (const record of runtime.records.values()) {
    if (record.kind !== 'main') continue;
    if (!record.current?.running) {
      if (shouldBeRestarted(runtime, record)) actions.main.push(record);
      continue;
    }
    const reason = unkept(runtime, record);
    if (!reason) {
      kept++;
      continue;
    }
    if (reason.restart) actions.main.push(record);
    const graceSeconds = graceAfter(runtime, record, reason.probe);
    actions.kill.push({ record, message: reason.message, graceSeconds });
  }
  if (kept === 0 && actions.main.length === 0) actions.killPod = true;
  return actions;
}
