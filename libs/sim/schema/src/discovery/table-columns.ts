import { operationsJson } from '../reference/operations.gen.js';
import { bootstrapJson } from '../reference/bootstrap.gen.js';
import { tablesJson } from '../reference/tables.gen.js';

/** A column that the server prints for a resource; priority 1 only with `-o wide`. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly priority?: number;
}

/** What one HTTP verb on one path does. */
export interface ApiOperation {
  readonly action: string;
  readonly gvk?: { readonly group: string; readonly version: string; readonly kind: string };
  readonly params: readonly string[];
}

let tables: Readonly<Record<string, readonly TableColumn[]>> | undefined;
let operations: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>> | undefined;
let bootstrap: Readonly<Record<string, readonly unknown[]>> | undefined;

/** The columns of a built-in resource (`v1`, `pods`); undefined when the server has none of its own. */
export function tableColumns(apiVersion: string, resource: string): readonly TableColumn[] | undefined {
  tables ??= JSON.parse(tablesJson) as Readonly<Record<string, readonly TableColumn[]>>;
  return tables[`${apiVersion}/${resource}`];
}

/** path → verb → operation of kube-apiserver v1.35. */
export function apiOperations(): Readonly<Record<string, Readonly<Record<string, ApiOperation>>>> {
  operations ??= JSON.parse(operationsJson) as Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  return operations;
}

/** The objects of a new cluster, by plural resource name (`clusterroles`, `priorityclasses`…). */
export function bootstrapObjects(): Readonly<Record<string, readonly unknown[]>> {
  bootstrap ??= JSON.parse(bootstrapJson) as Readonly<Record<string, readonly unknown[]>>;
  return bootstrap;
}
