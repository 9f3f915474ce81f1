import { RECORD_FLAG, recordAfterwards } from '../../command/record.js';
import { sleep, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { requestFor } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { boolFlag, durationFlag, intFlag, stringFlag } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG, outputFormat, PRINT_FLAGS, printResult, requirePrinter } from '../../printers/object-printer.js';
import { failOnErrors, fetchObject, resolveInfos } from '../../resource/resolve-infos.js';
import { metadataOf, objectAt, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import { FILENAME_FLAGS, SELECTOR_FLAG } from '../get/get-options.js';
import { requireFlags } from '../create/required-flags.js';

interface Preconditions {
  readonly replicas: number;
  readonly resourceVersion: string;
}

function* scaleSubresource(k: Invocation, info: ResourceInfo): Coroutine<JsonObject> {
  return yield* fetchObject(k, info.mapping, info.namespace, info.name, 'scale');
}

function* setReplicas(
  k: Invocation,
  info: ResourceInfo,
  replicas: number,
  dryRun: DryRun,
  preconditions: Preconditions,
): Coroutine<void> {
  const api = yield* k.api();
  const options = dryRun === 'server' ? { dryRun: true } : {};
  const target = {
    ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
    subresource: 'scale',
  };
  if (preconditions.replicas < 0 && preconditions.resourceVersion === '') {
    yield* api.request({
      ...target,
      patchType: 'merge',
      body: { spec: { replicas } },
      options: { ...options, fieldManager: 'kubectl' },
    });
    return;
  }
  const scale = yield* scaleSubresource(k, info);
  const current = Number(objectAt(scale, 'spec')?.replicas ?? 0);
  const version = textOf(metadataOf(scale).resourceVersion);
  if (preconditions.replicas >= 0 && current !== preconditions.replicas)
    failWith(`Expected replicas to be ${preconditions.replicas}, was ${current}`);
  if (preconditions.resourceVersion !== '' && preconditions.resourceVersion !== version)
    failWith(`Expected resource version to be ${preconditions.resourceVersion}, was ${version}`);
  yield* api.request({
    ...target,
    verb: 'update',
    body: { ...scale, spec: { ...objectAt(scale, 'spec'), replicas } },
    options: { ...options, fieldManager: 'kubectl' },
  });
}

function* waitForReplicas(k: Invocation, info: ResourceInfo, replicas: number): Coroutine<void> {
  const end = k.now() + k.flags.durationMs('timeout');
  for (;;) {
    const scale = yield* scaleSubresource(k, info);
    if (Number(objectAt(scale, 'status')?.replicas ?? 0) === replicas) return;
    if (k.now() >= end) failWith(`timed out waiting for ${JSON.stringify(info.name)} to be synced`);
    yield* sleep(100);
  }
}

function* scaleOne(k: Invocation, info: ResourceInfo, dryRun: DryRun): Coroutine<void> {
  const replicas = k.flags.int('replicas');
  const preconditions = {
    replicas: k.flags.int('current-replicas'),
    resourceVersion: k.flags.string('resource-version'),
  };
  if (dryRun !== 'client') {
    yield* setReplicas(k, info, replicas, dryRun, preconditions);
    if (dryRun === 'none') yield* recordAfterwards(k, info);
    if (k.flags.durationMs('timeout') > 0) yield* waitForReplicas(k, info, replicas);
  }
  const object =
    outputFormat(k) !== '' && outputFormat(k) !== 'name' && dryRun === 'none'
      ? yield* fetchObject(k, info.mapping, info.namespace, info.name)
      : info.object;
  yield* printResult(k, object, 'scaled', dryRun);
}

/** `kubectl scale`. */
export const scaleCommand = defineVerb({
  name: 'scale',
  usage: '[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
  short: 'Set a new size for a deployment, replica set, or replication controller',
  flags: [
    ...FILENAME_FLAGS,
    ...PRINT_FLAGS,
    SELECTOR_FLAG,
    DRY_RUN_FLAG,
    RECORD_FLAG,
    boolFlag('all', 'Select all resources in the namespace of the specified resource types'),
    intFlag('current-replicas', 'Precondition for current size.', { default: '-1' }),
    intFlag('replicas', 'The new desired number of replicas. Required.'),
    stringFlag('resource-version', 'Precondition for resource version.'),
    durationFlag('timeout', 'The length of time to wait before giving up on a scale operation.', { default: '0s' }),
  ],
  *run(k) {
    requireFlags(k, 'replicas');
    const dryRun = yield* k.dryRun();
    requirePrinter(k);
    if (k.flags.int('replicas') < 0)
      failWith('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
    if (k.flags.int('current-replicas') < -1)
      failWith('The --current-replicas must specify an integer of -1 or greater');
    const { infos, errors } = yield* resolveInfos(k, {
      args: k.args,
      asWritten: true,
      labelSelector: k.flags.string('selector'),
      allowEmptySelector: k.flags.bool('all'),
    });
    if (infos.length > 1 && k.flags.string('resource-version') !== '')
      failWith('cannot use --resource-version with multiple resources');
    // The first that cannot be scaled ends the command; what could not be found does so after the others.
    for (const info of infos) yield* scaleOne(k, info, dryRun);
    if (infos.length + errors.length === 0) failWith('no objects passed to scale');
    failOnErrors(errors);
    return 0;
  },
});
