import type { JsonObject, JsonValue } from '@seatrial/kernel';
import { humanDuration, parseTime, tableColumns, apiVersionOf } from '@seatrial/schema';
import type { TableColumn } from '../contract/kind.js';
import type { KubeObject } from '../contract/object.js';
import { customCells, customColumns } from './custom-columns.js';
import type { RequestScope } from './request-scope.js';

const NAME: TableColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
};
const CREATED: TableColumn = { name: 'Created At', type: 'date' };

/** How long ago, as tables print it (`5m`, `<unknown>` without a time). */
export function age(timestamp: string | undefined, now: number): string {
  const time = timestamp === undefined ? undefined : parseTime(timestamp);
  return time === undefined ? '<unknown>' : humanDuration(now - time);
}

interface Printer {
  readonly columns: readonly TableColumn[];
  readonly cells: (object: KubeObject) => readonly unknown[];
}

/** What a Table needs of a request. */
type TableScope = Pick<RequestScope, 'server' | 'rest' | 'options'>;

function printer(scope: TableScope): Printer {
  const { rest, server } = scope;
  const now = server.simulation.now();
  if (rest.definition?.table) {
    const { columns, cells } = rest.definition.table;
    return { columns, cells: (object) => cells(object, now) };
  }
  if (rest.custom)
    return { columns: customColumns(rest.custom), cells: (object) => customCells(rest.custom, object, now) };
  const columns = tableColumns(apiVersionOf(rest.api), rest.api.resource);
  if (columns?.length === 2 && columns[1].name === 'Age')
    return { columns, cells: (object) => [object.metadata.name, age(object.metadata.creationTimestamp, now)] };
  return { columns: [NAME, CREATED], cells: (object) => [object.metadata.name, object.metadata.creationTimestamp] };
}

/** meta.k8s.io/v1 Table of objects: columns, cells and, as asked, the objects or their metadata. */
export function objectTable(
  scope: TableScope,
  objects: readonly KubeObject[],
  metadata: JsonObject | string,
): JsonObject {
  const { columns, cells } = printer(scope);
  const include = scope.options.asTable?.includeObject ?? 'Metadata';
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: typeof metadata === 'string' ? { resourceVersion: metadata } : metadata,
    columnDefinitions: columns.map((column) => ({
      name: column.name,
      type: column.type,
      format: column.format ?? '',
      description: column.description ?? '',
      priority: column.priority ?? 0,
    })),
    rows: inOrder(scope, objects).map((object) => ({
      cells: cells(object) as JsonValue[],
      ...(include === 'None' ? undefined : { object: rowObject(scope, object, include) }),
    })),
  };
}

function inOrder({ rest }: TableScope, objects: readonly KubeObject[]): readonly KubeObject[] {
  const order = rest.definition?.table?.order;
  return order ? [...objects].sort(order) : objects;
}

function rowObject(scope: TableScope, object: KubeObject, include: 'Metadata' | 'Object'): JsonObject {
  if (include === 'Object') return scope.rest.fromStored(object as unknown as JsonObject);
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: object.metadata as unknown as JsonObject,
  };
}
