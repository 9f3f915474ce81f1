import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { attempt, CommandFailure, failWith, inAggregate, textError, type CommandError } from '../../command/failure.js';
import { boolFlag, durationFlag, intFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { failOnErrors } from '../../resource/resolve-infos.js';
import type { ResourceInfo } from '../../resource/resource-info.js';
import { FILENAME_FLAGS, SELECTOR_FLAG } from '../get/get-options.js';
import { openWatch } from '../get/get-watch.js';
import { requireResource } from './rollout-history.command.js';
import { groupKindText, rolledOut } from './rollout-kinds.js';
import { rolloutStatus } from './rollout-status.js';

/** Prints a state; true when there is nothing more to wait for. */
function* report(k: Invocation, info: ResourceInfo, object: JsonObject): Coroutine<boolean> {
  const status = rolloutStatus(info.mapping.kind, object, k.flags.int('revision'));
  if (!status) failWith(`no status viewer has been implemented for ${groupKindText(info.mapping)}`);
  if ('error' in status) failWith(status.error);
  yield* k.out(status.message);
  return status.done;
}

function* follow(k: Invocation, info: ResourceInfo): Coroutine<void> {
  const timeout = k.flags.durationMs('timeout');
  const end = timeout === 0 ? Number.POSITIVE_INFINITY : k.now() + timeout;
  const { stream, stop } = yield* openWatch(
    k,
    { mapping: info.mapping, namespace: info.namespace, name: info.name },
    {},
  );
  try {
    for (;;) {
      const left = end - k.now();
      const event = yield* stream.next(Number.isFinite(left) ? Math.max(0, left) : undefined);
      if (!event) failWith('timed out waiting for the condition');
      if (event.type === 'DELETED') failWith('object has been deleted');
      const finished = yield* report(k, info, event.object as unknown as JsonObject);
      if (finished || !k.flags.bool('watch')) return;
    }
  } finally {
    stop();
  }
}

/** `kubectl rollout status`. */
export const rolloutStatusCommand = defineVerb({
  name: 'status',
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  short: 'Show the status of the rollout',
  flags: [
    ...FILENAME_FLAGS,
    SELECTOR_FLAG,
    intFlag('revision', 'Pin to a specific revision for showing its status.'),
    durationFlag('timeout', 'The length of time to wait before ending watch, zero means never.', { default: '0s' }),
    boolFlag('watch', 'Watch the status of the rollout until it is done.', { shorthand: 'w', default: 'true' }),
  ],
  *run(k) {
    requireResource(k);
    if (k.flags.int('revision') < 0) failWith(`revision must be a positive integer: ${k.flags.int('revision')}`);
    const { infos, errors } = yield* rolledOut(k);
    const all: CommandError[] = [...errors];
    for (const info of infos) {
      const known = rolloutStatus(info.mapping.kind, info.object, 0);
      const text = `no status viewer has been implemented for ${groupKindText(info.mapping)}`;
      const done = known ? yield* attempt(follow(k, info)) : { failure: new CommandFailure([textError(text)]) };
      if ('failure' in done) all.push(...done.failure.errors.map((error) => inAggregate(error, infos.length)));
    }
    failOnErrors(all);
    if (infos.length === 0) yield* k.err(`No resources found in ${k.namespace().namespace} namespace.\n`);
    return 0;
  },
});
