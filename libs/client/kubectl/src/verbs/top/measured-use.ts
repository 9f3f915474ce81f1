import { compareStrings, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { Quantity, parseLabelSelector } from '@seatrial/schema';
import { failWith } from '../../command/failure.js';
import type { ClientRequest } from '../../client/api-connection.js';
import type { Invocation } from '../../command/invocation.js';

const MIB = 1024n * 1024n;
const ZERO = Quantity.of('0');

/** What is measured of a pod, node or container: quantities by resource name. */
export type Use = ReadonlyMap<string, Quantity>;

export type Measured = 'cpu' | 'memory' | 'swap';

/** Which resources are shown, in order. */
export const measuredResources = (k: Invocation): readonly Measured[] =>
  k.flags.bool('show-swap') ? ['cpu', 'memory', 'swap'] : ['cpu', 'memory'];

export const useOf = (usage: Readonly<Record<string, string>>): Use =>
  new Map(Object.entries(usage).map(([name, text]) => [name, Quantity.of(text)]));

export const amount = (use: Use, resource: Measured): Quantity => use.get(resource) ?? ZERO;

export const sumOf = (uses: readonly Use[], resources: readonly Measured[]): Use =>
  new Map(resources.map((each) => [each, uses.reduce((total, use) => total.add(amount(use, each)), ZERO)]));

/** printSingleResourceUsage: millicores, or MiB without their fraction. */
export const shownUse = (use: Use, resource: Measured): string => {
  const quantity = amount(use, resource);
  return resource === 'cpu' ? `${quantity.milliValue()}m` : `${BigInt(quantity.value()) / MIB}Mi`;
};

/** A line of cells, each of them ended by a tab. */
export const line = (cells: readonly string[]): string => `${cells.map((cell) => `${cell}\t`).join('')}\n`;

/** metricsutil's sorters: by name, or by what is used most. */
export function inOrder<T>(
  entries: readonly T[],
  sortBy: string,
  name: (entry: T) => string,
  use: (entry: T) => Use,
): T[] {
  if (sortBy === '') return [...entries].sort((a, b) => compareStrings(name(a), name(b)));
  const value = (entry: T): number =>
    sortBy === 'cpu' ? amount(use(entry), 'cpu').milliValue() : amount(use(entry), 'memory').value();
  return [...entries].sort((a, b) => value(b) - value(a));
}

/** What both commands check of their flags and arguments, in kubectl's order. */
export function checkArguments(k: Invocation, usage: string, selectors: boolean, alternatives: string): void {
  const { args, flags } = k;
  if (args.length > 1) k.usageError(usage);
  if (!['', 'cpu', 'memory'].includes(flags.string('sort-by'))) failWith('--sort-by accepts only cpu or memory');
  if (args.length > 0 && selectors) failWith(`only one of ${alternatives} can be provided`);
  const parsed = parseLabelSelector(flags.string('selector'));
  if (!parsed.ok) failWith(parsed.error);
}

/** Ends the command when the server's groups, as they are now, have no metrics API (SupportedMetricsAPIVersionAvailable). */
export function* requireMetricsApi(k: Invocation): Coroutine<void> {
  const api = yield* k.api();
  yield* api.roundTrip();
  const found = api.server
    .resources()
    .some(({ group, version }) => group === 'metrics.k8s.io' && version === 'v1beta1');
  if (!found) failWith('Metrics API not available');
}

/** Metrics of one object or of all, by the metrics clientset; a failure ends the command. */
export function* fetchMetrics(
  k: Invocation,
  resource: 'pods' | 'nodes',
  where: Pick<ClientRequest, 'namespace' | 'name' | 'options'>,
): Coroutine<JsonObject[]> {
  const api = yield* k.api();
  const target = { group: 'metrics.k8s.io', version: 'v1beta1', resource, ...where };
  const body = yield* api.request({ verb: where.name === undefined ? 'list' : 'get', ...target });
  return where.name === undefined ? ((body.items ?? []) as JsonObject[]) : [body];
}
