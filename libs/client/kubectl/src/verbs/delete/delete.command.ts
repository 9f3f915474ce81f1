import { readLine, type Coroutine, type JsonObject } from '@seatrial/kernel';
import type { RequestOptions } from '@seatrial/apiserver';
import { groupKindOf } from '../../client/rest-mapper.js';
import { defineVerb } from '../../command/command.js';
import {
  attempt,
  failWith,
  inAggregate,
  visitErrors,
  withSource,
  isNotFound,
  type CommandError,
} from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG, dryRunSuffix } from '../../printers/object-printer.js';
import { filenameOptions } from '../../resource/manifest-source.js';
import { failOnErrors, resolveInfos } from '../../resource/resolve-infos.js';
import { nameOf, type ResourceInfo } from '../../resource/resource-info.js';
import { selectResources } from '../../resource/resource-selection.js';
import { FILENAME_FLAGS, SELECTOR_FLAG } from '../get/get-options.js';
import { rawFromFile } from '../create/raw-from-file.js';
import { DELETE_FLAGS } from './delete-flags.js';
import { deletedText, deletedUid, deleteObject, propagationPolicy, waitUntilGone } from './delete-object.js';

interface DeleteSettings {
  readonly dryRun: DryRun;
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly ignoreNotFound: boolean;
  readonly force: boolean;
  readonly options: RequestOptions;
  readonly gracePeriod: number;
  readonly quiet: boolean;
}

function* settingsOf(k: Invocation): Coroutine<DeleteSettings> {
  const { flags } = k;
  const dryRun = yield* k.dryRun();
  const propagation = propagationPolicy(k);
  const cascade = flags.string('cascade');
  if (cascade === 'true' || cascade === 'false')
    yield* k.err(
      `warning: --cascade=${cascade} is deprecated (boolean value) and can be replaced with --cascade=${cascade === 'true' ? 'background' : 'orphan'}.\n`,
    );
  const force = flags.bool('force');
  let gracePeriod = flags.int('grace-period');
  if (flags.bool('now')) {
    if (gracePeriod !== -1) failWith('--now and --grace-period cannot be specified together');
    gracePeriod = 1;
  }
  if (force && gracePeriod > 0) failWith('--force and --grace-period greater than 0 cannot be specified together');
  let wait = flags.bool('wait');
  if (gracePeriod === 0 && !force) {
    // A grace period of 0 without --force waits for the object to be gone, with 1 second of grace.
    gracePeriod = 1;
    wait = true;
  } else if (gracePeriod < 0 && force) gracePeriod = 0;
  const timeout = flags.durationMs('timeout');
  return {
    dryRun,
    wait: wait && dryRun === 'none',
    timeoutMs: timeout === 0 ? Number.POSITIVE_INFINITY : timeout,
    ignoreNotFound: flags.bool('ignore-not-found'),
    force,
    gracePeriod,
    quiet: false,
    options: {
      propagationPolicy: propagation,
      ...(gracePeriod >= 0 ? { gracePeriodSeconds: gracePeriod } : {}),
      ...(dryRun === 'server' ? { dryRun: true } : {}),
    },
  };
}

function checkFlags(k: Invocation): void {
  const { flags } = k;
  const all = flags.bool('all');
  if (all && flags.string('selector') !== '') failWith("setting 'all' parameter but found a non empty selector. ");
  if (all && flags.string('field-selector') !== '')
    failWith("setting 'all' parameter but found a non empty selector. ");
  const output = flags.string('output');
  if (output !== '' && output !== 'name') failWith(`unexpected -o output mode: ${output}. We only support '-o name'`);
}

/** What is to be deleted, and what could not be found out. */
function* targets(
  k: Invocation,
): Coroutine<{ infos: readonly ResourceInfo[]; errors: readonly CommandError[]; named: boolean }> {
  const { flags } = k;
  const files = filenameOptions(k);
  const labelSelector = flags.string('selector');
  const fieldSelector = flags.string('field-selector');
  const selecting = flags.bool('all') || labelSelector !== '' || fieldSelector !== '';
  if (files.filenames.length > 0 || files.kustomize) {
    const read = yield* resolveInfos(k, { args: k.args, asWritten: true, labelSelector });
    return { ...read, named: true };
  }
  const options = {
    args: k.args,
    labelSelector,
    fieldSelector,
    selectAll: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
  };
  if (selecting) return { ...(yield* resolveInfos(k, options)), named: false };
  const selection = yield* selectResources(k, options);
  const infos = selection.map(({ mapping, namespace, name = '' }) => ({
    mapping,
    namespace,
    name,
    source: '',
    object: {},
  }));
  return { infos, errors: [], named: true };
}

function* confirm(k: Invocation, infos: readonly ResourceInfo[]): Coroutine<boolean> {
  yield* k.out(`You are about to delete the following ${infos.length} resource(s):\n`);
  for (const info of infos) yield* k.out(`${groupKindOf(info.mapping)}/${info.name}\n`);
  yield* k.out('Do you want to continue? (y/N): ');
  const answer = yield* readLine(k.process.stdin);
  return /^\s*(y|yes)\s*$/i.test(answer ?? '');
}

function operationText(settings: DeleteSettings): string {
  const suffix = dryRunSuffix(settings.dryRun);
  if (settings.gracePeriod === 0) return `force deleted${suffix}`;
  return `deleted${suffix}`;
}

function* deleteOne(k: Invocation, info: ResourceInfo, settings: DeleteSettings): Coroutine<JsonObject | undefined> {
  if (info.name === '') failWith('resource name may not be empty');
  if (settings.dryRun === 'client') {
    // Nobody is asked whether the object is there.
    yield* print(k, info, settings);
    return undefined;
  }
  const answer = yield* deleteObject(k, info, settings.options);
  yield* print(k, info, settings);
  return answer;
}

function* print(k: Invocation, info: ResourceInfo, settings: DeleteSettings): Coroutine<void> {
  const name = info.name || nameOf(info.object);
  if (k.flags.string('output') === 'name') yield* k.out(`${groupKindOf(info.mapping)}/${name}\n`);
  else yield* k.out(deletedText(info, operationText(settings)));
}

function* waitAll(
  k: Invocation,
  deleted: readonly { info: ResourceInfo; uid: string }[],
  settings: DeleteSettings,
): Coroutine<void> {
  const end = k.now() + settings.timeoutMs;
  for (const { info, uid } of deleted) {
    const gone = yield* waitUntilGone(k, info, uid, end - k.now());
    if (!gone) failWith(`timed out waiting for the condition on ${info.mapping.resource}/${info.name}`);
  }
}

function* run(k: Invocation): Coroutine<number> {
  if (k.flags.string('raw') !== '') return yield* rawFromFile(k, 'DELETE', k.flags.string('raw'));
  checkFlags(k);
  const settings = yield* settingsOf(k);
  const { infos, errors, named } = yield* targets(k);
  if (settings.force && settings.gracePeriod === 0 && settings.dryRun === 'none' && infos.length > 0)
    yield* k.err(
      'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
    );
  if (k.flags.bool('interactive') && infos.length > 0 && !(yield* confirm(k, infos))) {
    yield* k.out('deletion is cancelled\n');
    return 0;
  }
  const ignore = settings.ignoreNotFound || !named;
  const all: CommandError[] = [];
  let ignored = 0;
  const deleted: { info: ResourceInfo; uid: string }[] = [];
  let warnClusterScope = k.namespace().enforced && !k.flags.bool('all-namespaces');
  for (const info of infos) {
    if (warnClusterScope && !info.mapping.namespaced) {
      yield* k.err('Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n');
      warnClusterScope = false;
    }
    const done = yield* attempt(deleteOne(k, info, settings));
    if ('value' in done) {
      if (done.value) deleted.push({ info, uid: deletedUid(done.value) });
    } else {
      const rest = done.failure.errors.filter((error) => !(ignore && isNotFound(error)));
      all.push(...rest.map((error) => withSource(error, 'deleting', info.source)));
      ignored += done.failure.errors.length - rest.length;
    }
  }
  const together = visitErrors(all, errors);
  if (infos.length === 0 && together.length === 0) {
    yield* k.out('No resources found\n');
    return 0;
  }
  // What is left of several errors is still told as one of several.
  failOnErrors(together.map((error) => inAggregate(error, together.length + ignored)));
  if (settings.wait) yield* waitAll(k, deleted, settings);
  return 0;
}

/** `kubectl delete` (k8s.io/kubectl/pkg/cmd/delete). */
export const deleteCommand = defineVerb({
  name: 'delete',
  suggestFor: ['rm'],
  usage: '([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])',
  short: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
  flags: [
    ...FILENAME_FLAGS,
    SELECTOR_FLAG,
    DRY_RUN_FLAG,
    ...DELETE_FLAGS,
    boolFlag('all', 'Delete all resources, in the namespace of the specified resource types.'),
    boolFlag('all-namespaces', 'If present, list the requested object(s) across all namespaces.', { shorthand: 'A' }),
    stringFlag('field-selector', 'Selector (field query) to filter on.'),
    boolFlag('ignore-not-found', 'Treat "resource not found" as a successful delete.'),
    boolFlag('interactive', 'If true, delete resource only when user confirms.', { shorthand: 'i' }),
    boolFlag('now', 'If true, resources are signaled for immediate shutdown (same as --grace-period=1).'),
    stringFlag('output', 'Output mode. Use "-o name" for shorter output (resource/name).', { shorthand: 'o' }),
    stringFlag('raw', 'Raw URI to DELETE to the server.'),
  ],
  run,
});
