import { compareStrings, isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { formatGoDuration } from '@seatrial/schema';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { TABLE_LAYOUT, alignColumns } from '../../printers/tab-writer.js';
import { listAt, metadataOf, nameOf, namespaceOf, stringMapAt, textOf } from '../../resource/resource-info.js';
import {
  checkArguments,
  fetchMetrics,
  inOrder,
  line,
  measuredResources,
  requireMetricsApi,
  shownUse,
  sumOf,
  useOf,
  type Measured,
  type Use,
} from './measured-use.js';

/** How long a pod may go without metrics (metricsCreationDelay). */
const CREATION_DELAY_MS = 120_000;
const HEADERS: Readonly<Record<Measured, string>> = { cpu: 'CPU(cores)', memory: 'MEMORY(bytes)', swap: 'SWAP(bytes)' };

interface PodUse {
  readonly name: string;
  readonly namespace: string;
  readonly containers: readonly { readonly name: string; readonly use: Use }[];
  readonly use: Use;
}

const containersOf = (metrics: JsonObject): { name: string; use: Use }[] =>
  listAt(metrics, 'containers')
    .filter(isJsonObject)
    .map((container) => ({ name: textOf(container.name), use: useOf(stringMapAt(container, 'usage')) }));

/** verifyEmptyMetrics: says why there is nothing, unless there are no such pods. */
function* verifyEmptyMetrics(k: Invocation, namespace: string): Coroutine<void> {
  const api = yield* k.api();
  const options = { labelSelector: k.flags.string('selector'), fieldSelector: k.flags.string('field-selector') };
  const { items } = yield* api.request({
    verb: 'list',
    group: '',
    version: 'v1',
    resource: 'pods',
    namespace,
    options,
  });
  const pods = (items ?? []) as JsonObject[];
  if (pods.length === 0) return;
  for (const pod of pods) {
    const age = k.process.machine.simulation.now() - Date.parse(textOf(metadataOf(pod).creationTimestamp));
    if (age > CREATION_DELAY_MS)
      failWith(`Metrics not available for pod ${namespaceOf(pod)}/${nameOf(pod)}, age: ${formatGoDuration(age * 1e6)}`);
  }
  failWith('metrics not available yet');
}

function ordered(k: Invocation, entries: readonly PodUse[]): PodUse[] {
  const sortBy = k.flags.string('sort-by');
  const byName = inOrder(
    entries,
    sortBy,
    ({ name }) => name,
    ({ use }) => use,
  );
  return k.flags.bool('all-namespaces') && sortBy === ''
    ? byName.sort((a, b) => compareStrings(a.namespace, b.namespace))
    : byName;
}

function linesOf(k: Invocation, entries: readonly PodUse[], resources: readonly Measured[]): string[] {
  const { flags } = k;
  const before = (namespace: string): string[] => (flags.bool('all-namespaces') ? [namespace] : []);
  const shown = (use: Use): string[] => resources.map((each) => shownUse(use, each));
  if (!flags.bool('containers'))
    return entries.map(({ namespace, name, use }) => line([...before(namespace), name, ...shown(use)]));
  return entries.flatMap(({ namespace, name, containers }) =>
    inOrder(
      containers,
      flags.string('sort-by'),
      (container) => container.name,
      ({ use }) => use,
    ).map((container) => line([...before(namespace), name, container.name, ...shown(container.use)])),
  );
}

/** printPodResourcesSum: without headers the columns before the sum are not counted. */
function sumLines(k: Invocation, entries: readonly PodUse[], resources: readonly Measured[]): string[] {
  const { flags } = k;
  const counted = flags.bool('no-headers') ? [] : ['all-namespaces', 'containers'].filter((name) => flags.bool(name));
  const width = 1 + resources.length + counted.length;
  const total = sumOf(
    entries.map(({ use }) => use),
    resources,
  );
  const blanks = (count: number): string[] => Array.from({ length: count }, () => '');
  return [
    line([...blanks(width - 2), '________', '________']),
    line([...blanks(width - 3), '', ...resources.map((each) => shownUse(total, each))]),
  ];
}

/** `kubectl top pod` (k8s.io/kubectl/pkg/cmd/top/top_pod.go, v1.35). */
export function* topPods(k: Invocation): Coroutine<number> {
  const { flags, args } = k;
  const [labelSelector, fieldSelector] = [flags.string('selector'), flags.string('field-selector')];
  checkArguments(k, 'pod [NAME | -l label]', labelSelector !== '' || fieldSelector !== '', 'NAME or selector');
  yield* requireMetricsApi(k);
  const all = flags.bool('all-namespaces');
  const { namespace } = k.namespace();
  const name = args.at(0);
  const where =
    name === undefined
      ? { ...(all ? {} : { namespace }), options: { labelSelector, fieldSelector } }
      : { namespace, name };
  const metrics = yield* fetchMetrics(k, 'pods', where);
  if (metrics.length === 0) {
    yield* verifyEmptyMetrics(k, namespace);
    yield* k.err(all ? 'No resources found\n' : `No resources found in ${namespace} namespace.\n`);
    return 0;
  }
  const resources = measuredResources(k);
  const entries = metrics.map((item): PodUse => {
    const containers = containersOf(item);
    const use = sumOf(
      containers.map((each) => each.use),
      resources,
    );
    return { name: nameOf(item), namespace: namespaceOf(item), containers, use };
  });
  const rows = linesOf(k, ordered(k, entries), resources);
  if (flags.bool('sum')) rows.push(...sumLines(k, entries, resources));
  const before = [...(all ? ['NAMESPACE'] : []), ...(flags.bool('containers') ? ['POD'] : []), 'NAME'];
  const header = flags.bool('no-headers') ? '' : line([...before, ...resources.map((each) => HEADERS[each])]);
  yield* k.out(alignColumns(`${header}${rows.join('')}`, TABLE_LAYOUT));
  return 0;
}
