import { compareStrings, isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { toYaml } from '@seatrial/manifest';
import { runCommand, unifiedHunks } from '@seatrial/shell';
import { requestFor } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import { attempt, CommandFailure, failWith } from '../../command/failure.js';
import { boolFlag, intFlag, stringArrayFlag, stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { withoutManagedFields } from '../../printers/object-printer.js';
import { manifestObjects } from '../../resource/manifest-objects.js';
import { filenameOptions, requireFilename } from '../../resource/manifest-source.js';
import { failOnErrors, fetchObject } from '../../resource/resolve-infos.js';
import { nameOf, namespaceOf, type ResourceInfo } from '../../resource/resource-info.js';
import { createObject, modifiedConfiguration } from '../../resource/write-object.js';
import { FILENAME_FLAGS, SELECTOR_FLAG } from '../get/get-options.js';
import { patchOf } from '../apply/client-side-apply.js';
import { leftovers, pruneAllowlist } from '../apply/prune.js';
import { maskSecrets } from './masked-secret.js';

/** Exit statuses: 1 says that there are differences, more than 1 that something failed. */
const FAILED = 2;

function* liveObject(k: Invocation, info: ResourceInfo): Coroutine<JsonObject | undefined> {
  const fetched = yield* attempt(fetchObject(k, info.mapping, info.namespace, info.name));
  if ('value' in fetched) return fetched.value;
  const [error] = fetched.failure.errors;
  if (error.type === 'status' && error.status.reason === 'NotFound') return undefined;
  throw fetched.failure;
}

/** A patch that holds for one version of the object only (addResourceVersion). */
function atVersion(patch: JsonObject, { metadata }: JsonObject): JsonObject {
  const { resourceVersion = '' } = isJsonObject(metadata) ? metadata : {};
  return { ...patch, metadata: { ...(isJsonObject(patch.metadata) ? patch.metadata : {}), resourceVersion } };
}

/** What the object would be after `apply`, as the server answers to a dry run. */
function* mergedObject(k: Invocation, info: ResourceInfo, live: JsonObject | undefined): Coroutine<JsonObject> {
  const api = yield* k.api();
  const patchRequest = requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name });
  if (k.flags.bool('server-side')) {
    return yield* api.request({
      ...patchRequest,
      patchType: 'apply',
      body: info.object,
      options: {
        dryRun: true,
        force: k.flags.bool('force-conflicts'),
        fieldManager: k.flags.string('field-manager') || 'kubectl',
      },
    });
  }
  if (!live)
    return yield* createObject(k, info.mapping, info.namespace, info.object, {
      dryRun: true,
      fieldManager: 'kubectl-client-side-apply',
    });
  const { type, patch } = yield* patchOf(k, info, modifiedConfiguration(info.object, false), live);
  if (Object.keys(patch).length === 0) return live;
  return yield* api.request({
    ...patchRequest,
    patchType: type,
    body: atVersion(patch, live),
    options: { dryRun: true, fieldManager: 'kubectl-client-side-apply' },
  });
}

/** schema.GroupVersionKind as text: `apps/v1, Kind=Deployment`. */
const groupVersionKindText = ({ mapping: { group, version, kind } }: ResourceInfo): string =>
  `${group}/${version}, Kind=${kind}`;

interface Version {
  readonly file: string;
  readonly live: string;
  readonly merged: string;
  readonly object?: JsonObject | undefined;
}

/** What --prune would delete, whole. */
function* prunedVersions(
  k: Invocation,
  infos: readonly ResourceInfo[],
  live: readonly JsonObject[],
): Coroutine<readonly Version[]> {
  const found = yield* leftovers(k, yield* pruneAllowlist(k), infos, live);
  return found.map(({ mapping, object }) => {
    const name = fileName({ mapping, namespace: namespaceOf(object), name: nameOf(object) });
    return { file: name, live: toYaml(object), merged: '' };
  });
}

const fileName = ({ mapping, namespace, name }: Pick<ResourceInfo, 'mapping' | 'name' | 'namespace'>): string =>
  `${mapping.group === '' ? '' : `${mapping.group}.`}${mapping.version}.${mapping.kind}.${namespace}.${name}`;

function* versionsOf(k: Invocation, info: ResourceInfo): Coroutine<Version> {
  const keep = k.flags.bool('show-managed-fields');
  const clean = (object: JsonObject | undefined): JsonObject | undefined =>
    object === undefined || keep ? object : withoutManagedFields(object);
  const live = yield* liveObject(k, info);
  const answer = yield* attempt(mergedObject(k, info, live));
  if ('failure' in answer) {
    const [error] = answer.failure.errors;
    // After three more tries (differ.Diff).
    if (error.type === 'status' && error.status.reason === 'Conflict')
      yield* k.klog(
        'W',
        'diff.go:721',
        `Object (${groupVersionKindText(info)}: ${info.name}) keeps changing, diffing without lock`,
      );
    throw answer.failure;
  }
  const merged = answer.value;
  const [before, after] = maskSecrets(clean(live), clean(merged));
  // A Secret that is not there yet is printed all the same.
  const isSecret = info.mapping.group === '' && info.mapping.kind === 'Secret';
  const file = fileName(info);
  const nothing = isSecret ? 'null\n' : '';
  return { file, live: before ? toYaml(before) : nothing, merged: after ? toYaml(after) : '', object: live };
}

const stamp = (ms: number): string => `${new Date(ms).toISOString().replace('T', ' ').replace('Z', '')}000000 +0000`;

function* builtInDiff(k: Invocation, versions: readonly Version[], from: string, to: string): Coroutine<number> {
  let differs = false;
  // diff goes through folders by file name.
  const last = new Map(versions.map((version) => [version.file, version]));
  for (const { file, live, merged } of [...last.values()].sort((a, b) => compareStrings(a.file, b.file))) {
    const hunks = unifiedHunks(live, merged);
    if (hunks === '') continue;
    differs = true;
    const time = stamp(k.now());
    yield* k.out(
      `diff -u -N ${from}/${file} ${to}/${file}\n--- ${from}/${file}\t${time}\n+++ ${to}/${file}\t${time}\n${hunks}`,
    );
  }
  return differs ? 1 : 0;
}

/** Runs $KUBECTL_EXTERNAL_DIFF on two folders of files. */
function* externalDiff(
  k: Invocation,
  command: string,
  versions: readonly Version[],
  from: string,
  to: string,
): Coroutine<number> {
  const { files } = k.process.machine;
  for (const directory of [from, to]) files.makeDirectories(directory);
  for (const { file, live, merged } of versions) {
    if (live !== '') files.writeFile(`${from}/${file}`, live);
    if (merged !== '') files.writeFile(`${to}/${file}`, merged);
  }
  const words = command.split(' ').filter((word, index) => index === 0 || /^-{0,2}[\w=.+-]*$/.test(word));
  const ended = yield* runCommand(k.process, [...words, from, to]);
  for (const directory of [from, to]) files.remove(directory, true);
  if (!ended.ok) failWith(`failed to run ${JSON.stringify(words[0])}: executable file not found in $PATH`, FAILED);
  return ended.value.code;
}

function* run(k: Invocation): Coroutine<number> {
  if (k.args.length > 0) k.usageError(`Unexpected args: [${k.args.join(' ')}]`);
  requireFilename(k);
  k.namespace();
  const { infos, errors, before } = yield* manifestObjects(k, {
    ...filenameOptions(k),
    labelSelector: k.flags.string('selector'),
  });
  const versions: Version[] = [];
  // The first error ends it.
  for (const info of infos.slice(0, before)) versions.push(yield* versionsOf(k, info));
  failOnErrors(errors.slice(0, 1));
  if (k.flags.bool('prune')) {
    const live = versions.flatMap(({ object }) => (object === undefined ? [] : [object]));
    versions.push(...(yield* prunedVersions(k, infos, live)));
  }
  const random = k.process.machine.simulation.random.split(`diff/${k.now()}/${k.pid}`);
  const from = `/tmp/LIVE-${random.below(4_000_000_000)}`;
  const to = `/tmp/MERGED-${random.below(4_000_000_000)}`;
  const external = k.process.env.get('KUBECTL_EXTERNAL_DIFF') ?? '';
  return external === ''
    ? yield* builtInDiff(k, versions, from, to)
    : yield* externalDiff(k, external, versions, from, to);
}

/** `kubectl diff`. */
export const diffCommand = defineVerb({
  name: 'diff',
  usage: '-f FILENAME',
  short: 'Diff the live version against a would-be applied version',
  flags: [
    ...FILENAME_FLAGS,
    SELECTOR_FLAG,
    intFlag('concurrency', 'Number of objects to process in parallel.', { default: '1' }),
    stringFlag('field-manager', 'Name of the manager used to track field ownership.'),
    boolFlag('force-conflicts', 'If true, server-side apply will force the changes against conflicts.'),
    boolFlag('prune', 'Include resources that would be deleted by pruning.'),
    stringArrayFlag('prune-allowlist', 'Overwrite the default allowlist with <group/version/kind> for --prune'),
    boolFlag('server-side', 'If true, apply runs in the server instead of the client.'),
    boolFlag('show-managed-fields', 'If true, include managed fields in the diff.'),
  ],
  *run(k) {
    const done = yield* attempt(run(k));
    if ('value' in done) return done.value;
    throw new CommandFailure(done.failure.errors, FAILED);
  },
});
