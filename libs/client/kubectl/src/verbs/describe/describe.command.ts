import type { KubeObject, Status } from '@seatrial/apiserver';
import { fail, ok, type Coroutine, type Result } from '@seatrial/kernel';
import { requestFor } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import {
  asOne,
  attempt,
  failWith,
  plainMessage,
  isNotFound,
  statusError,
  type CommandError,
  type CommandFailure,
} from '../../command/failure.js';
import { boolFlag, intFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { createDescribeContext, eventsNamed, type DescribeContext } from '../../describe/describe-context.js';
import { describeObject } from '../../describe/describers.js';
import { writeEvents } from '../../describe/event-lines.js';
import { DescriptionWriter } from '../../describe/tabbed-text.js';
import { failOnErrors, listObjects, resolveInfos } from '../../resource/resolve-infos.js';
import { nameOf, type ResourceInfo } from '../../resource/resource-info.js';
import { selectResources } from '../../resource/resource-selection.js';
import { FILENAME_FLAGS, SELECTOR_FLAG } from '../get/get-options.js';

/** Two arguments of which something could not be found: the second may be the beginning of names. */
const mayBePrefix = ({ args }: Invocation, errors: readonly CommandError[]): boolean =>
  args.length === 2 && errors.length === 1 && isNotFound(errors[0]);

/** Objects whose names begin with what could not be found (describe.go DescribeMatchingResources). */
function* matchingPrefix(k: Invocation, errors: readonly CommandError[]): Coroutine<readonly ResourceInfo[]> {
  if (!mayBePrefix(k, errors)) return [];
  const [type, prefix] = k.args;
  const [selected] = yield* selectResources(k, { args: [type], allowEmptySelector: true, singleResourceType: true });
  const { mapping, namespace } = selected;
  const objects = yield* listObjects(k, { mapping, namespace }, '', '');
  return objects
    .filter((object) => nameOf(object).startsWith(prefix))
    .map((object) => ({ mapping, namespace, name: nameOf(object), source: '', object }));
}

/** Errors of what could not be found come as a list in a list, which loses `error: `. */
const nested = (error: CommandError): CommandError => (error.type === 'text' ? { ...error, bare: true } : error);

/** A pod that is gone is described by its events (describe.go PodDescriber). */
function describeLost(info: ResourceInfo, failure: CommandFailure, context: DescribeContext): Result<string, Status> {
  const [error] = failure.errors;
  if (error.type !== 'status') throw failure;
  const { mapping, name, namespace } = info;
  const events = mapping.kind === 'Pod' && context.showEvents ? eventsNamed(context, namespace, name) : [];
  if (events.length === 0) return fail(error.status);
  const w = new DescriptionWriter();
  w.write(0, `Pod '${name}': error '${error.status.message}', but found events.\n`);
  writeEvents(w, events, context.now);
  return ok(w.text());
}

/** `kubectl describe`. */
export const describeCommand = defineVerb({
  name: 'describe',
  usage: '(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  short: 'Show details of a specific resource or group of resources',
  flags: [
    ...FILENAME_FLAGS,
    SELECTOR_FLAG,
    boolFlag('all-namespaces', 'If present, list the requested object(s) across all namespaces.', { shorthand: 'A' }),
    intFlag('chunk-size', 'Return large lists in chunks rather than all at once.', { default: '500' }),
    boolFlag('show-events', 'If true, display events related to the described object.', { default: 'true' }),
  ],
  *run(k) {
    const { flags } = k;
    if (k.args.length === 0 && flags.list('filename').length === 0 && flags.string('kustomize') === '')
      failWith(
        'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.\n',
      );
    const fromFiles = k.args.length === 0;
    const resolved = yield* resolveInfos(k, {
      asWritten: true,
      args: k.args,
      labelSelector: flags.string('selector'),
      allNamespaces: flags.bool('all-namespaces'),
      allowEmptySelector: true,
    });
    const matches = yield* matchingPrefix(k, resolved.errors);
    // What was found beside it is not described then.
    const infos = mayBePrefix(k, resolved.errors) ? matches : resolved.infos;
    const errors: CommandError[] = [];
    const missed = matches.length > 0 ? [] : resolved.errors.map(nested);
    let first = true;
    const api = yield* k.api();
    for (const info of infos) {
      const context = createDescribeContext({
        server: api.server,
        user: api.user,
        now: k.now(),
        showEvents: flags.bool('show-events'),
      });
      yield* api.roundTrip();
      const { mapping, namespace, name } = info;
      const current = fromFiles
        ? yield* attempt(api.request(requestFor(mapping, 'get', { namespace, name })))
        : undefined;
      const text =
        current && 'failure' in current
          ? describeLost(info, current.failure, context)
          : describeObject((current?.value ?? info.object) as unknown as KubeObject, context);
      if (!text.ok) {
        const error = statusError(text.error);
        if (![...missed, ...errors].some((other) => plainMessage(other) === plainMessage(error))) errors.push(error);
        continue;
      }
      if (matches.length > 0) yield* k.out(`${text.value}\n`);
      else yield* k.out(first ? text.value : `\n\n${text.value}`);
      first = false;
    }
    failOnErrors(errors.length > 0 && fromFiles ? [...asOne(missed), ...errors] : [...missed, ...errors]);
    if (first) {
      const where = flags.bool('all-namespaces') ? '' : ` in ${k.namespace().namespace} namespace.`;
      yield* k.err(`No resources found${where}\n`);
    }
    return 0;
  },
});
