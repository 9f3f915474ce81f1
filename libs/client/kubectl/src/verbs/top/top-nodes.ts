import { compareStrings, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { TABLE_LAYOUT, alignColumns } from '../../printers/tab-writer.js';
import { nameOf, stringMapAt } from '../../resource/resource-info.js';
import {
  amount,
  checkArguments,
  fetchMetrics,
  inOrder,
  line,
  measuredResources,
  requireMetricsApi,
  shownUse,
  useOf,
  type Measured,
  type Use,
} from './measured-use.js';

const HEADERS: Readonly<Record<Measured, readonly string[]>> = {
  cpu: ['CPU(cores)', 'CPU(%)'],
  memory: ['MEMORY(bytes)', 'MEMORY(%)'],
  swap: ['SWAP(bytes)', 'SWAP(%)'],
};
const UNKNOWN = ['<unknown>', '<unknown>'];

function share(use: Use, available: Use, resource: Measured): string[] {
  const whole = available.get(resource);
  if (!whole) return [];
  const capacity = whole.milliValue();
  return [`${capacity === 0 ? 0 : Math.trunc((amount(use, resource).milliValue() / capacity) * 100)}%`];
}

function* nodesOf(k: Invocation, name: string | undefined, labelSelector: string): Coroutine<JsonObject[]> {
  const api = yield* k.api();
  const nodes = { group: '', version: 'v1', resource: 'nodes' };
  if (name !== undefined) return [yield* api.request({ verb: 'get', ...nodes, name })];
  const body = yield* api.request({ verb: 'list', ...nodes, ...(labelSelector && { options: { labelSelector } }) });
  return (body.items ?? []) as JsonObject[];
}

/** What is known of the nodes' resources; swap only where the node has told of it. */
function availableOf(k: Invocation, nodes: readonly JsonObject[]): Map<string, Use> {
  const field = k.flags.bool('show-capacity') ? 'capacity' : 'allocatable';
  return new Map(nodes.map((node) => [nameOf(node), useOf(stringMapAt(node, 'status', field))]));
}

/** `kubectl top node` (k8s.io/kubectl/pkg/cmd/top/top_node.go, v1.35). */
export function* topNodes(k: Invocation): Coroutine<number> {
  const { flags, args } = k;
  const labelSelector = flags.string('selector');
  checkArguments(k, 'node [NAME | -l label]', labelSelector !== '', 'NAME or --selector');
  yield* requireMetricsApi(k);
  const name = args.at(0);
  const where = name === undefined ? { ...(labelSelector && { options: { labelSelector } }) } : { name };
  const metrics = yield* fetchMetrics(k, 'nodes', where);
  if (metrics.length === 0) failWith('metrics not available yet');
  const available = availableOf(k, yield* nodesOf(k, name, labelSelector));
  const resources = measuredResources(k);
  const entries = metrics.map((item) => ({ name: nameOf(item), use: useOf(stringMapAt(item, 'usage')) }));
  const rows = inOrder(
    entries,
    flags.string('sort-by'),
    (entry) => entry.name,
    ({ use }) => use,
  ).map((entry) => {
    const whole = available.get(entry.name) ?? new Map();
    available.delete(entry.name);
    const cells = resources.flatMap((each) =>
      each === 'swap' ? UNKNOWN : [shownUse(entry.use, each), ...share(entry.use, whole, each)],
    );
    return line([entry.name, ...cells]);
  });
  const unmeasured = [...available.keys()].sort(compareStrings);
  rows.push(...unmeasured.map((each) => line([each, ...resources.flatMap(() => UNKNOWN)])));
  const header = flags.bool('no-headers') ? '' : line(['NAME', ...resources.flatMap((each) => HEADERS[each])]);
  yield* k.out(alignColumns(`${header}${rows.join('')}`, TABLE_LAYOUT));
  return 0;
}
