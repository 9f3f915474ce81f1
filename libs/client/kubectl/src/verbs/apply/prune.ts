import type { ServedResource } from '@seatrial/apiserver';
import { goQuote } from '@seatrial/schema';
import { compareStrings, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { requestFor } from '../../client/api-connection.js';
import { failWith } from '../../command/failure.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { objectPrinter, dryRunSuffix } from '../../printers/object-printer.js';
import { listObjects } from '../../resource/resolve-infos.js';
import {
  metadataOf,
  nameOf,
  namespaceOf,
  stringMapAt,
  textOf,
  type ResourceInfo,
} from '../../resource/resource-info.js';
import { LAST_APPLIED } from '../../resource/write-object.js';
import { propagationPolicy } from '../delete/delete-object.js';
import type { ApplySet } from './apply-set.js';

/** What is pruned without --prune-allowlist: core/v1 and the usual workloads (prune.GetRESTMappings). */
const DEFAULTS: readonly (readonly [group: string, version: string, kind: string])[] = [
  ['', 'v1', 'ConfigMap'],
  ['', 'v1', 'Endpoints'],
  ['', 'v1', 'Namespace'],
  ['', 'v1', 'PersistentVolumeClaim'],
  ['', 'v1', 'PersistentVolume'],
  ['', 'v1', 'Pod'],
  ['', 'v1', 'ReplicationController'],
  ['', 'v1', 'Secret'],
  ['', 'v1', 'Service'],
  ['batch', 'v1', 'Job'],
  ['batch', 'v1', 'CronJob'],
  ['networking.k8s.io', 'v1', 'Ingress'],
  ['apps', 'v1', 'DaemonSet'],
  ['apps', 'v1', 'Deployment'],
  ['apps', 'v1', 'ReplicaSet'],
  ['apps', 'v1', 'StatefulSet'],
];

const DEPRECATED =
  'Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.';

/** The kinds of --prune-allowlist (prune.ParseResources). */
export function* pruneAllowlist(k: Invocation): Coroutine<readonly ServedResource[]> {
  const mappings: ServedResource[] = [];
  for (const text of k.flags.list('prune-allowlist')) {
    const [group, version, kind, ...more] = text.split('/') as [string, string?, string?, string?];
    if (version === undefined || kind === undefined || more.length > 0)
      failWith(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`);
    const apiVersion = group === 'core' || group === '' ? version : `${group}/${version}`;
    const api = yield* k.api();
    const mapping = api.restMapper().forKind(apiVersion, kind);
    if (mapping === undefined) failWith(`no matches for kind ${goQuote(kind)} in version ${goQuote(apiVersion)}`);
    mappings.push(mapping);
  }
  return mappings;
}

/** --prune's preconditions, checked before anything is applied. */
export function* checkPruneOptions(k: Invocation, set: ApplySet | undefined): Coroutine<void> {
  const { flags } = k;
  if (flags.bool('all') && flags.string('selector') !== '')
    failWith('cannot set --all and --selector at the same time');
  if (set && !flags.bool('prune')) failWith('--applyset requires --prune');
  if (set) yield* set.check();
  if (!flags.bool('prune')) return;
  if (flags.bool('force')) failWith('--force cannot be used with --prune');
  if (set) {
    if (flags.bool('all')) failWith('--all is incompatible with --applyset');
    if (flags.string('selector') !== '') failWith('--selector is incompatible with --applyset');
    if (flags.list('prune-allowlist').length > 0) failWith('--prune-allowlist is incompatible with --applyset');
    return;
  }
  if (!flags.bool('all') && flags.string('selector') === '')
    failWith(
      'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
    );
  if (flags.bool('server-side'))
    failWith("--prune is in alpha and doesn't currently work on objects created by server-side apply");
}

/** An object that is to be pruned. */
export interface Leftover {
  readonly mapping: ServedResource;
  readonly object: JsonObject;
}

/**
 * What earlier applies made and this one no longer holds, in the namespaces that it is about and outside of namespaces
 * (kubectl/pkg/cmd/apply/prune.go, kubectl/pkg/cmd/diff/prune.go).
 */
export function* leftovers(
  k: Invocation,
  wanted: readonly ServedResource[],
  infos: readonly ResourceInfo[],
  applied: readonly JsonObject[],
): Coroutine<readonly Leftover[]> {
  const api = yield* k.api();
  if (wanted.length === 0) yield* k.klog('W', 'prune.go:71', DEPRECATED);
  const mappings =
    wanted.length > 0
      ? wanted
      : DEFAULTS.map(([group, version, kind]) =>
          api.restMapper().forKind(group === '' ? version : `${group}/${version}`, kind),
        ).filter((mapping): mapping is ServedResource => mapping !== undefined);
  const kept = new Set(applied.map((object) => textOf(metadataOf(object).uid)));
  const { enforced, namespace: asked } = k.namespace();
  const visited = infos.filter((info) => info.mapping.namespaced).map((info) => info.namespace);
  const namespaces = [...new Set(enforced ? [...visited, asked] : visited)];
  const visit = [
    ...namespaces
      .sort(compareStrings)
      .flatMap((namespace) => mappings.filter((m) => m.namespaced).map((mapping) => ({ mapping, namespace }))),
    ...mappings.filter((mapping) => !mapping.namespaced).map((mapping) => ({ mapping, namespace: '' })),
  ];
  const found: Leftover[] = [];
  for (const { mapping, namespace } of visit)
    for (const object of yield* listObjects(k, { mapping, namespace }, k.flags.string('selector'), '')) {
      if (stringMapAt(object, 'metadata', 'annotations')[LAST_APPLIED] === undefined) continue;
      if (!kept.has(textOf(metadataOf(object).uid))) found.push({ mapping, object });
    }
  return found;
}

/** Deletes what earlier applies made and this one no longer holds. */
export function* pruneObjects(
  k: Invocation,
  wanted: readonly ServedResource[],
  infos: readonly ResourceInfo[],
  applied: readonly JsonObject[],
  dryRun: DryRun,
): Coroutine<void> {
  for (const leftover of yield* leftovers(k, wanted, infos, applied)) {
    // Each is printed by a printer of its own: nothing stands between documents.
    k.printed.documents = 0;
    yield* deletePruned(k, leftover, dryRun);
  }
}

/** Deletes one object that is no longer applied, and says so. */
export function* deletePruned(k: Invocation, { mapping, object }: Leftover, dryRun: DryRun): Coroutine<void> {
  const api = yield* k.api();
  const gracePeriodSeconds = k.flags.int('grace-period');
  if (dryRun !== 'client')
    yield* api.request({
      ...requestFor(mapping, 'delete', { namespace: namespaceOf(object), name: nameOf(object) }),
      options: {
        propagationPolicy: propagationPolicy(k),
        ...(gracePeriodSeconds >= 0 && { gracePeriodSeconds }),
        ...(dryRun === 'server' ? { dryRun: true } : {}),
      },
    });
  yield* k.out(objectPrinter(k, `pruned${dryRunSuffix(dryRun)}`)(object));
}
