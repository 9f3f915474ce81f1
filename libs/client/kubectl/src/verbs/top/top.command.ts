import { compareStrings, isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import { defineVerb } from '../../command/command.js';
import { CommandFailure, failWith, statusError } from '../../command/failure.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { TABLE_LAYOUT, alignColumns } from '../../printers/tab-writer.js';
import { fetchObject, listObjects } from '../../resource/resolve-infos.js';
import { listAt, nameOf, namespaceOf, stringMapAt, textOf } from '../../resource/resource-info.js';

const MIB = 1024 * 1024;

interface Use {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
}

function useOf(usage: Readonly<Record<string, string>>): Use {
  return { cpuMillis: Quantity.of(usage.cpu).milliValue(), memoryBytes: Quantity.of(usage.memory).value() };
}

const sum = (uses: readonly Use[]): Use => ({
  cpuMillis: uses.reduce((total, use) => total + use.cpuMillis, 0),
  memoryBytes: uses.reduce((total, use) => total + use.memoryBytes, 0),
});

const cells = ({ cpuMillis, memoryBytes }: Use): [string, string] => [
  `${cpuMillis}m`,
  `${Math.floor(memoryBytes / MIB)}Mi`,
];

function* metricsOf(
  k: Invocation,
  resource: 'pods' | 'nodes',
  namespace: string,
  name: string | undefined,
): Coroutine<JsonObject[]> {
  const api = yield* k.api();
  const mapping = api.restMapper().forResource('metrics.k8s.io', resource);
  if (!mapping) failWith('Metrics API not available');
  if (name !== undefined) {
    const known = api.server.store.get(mapping, namespace || undefined, name);
    if (!known) {
      const shown = resource === 'pods' ? `${namespace}/${name}` : name;
      const kind = resource === 'pods' ? 'podmetrics' : 'nodemetrics';
      throw new CommandFailure([
        statusError({
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          reason: 'NotFound',
          code: 404,
          message: `${kind}.metrics.k8s.io "${shown}" not found`,
        }),
      ]);
    }
    return [yield* fetchObject(k, mapping, namespace, name)];
  }
  return yield* listObjects(k, { mapping, namespace }, '', '');
}

function order(k: Invocation): (a: { name: string; use: Use }, b: { name: string; use: Use }) => number {
  const sortBy = k.flags.string('sort-by');
  if (sortBy === 'cpu') return (a, b) => b.use.cpuMillis - a.use.cpuMillis;
  if (sortBy === 'memory') return (a, b) => b.use.memoryBytes - a.use.memoryBytes;
  return (a, b) => compareStrings(a.name, b.name);
}

function checkSortBy(k: Invocation): void {
  if (!['', 'cpu', 'memory'].includes(k.flags.string('sort-by'))) failWith('--sort-by accepts only cpu or memory');
}

function* selectedPods(k: Invocation, namespace: string): Coroutine<ReadonlySet<string> | undefined> {
  const { flags } = k;
  if (flags.string('selector') === '' && flags.string('field-selector') === '') return undefined;
  const api = yield* k.api();
  const mapping = api.restMapper().forResource('', 'pods');
  if (!mapping) return undefined;
  const pods = yield* listObjects(k, { mapping, namespace }, flags.string('selector'), flags.string('field-selector'));
  return new Set(pods.map((pod) => `${namespaceOf(pod)}/${nameOf(pod)}`));
}

const containersOf = (metrics: JsonObject): { name: string; use: Use }[] =>
  listAt(metrics, 'containers')
    .filter(isJsonObject)
    .map((container) => ({ name: textOf(container.name), use: useOf(stringMapAt(container, 'usage')) }));

function* topPods(k: Invocation): Coroutine<number> {
  const { flags, args } = k;
  checkSortBy(k);
  if (args.length > 1) k.usageError('pod [NAME | -l label]');
  if (args.length > 0 && flags.string('selector') !== '') failWith('only one of NAME or selector can be provided');
  const all = flags.bool('all-namespaces');
  const { namespace } = k.namespace();
  const chosen = yield* selectedPods(k, all ? '' : namespace);
  const listed = yield* metricsOf(k, 'pods', all ? '' : namespace, args.at(0));
  const metrics = listed.filter((item) => !chosen || chosen.has(`${namespaceOf(item)}/${nameOf(item)}`));
  if (metrics.length === 0) {
    yield* k.err(all ? 'No resources found\n' : `No resources found in ${namespace} namespace.\n`);
    return 0;
  }
  const entries = metrics
    .map((item) => ({
      name: nameOf(item),
      namespace: namespaceOf(item),
      containers: containersOf(item),
      use: sum(containersOf(item).map(({ use }) => use)),
    }))
    .sort((a, b) => (all ? compareStrings(a.namespace, b.namespace) : 0) || order(k)(a, b));
  const byContainer = flags.bool('containers');
  const prefix = (entry: { namespace: string }): string => (all ? `${entry.namespace}\t` : '');
  const rows = entries.flatMap((entry) =>
    byContainer
      ? entry.containers.map(({ name, use }) => `${prefix(entry)}${entry.name}\t${name}\t${cells(use).join('\t')}\n`)
      : [`${prefix(entry)}${entry.name}\t${cells(entry.use).join('\t')}\n`],
  );
  const header = `${all ? 'NAMESPACE\t' : ''}${byContainer ? 'POD\tNAME' : 'NAME'}\tCPU(cores)\tMEMORY(bytes)\n`;
  const total = sum(entries.map(({ use }) => use));
  if (flags.bool('sum'))
    rows.push(
      `${all ? '\t' : ''}${byContainer ? '\t' : ''}\t________\t________\n`,
      `${all ? '\t' : ''}${byContainer ? '\t' : ''}\t${cells(total).join('\t')}\n`,
    );
  yield* k.out(alignColumns(`${flags.bool('no-headers') ? '' : header}${rows.join('')}`, TABLE_LAYOUT));
  return 0;
}

function* topNodes(k: Invocation): Coroutine<number> {
  const { flags, args } = k;
  checkSortBy(k);
  if (args.length > 1) k.usageError('node [NAME | -l label]');
  if (args.length > 0 && flags.string('selector') !== '') failWith('only one of NAME or selector can be provided');
  const metrics = yield* metricsOf(k, 'nodes', '', args.at(0));
  const api = yield* k.api();
  const mapping = api.restMapper().forResource('', 'nodes');
  const nodes = mapping ? yield* listObjects(k, { mapping, namespace: '' }, flags.string('selector'), '') : [];
  const known = new Map(nodes.map((node) => [nameOf(node), node]));
  const field = flags.bool('show-capacity') ? 'capacity' : 'allocatable';
  const rows = metrics
    .filter((item) => known.has(nameOf(item)))
    .map((item) => ({ name: nameOf(item), use: useOf(stringMapAt(item, 'usage')) }))
    .sort(order(k))
    .map(({ name, use }) => {
      const limits = useOf(stringMapAt(known.get(name), 'status', field));
      const [cpu, memory] = cells(use);
      const percent = (part: number, whole: number): string => `${Math.floor((100 * part) / whole)}%`;
      return `${name}\t${cpu}\t${percent(use.cpuMillis, limits.cpuMillis)}\t${memory}\t${percent(use.memoryBytes, limits.memoryBytes)}\n`;
    });
  const header = 'NAME\tCPU(cores)\tCPU(%)\tMEMORY(bytes)\tMEMORY(%)\n';
  yield* k.out(alignColumns(`${flags.bool('no-headers') ? '' : header}${rows.join('')}`, TABLE_LAYOUT));
  return 0;
}

const SHARED = [
  boolFlag('no-headers', 'If present, print output without headers'),
  stringFlag('selector', 'Selector (label query) to filter on.', { shorthand: 'l' }),
  stringFlag('sort-by', 'If non-empty, sort list using specified field (cpu, memory).'),
  boolFlag('use-protocol-buffers', '', { default: 'true' }),
];

/** `kubectl top` (k8s.io/kubectl/pkg/cmd/top). */
export const topCommand = defineVerb({
  name: 'top',
  short: 'Display resource (CPU/memory) usage',
  long: `Display resource (CPU/memory) usage.

 This command provides a view of recent resource consumption for nodes and pods. It fetches metrics from the Metrics Server, which aggregates this data from the kubelet on each node. The Metrics Server must be installed and running in the cluster for this command to work.

 The metrics shown are specifically optimized for Kubernetes autoscaling decisions, such as those made by the Horizontal Pod Autoscaler (HPA) and Vertical Pod Autoscaler (VPA). Because of this, the values may not match those from standard OS tools like 'top', as the metrics are designed to provide a stable signal for autoscalers rather than for pinpoint accuracy.

 When to use this command:

  *  For on-the-fly spot-checks of resource usage (e.g. identify which pods are consuming the most resources at a glance, or get a quick sense of the load on your nodes)
  *  Understand current resource consumption patterns
  *  Validate the behavior of your HPA or VPA configurations by seeing the metrics they use for scaling decisions.

 It is not intended to be a replacement for full-featured monitoring solutions. Its primary design goal is to provide a low-overhead signal for autoscalers, not to be a perfectly accurate monitoring tool. For high-accuracy reporting, historical analysis, dashboarding, or alerting, you should use a dedicated monitoring solution.`,
  subcommands: [
    defineVerb({
      name: 'node',
      aliases: ['nodes', 'no'],
      usage: '[NAME | -l label]',
      short: 'Display resource (CPU/memory) usage of nodes',
      flags: [
        ...SHARED,
        boolFlag(
          'show-capacity',
          'Print node resources based on Capacity instead of Allocatable(default) of the nodes.',
        ),
      ],
      run: topNodes,
    }),
    defineVerb({
      name: 'pod',
      aliases: ['pods', 'po'],
      usage: '[NAME | -l label]',
      short: 'Display resource (CPU/memory) usage of pods',
      flags: [
        ...SHARED,
        boolFlag('all-namespaces', 'List the requested object(s) across all namespaces.', { shorthand: 'A' }),
        boolFlag('containers', 'If present, print usage of containers within a pod.'),
        stringFlag('field-selector', 'Selector (field query) to filter on.'),
        boolFlag('sum', 'Print the sum of the resource usage'),
      ],
      run: topPods,
    }),
  ],
});
