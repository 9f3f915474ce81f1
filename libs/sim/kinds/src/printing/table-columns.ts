import type { TableColumn } from '@seatrial/apiserver';
import { tableColumns } from '@seatrial/schema';

/** The server's columns for a built-in resource (reference tables of v1.35). */
export function columnsOf(apiVersion: string, resource: string): readonly TableColumn[] {
  return tableColumns(apiVersion, resource) ?? [{ name: 'Name', type: 'string', format: 'name' }];
}
