import { deepClone, isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import { requestFor } from '../../client/api-connection.js';
import { groupResourceOf } from '../../client/rest-mapper.js';
import { defineVerb, type VerbDefinition } from '../../command/command.js';
import { attempt, plainMessage, textError, type CommandError } from '../../command/failure.js';
import { stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { newPrinter, PRINT_FLAGS, printTyped } from '../../printers/object-printer.js';
import { failOnErrors } from '../../resource/resolve-infos.js';
import { objectAt, type ResourceInfo } from '../../resource/resource-info.js';
import { twoWayPatch } from '../../resource/strategic-schema.js';
import { FILENAME_FLAGS, SELECTOR_FLAG } from '../get/get-options.js';
import { requireResource } from './rollout-history.command.js';
import { rolledOut } from './rollout-kinds.js';

/** What pause, resume and restart differ in; `change` says why it cannot be done, if it cannot. */
interface RolloutChange {
  readonly name: string;
  readonly short: string;
  readonly operation: string;
  readonly change: (object: JsonObject, kind: string, now: number) => string | undefined;
}

const isPaused = (object: JsonObject): boolean => objectAt(object, 'spec')?.paused === true;

function pause(object: JsonObject, kind: string): string | undefined {
  if (kind !== 'Deployment') return 'pausing is not supported';
  if (isPaused(object)) return 'is already paused';
  if (isJsonObject(object.spec)) object.spec.paused = true;
  return undefined;
}

function resume(object: JsonObject, kind: string): string | undefined {
  if (kind !== 'Deployment') return 'resuming is not supported';
  if (!isPaused(object)) return 'is not paused';
  if (isJsonObject(object.spec)) object.spec.paused = false;
  return undefined;
}

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

function restart(object: JsonObject, kind: string, now: number): string | undefined {
  if (!['Deployment', 'DaemonSet', 'StatefulSet'].includes(kind)) return 'restarting is not supported';
  if (isPaused(object)) return "can't restart paused deployment (run rollout resume first)";
  const template = objectAt(object, 'spec', 'template');
  if (!template) return 'restarting is not supported';
  const metadata = isJsonObject(template.metadata) ? template.metadata : {};
  const annotations = isJsonObject(metadata.annotations) ? metadata.annotations : {};
  template.metadata = { ...metadata, annotations: { ...annotations, [RESTARTED_AT]: formatTime(now) } };
  return undefined;
}

const errorFor = (info: ResourceInfo, text: string): CommandError =>
  textError(`error: ${groupResourceOf(info.mapping)} "${info.name}" ${text}`);

function* changeOne(k: Invocation, info: ResourceInfo, verb: RolloutChange): Coroutine<CommandError | undefined> {
  const after = deepClone(info.object);
  const problem = verb.change(after, info.mapping.kind, k.now());
  if (problem !== undefined) return errorFor(info, problem);
  const patch = twoWayPatch(info.mapping, info.object, after);
  if (!patch.ok || Object.keys(patch.value.patch).length === 0)
    return textError(
      `failed to create patch for ${info.name}: if ${verb.name} has already been triggered within the past second, please wait before attempting to trigger another`,
    );
  const api = yield* k.api();
  const sent = yield* attempt(
    api.request({
      ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
      patchType: patch.value.type,
      body: patch.value.patch,
      options: { fieldManager: k.flags.string('field-manager') || 'kubectl-rollout' },
    }),
  );
  if ('failure' in sent) return textError(`failed to patch: ${plainMessage(sent.failure.errors[0])}`);
  newPrinter(k);
  yield* printTyped(k, sent.value, verb.operation);
  return undefined;
}

function changeVerb(verb: RolloutChange): VerbDefinition {
  return defineVerb({
    name: verb.name,
    usage: 'RESOURCE',
    short: verb.short,
    flags: [
      ...FILENAME_FLAGS,
      ...PRINT_FLAGS,
      SELECTOR_FLAG,
      stringFlag('field-manager', 'Name of the manager used to track field ownership.', { default: 'kubectl-rollout' }),
    ],
    *run(k) {
      requireResource(k);
      const { infos, errors } = yield* rolledOut(k);
      const all: CommandError[] = [...errors];
      for (const info of infos) {
        const failed = yield* changeOne(k, info, verb);
        if (failed) all.push(failed);
      }
      failOnErrors(all);
      if (infos.length === 0) yield* k.err(`No resources found in ${k.namespace().namespace} namespace.\n`);
      return 0;
    },
  });
}

/** `kubectl rollout pause`. */
export const rolloutPauseCommand = changeVerb({
  name: 'pause',
  short: 'Mark the provided resource as paused',
  operation: 'paused',
  change: pause,
});
/** `kubectl rollout resume`. */
export const rolloutResumeCommand = changeVerb({
  name: 'resume',
  short: 'Resume a paused resource',
  operation: 'resumed',
  change: resume,
});
/** `kubectl rollout restart`. */
export const rolloutRestartCommand = changeVerb({
  name: 'restart',
  short: 'Restart a resource',
  operation: 'restarted',
  change: restart,
});
