import { RECORD_FLAG, recorded } from '../../command/record.js';
import { deepClone, isJsonObject, jsonEqual, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { requestFor } from '../../client/api-connection.js';
import { attempt, failWith, plainMessage, textError, type CommandError } from '../../command/failure.js';
import { boolFlag, stringFlag, type FlagDefinition } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG, PRINT_FLAGS, printTyped } from '../../printers/object-printer.js';
import { twoWayPatch } from '../../resource/strategic-schema.js';
import { listAt, objectAt, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import { FILENAME_FLAGS, SELECTOR_FLAG } from '../get/get-options.js';

/** The flags of every `set` verb but those that say which objects. */
export const SET_OBJECT_FLAGS: readonly FlagDefinition[] = [
  ...PRINT_FLAGS,
  DRY_RUN_FLAG,
  RECORD_FLAG,
  boolFlag('all', 'Select all resources, in the namespace of the specified resource types'),
  stringFlag('field-manager', 'Name of the manager used to track field ownership.', { default: 'kubectl-set' }),
  boolFlag('local', 'If true, the command will NOT contact api-server but run locally.'),
];

export const SET_FLAGS: readonly FlagDefinition[] = [...FILENAME_FLAGS, SELECTOR_FLAG, ...SET_OBJECT_FLAGS];

/** Where each kind keeps its pod spec (polymorphichelpers UpdatePodSpecForObject); undefined for kinds without one. */
export function podSpecOf(object: JsonObject): JsonObject | undefined {
  switch (textOf(object.kind)) {
    case 'Pod':
      return objectAt(object, 'spec');
    case 'CronJob':
      return objectAt(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec');
    case 'Deployment':
    case 'DaemonSet':
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'StatefulSet':
    case 'Job':
      return objectAt(object, 'spec', 'template', 'spec');
    default:
      return undefined;
  }
}

/** How errors name an object: files that no server was asked about go by their kind (resource.Info.ObjectName). */
export function objectName(k: Invocation, { mapping, name }: ResourceInfo): string {
  if (!k.flags.bool('local')) return `${mapping.resource}/${name}`;
  return mapping.group === ''
    ? `${mapping.kind.toLowerCase()}/${name}`
    : `${mapping.kind.toLowerCase()}.${mapping.group}/${name}\n`;
}

/** What `set` verbs check before they look anything up: flags that do not go together, resources beside --local. */
export function checkLocal(k: Invocation, resources: readonly string[]): void {
  if (k.flags.bool('local') && resources.length > 0)
    failWith(
      "error: you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
    );
}

/** What `set` verbs check after they looked the objects up. */
export function checkSetFlags(k: Invocation, dryRun: DryRun): void {
  if (k.flags.bool('local') && dryRun === 'server')
    failWith('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  if (k.flags.bool('all') && k.flags.string('selector') !== '')
    failWith('cannot set --all and --selector at the same time');
}

/** What is said of an object without a pod template; the texts of patches end their own lines. */
export const notAPod = (k: Invocation, info: ResourceInfo): string =>
  `error: ${objectName(k, info)} the object is not a pod or does not have a pod template: *${info.mapping.version}.${info.mapping.kind}\n`;

/** The containers of a pod spec, then its init containers, whose names a pattern with `*` matches. */
export function selectContainers(spec: JsonObject, pattern: string): JsonObject[] {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const matches = new RegExp(`^${parts.join('.*')}$`);
  return ['containers', 'initContainers']
    .flatMap((list) => listAt(spec, list))
    .filter(isJsonObject)
    .filter((container) => pattern === '*' || matches.test(textOf(container.name)));
}

/** A change that a `set` verb makes to a mutable copy; errors are what it cannot do. */
export type Change = (object: JsonObject, info: ResourceInfo) => readonly CommandError[];

export interface SetVerb {
  /** `image`: `failed to patch image update to pod template: …`. */
  readonly what: string;
  /** `image updated`. */
  readonly operation: string;
  readonly dryRun: DryRun;
}

const failedPatch = (what: string): string =>
  what === 'serviceaccount'
    ? 'failed to patch ServiceAccountName'
    : `failed to patch ${what} update to pod template${what === 'resources' ? '' : ':'}`;

/** Makes a change to every object and sends what differs; objects without a difference stay unmentioned. */
export function* changeAll(
  k: Invocation,
  infos: readonly ResourceInfo[],
  verb: SetVerb,
  change: Change,
): Coroutine<CommandError[]> {
  const errors: CommandError[] = [];
  for (const info of infos) {
    const after = deepClone(info.object);
    const problems = change(after, info);
    if (problems.length > 0) {
      errors.push(...problems);
      continue;
    }
    const done = yield* attempt(send(k, info, recorded(k, after), verb));
    if ('failure' in done)
      errors.push(...done.failure.errors.map((error) => textError(`${failedPatch(verb.what)} ${plainMessage(error)}`)));
  }
  return errors;
}

function* send(k: Invocation, info: ResourceInfo, after: JsonObject, verb: SetVerb): Coroutine<void> {
  const same = jsonEqual(info.object, after);
  if (same && verb.what !== 'serviceaccount') return;
  if (verb.dryRun === 'client' || k.flags.bool('local') || same) {
    yield* printTyped(k, after, verb.operation, verb.dryRun);
    return;
  }
  const patch = twoWayPatch(info.mapping, info.object, after);
  if (!patch.ok || Object.keys(patch.value.patch).length === 0) return;
  const api = yield* k.api();
  const result = yield* api.request({
    ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
    patchType: patch.value.type,
    body: patch.value.patch,
    options: {
      fieldManager: k.flags.string('field-manager') || 'kubectl-set',
      ...(verb.dryRun === 'server' ? { dryRun: true } : {}),
    },
  });
  yield* printTyped(k, result, verb.operation, verb.dryRun);
}
