import { defineKind, type KindDefinition, type KubeObject, type TableColumn } from '@seatrial/apiserver';
import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';

const column = (name: string, format?: string): TableColumn => ({
  name,
  type: 'string',
  ...(format === undefined ? {} : { format }),
});
const COLUMNS: readonly TableColumn[] = [column('Name', 'name'), column('cpu'), column('memory'), column('Window')];

const usageOf = (value: JsonValue | undefined): JsonObject =>
  isJsonObject(value) && isJsonObject(value.usage) ? value.usage : {};

/** The sum over containers, or the node's own, as metrics-server's tables show it. */
function used(object: KubeObject, resource: 'cpu' | 'memory'): string {
  const measurements = object as unknown as JsonObject;
  const { containers } = measurements;
  let total = Quantity.of('0');
  for (const each of Array.isArray(containers) ? containers : [measurements]) {
    const amount = usageOf(each)[resource];
    if (typeof amount === 'string') total = total.add(Quantity.of(amount));
  }
  return total.toString();
}

const measured = (resource: string, kind: string): KindDefinition =>
  defineKind({
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    resource,
    kind,
    generation: false,
    conversions: {
      v1beta1: {
        toStored: (object) => object,
        fromStored: (object) => {
          const { name, namespace, labels, creationTimestamp } = object.metadata as Readonly<Record<string, string>>;
          const metadata = {
            name,
            ...(namespace && { namespace }),
            creationTimestamp,
            ...(labels && { labels }),
          };
          return { ...object, metadata };
        },
      },
    },
    table: {
      columns: COLUMNS,
      cells: (object) => [
        object.metadata.name,
        used(object, 'cpu'),
        used(object, 'memory'),
        (object as unknown as JsonObject).window,
      ],
    },
  });

/** What metrics-server serves, as it shows it (metrics.k8s.io/v1beta1; kubernetes-sigs/metrics-server v0.8 pkg/api/table.go). */
export const metricsKinds: readonly KindDefinition[] = [
  measured('nodes', 'NodeMetrics'),
  measured('pods', 'PodMetrics'),
];
