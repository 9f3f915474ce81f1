import type { Pod, PodLogOptions } from '@seatrial/apiserver';
import { Condition, waitFor, type Coroutine, type Input, type JsonObject } from '@seatrial/kernel';
import { goQuote, parseTime } from '@seatrial/schema';
import { defineVerb } from '../../command/command.js';
import { attempt, failWith, plainMessage } from '../../command/failure.js';
import { boolFlag, durationFlag, intFlag, stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { fetchObject, listObjects } from '../../resource/resolve-infos.js';
import { mappingFor } from '../../resource/resource-selection.js';
import {
  compareForLogs,
  containerNames,
  defaultContainer,
  firstPod,
  noPodSelector,
  podSelectorOf,
  podRunningTimeout,
} from './choose-pod.js';
import { copyLog, openLog } from '../logs/print-log.js';

/** How long `logs deploy/x` waits for a pod. */

const USAGE =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";

/** One container's log to print. */
interface LogSource {
  readonly pod: Pod;
  readonly container: string;
}

type LogQuery = Omit<PodLogOptions, 'container'>;

function queryOf(k: Invocation): LogQuery {
  const { flags } = k;
  const tail = flags.int('tail');
  const since = flags.durationMs('since');
  const sinceTime = flags.string('since-time') === '' ? undefined : parseTime(flags.string('since-time'));
  const tailLines = tail >= 0 ? tail : flags.string('selector') !== '' && !flags.changed('tail') ? 10 : undefined;
  return {
    follow: flags.bool('follow'),
    previous: flags.bool('previous'),
    timestamps: flags.bool('timestamps'),
    ...(since > 0 ? { sinceSeconds: Math.round(since / 1000) } : {}),
    ...(typeof sinceTime === 'number' ? { sinceTime } : {}),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(flags.int('limit-bytes') > 0 ? { limitBytes: flags.int('limit-bytes') } : {}),
  };
}

/** Gives how long to wait for a pod. */
function checkFlags(k: Invocation): number {
  const { args, flags } = k;
  const selector = flags.string('selector');
  if (args.length === 0 && selector === '') k.usageError(USAGE);
  if (args.length > 0 && selector !== '') k.usageError('only a selector (-l) or a POD name is allowed');
  if (args.length > 2) k.usageError(USAGE);
  const timeout = podRunningTimeout(k, failWith);
  const sinceTime = flags.string('since-time');
  if (sinceTime !== '' && parseTime(sinceTime) === undefined)
    failWith(
      `parsing time ${goQuote(sinceTime)} as "2006-01-02T15:04:05Z07:00": cannot parse ${goQuote(sinceTime)} as "2006"`,
    );
  if (sinceTime !== '' && flags.durationMs('since') !== 0)
    failWith('at most one of `sinceTime` or `sinceSeconds` may be specified');
  const container = flags.string('container') || (args.length === 2 ? args[1] : '');
  if (flags.bool('all-containers') && container !== '')
    failWith(`--all-containers=true should not be specified with container name ${container}`);
  if (flags.changed('container') && args.length === 2)
    failWith('only one of -c or an inline [CONTAINER] arg is allowed');
  if (flags.int('limit-bytes') < 0) failWith('--limit-bytes must be greater than 0');
  if (flags.durationMs('since') < 0) failWith('--since must be greater than 0');
  if (flags.changed('tail') && flags.int('tail') < -1) failWith('--tail must be greater than or equal to -1');
  return timeout;
}

/** `error from server (NotFound): pods "x" not found in namespace "y"`, as logs words it since 1.34. */
function* findObject(k: Invocation, typed: string) {
  const [type, name] = typed.includes('/') ? (typed.split('/', 2) as [string, string]) : ['pods', typed];
  const mapping = yield* mappingFor(k, type);
  const { namespace } = k.namespace();
  const found = yield* attempt(fetchObject(k, mapping, mapping.namespaced ? namespace : '', name));
  if ('value' in found) return { mapping, object: found.value, namespace };
  const [error] = found.failure.errors;
  if (error.type === 'status' && error.status.reason === 'NotFound')
    failWith(`error from server (NotFound): ${error.status.message} in namespace ${JSON.stringify(namespace)}`);
  throw found.failure;
}

function* podsOf(k: Invocation, timeout: number): Coroutine<Pod[]> {
  const { args, flags } = k;
  const selector = flags.string('selector');
  if (selector !== '') {
    const mapping = yield* mappingFor(k, 'pods');
    const { namespace } = k.namespace();
    const pods = (yield* listObjects(k, { mapping, namespace }, selector, '')) as unknown as Pod[];
    if (pods.length === 0) yield* k.err(`No resources found in ${namespace} namespace.\n`);
    return pods;
  }
  const typed = args.length === 2 && !args[0].includes('/') && flags.string('container') !== '' ? args[0] : args[0];
  const { mapping, object, namespace } = yield* findObject(k, typed);
  if (mapping.resource === 'pods' && mapping.group === '') return [object as unknown as Pod];
  const pods = podSelectorOf(mapping, object);
  if (!pods) failWith(`cannot get the logs from ${noPodSelector(mapping, object)}`);
  const { pod, outOf } = yield* firstPod(k, namespace, pods, compareForLogs, timeout);
  if (outOf > 1 && flags.bool('all-pods')) {
    const podMapping = yield* mappingFor(k, 'pods');
    return (yield* listObjects(k, { mapping: podMapping, namespace }, pods.toString(), '')) as unknown as Pod[];
  }
  if (outOf > 1) yield* k.err(`Found ${outOf} pods, using pod/${pod.metadata.name}\n`);
  return [pod];
}

function* sourcesOf(k: Invocation, pod: Pod): Coroutine<LogSource[]> {
  const { flags } = k;
  const { names } = containerNames(pod);
  if (flags.bool('all-containers')) {
    const init = new Set((pod.spec.initContainers ?? []).map(({ name }) => name));
    return [...names.filter((name) => init.has(name)), ...names.filter((name) => !init.has(name))].map((container) => ({
      pod,
      container,
    }));
  }
  const named = k.args.length === 2 ? k.args[1] : flags.string('container');
  if (named !== '') {
    if (!names.includes(named)) failWith(`container ${named} is not valid for pod ${pod.metadata.name}`);
    return [{ pod, container: named }];
  }
  return [{ pod, container: yield* defaultContainer(k, pod, flags.bool('all-pods')) }];
}

const logOf = (k: Invocation, { pod, container }: LogSource, query: LogQuery): Coroutine<Input> =>
  openLog(k, pod as unknown as JsonObject, { container, ...query });

const prefixed = (text: string, prefix: string): string => (prefix === '' ? text : text.replace(/^(?=.)/gm, prefix));

/** Follows several logs at once, a piece at a time as it comes. */
function* copyTogether(
  k: Invocation,
  inputs: readonly { readonly input: Input; readonly prefix: string }[],
): Coroutine<void> {
  const open = [...inputs];
  const never = new Condition();
  while (open.length > 0) {
    const index = yield* waitFor([...open.map(({ input }) => input.readable), never]);
    const { input, prefix } = open[Math.max(0, index)];
    const piece = yield* input.read();
    if (piece === undefined) open.splice(Math.max(0, index), 1);
    else yield* k.out(prefixed(piece, prefix));
  }
}

function* run(k: Invocation): Coroutine<number> {
  const { flags } = k;
  const timeout = checkFlags(k);
  const query = queryOf(k);
  // A client that follows catches signals and exits with 1 (kubectl/pkg/util/interrupt).
  if (query.follow) k.process.exitOnSignals(1);
  const sources: LogSource[] = [];
  for (const pod of yield* podsOf(k, timeout)) sources.push(...(yield* sourcesOf(k, pod)));
  const limit = flags.int('max-log-requests');
  if (query.follow && sources.length > limit)
    failWith(
      `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${limit}, use --max-log-requests to increase the limit`,
    );
  const withPrefix = flags.bool('prefix') || flags.bool('all-pods');
  const prefixOf = ({ pod, container }: LogSource): string =>
    withPrefix ? `[pod/${pod.metadata.name}/${container}] ` : '';
  if (query.follow && sources.length > 1) {
    const inputs: { input: Input; prefix: string }[] = [];
    for (const source of sources) inputs.push({ input: yield* logOf(k, source, query), prefix: prefixOf(source) });
    yield* copyTogether(k, inputs);
    return 0;
  }
  for (const source of sources) {
    const opened = yield* attempt(logOf(k, source, query));
    if ('value' in opened) yield* copyLog(k, opened.value, prefixOf(source));
    else if (flags.bool('ignore-errors')) yield* k.out(`error: ${plainMessage(opened.failure.errors[0])}\n`);
    else throw opened.failure;
  }
  return 0;
}

/** `kubectl logs` (k8s.io/kubectl/pkg/cmd/logs). */
export const logsCommand = defineVerb({
  name: 'logs',
  usage: '[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]',
  short: 'Print the logs for a container in a pod',
  flags: [
    boolFlag('all-containers', "Get all containers' logs in the pod(s)."),
    boolFlag('all-pods', 'Get logs from all pod(s). Sets prefix to true.'),
    stringFlag('container', 'Print the logs of this container', { shorthand: 'c' }),
    boolFlag('follow', 'Specify if the logs should be streamed.', { shorthand: 'f' }),
    boolFlag('ignore-errors', 'If following or reading many logs, go on after an error.'),
    boolFlag(
      'insecure-skip-tls-verify-backend',
      'Skip verifying the identity of the kubelet that logs are requested from.',
    ),
    intFlag('limit-bytes', 'Maximum bytes of logs to return. Defaults to no limit.', { default: '0' }),
    intFlag('max-log-requests', 'Maximum number of concurrent logs to follow with a selector.', { default: '5' }),
    durationFlag('pod-running-timeout', 'How long to wait until at least one pod is running', { default: '20s' }),
    boolFlag('prefix', 'Prefix each log line with the log source (pod name and container name).'),
    boolFlag('previous', 'Print the logs of the previous instance of the container.', { shorthand: 'p' }),
    stringFlag('selector', 'Selector (label query) to filter on.', { shorthand: 'l' }),
    durationFlag('since', 'Only return logs newer than a relative duration.', { default: '0s' }),
    stringFlag('since-time', 'Only return logs after a specific date (RFC3339).'),
    intFlag('tail', 'Lines of recent log file to display.', { default: '-1' }),
    boolFlag('timestamps', 'Include timestamps on each line in the log output.'),
  ],
  run,
});
