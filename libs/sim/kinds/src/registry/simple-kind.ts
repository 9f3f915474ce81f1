import { defineKind, type KindDefinition, type KubeObject } from '@seatrial/apiserver';
import type { JsonObject } from '@seatrial/kernel';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { part } from './untyped.js';

/** One cell of a row. */
export type Cell = (object: JsonObject, now: number) => unknown;

/** A cell that shows a field. */
export const field =
  (...path: string[]): Cell =>
  (object) =>
    part(object, ...path) ?? '';
/** A cell that shows a switch. */
export const flag =
  (...path: string[]): Cell =>
  (object) =>
    part(object, ...path) ?? false;
/** A cell that counts a list. */
export const count =
  (...path: string[]): Cell =>
  (object) => {
    const value = part(object, ...path);
    return Array.isArray(value) ? value.length : 0;
  };
/** The age of an object. */
export const age: Cell = (object, now) =>
  ageCell(part(object, 'metadata', 'creationTimestamp') as string | undefined, now);
/** The name of an object. */
export const name: Cell = field('metadata', 'name');
/** When an object was created. */
export const created: Cell = field('metadata', 'creationTimestamp');

/** What a kind is whose only particulars are its columns. */
export interface Simple {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly cells: readonly Cell[];
  readonly generation?: false;
  /** The order of a table's rows, where it is not that of names. */
  readonly order?: (a: KubeObject, b: KubeObject) => number;
  readonly rest?: Partial<KindDefinition>;
}

/** A kind whose only particulars are its columns. */
export function simple({ group, version, resource, kind, cells, generation, order, rest }: Simple): KindDefinition {
  return defineKind({
    group,
    version,
    resource,
    kind,
    ...(generation === undefined ? {} : { generation }),
    ...rest,
    table: {
      columns: columnsOf(group === '' ? version : `${group}/${version}`, resource),
      cells: (object: KubeObject, now: number) => cells.map((cell) => cell(object as unknown as JsonObject, now)),
      ...(order && { order }),
    },
  });
}
