import type { JsonObject, JsonValue } from '@seatrial/kernel';
import { dependencyEntries, type ChartMetadata } from './chart-metadata.js';

const isEmpty = (value: JsonValue | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0);

/** The members of these names that are not empty, in this order (`omitempty`). */
const members = (object: JsonObject, names: string): JsonObject =>
  Object.fromEntries(
    names
      .split(' ')
      .filter((name) => !isEmpty(object[name]))
      .map((name) => [name, object[name]]),
  );

/** A dependency as Go's JSON has it: its members in the order of the struct. */
export function marshalledDependency(entry: JsonObject): JsonObject {
  return {
    name: entry.name ?? '',
    ...members(entry, 'version'),
    repository: entry.repository ?? '',
    ...members(entry, 'condition tags enabled import-values alias'),
  };
}

/** Chart.yaml as Go's JSON has it (chart.Metadata of pkg/chart/v2, Helm v4.1). */
export function marshalledMetadata(metadata: ChartMetadata): JsonObject {
  const { maintainers } = metadata;
  const ordered = members(
    metadata,
    'name home sources version description keywords maintainers icon apiVersion condition tags appVersion deprecated annotations kubeVersion dependencies type',
  );
  const people = Array.isArray(maintainers) ? maintainers : [];
  return {
    ...ordered,
    ...(people.length > 0 && { maintainers: people.map((person) => members(person as JsonObject, 'name email url')) }),
    ...(dependencyEntries(metadata).length > 0 && {
      dependencies: dependencyEntries(metadata).map(marshalledDependency),
    }),
  };
}
