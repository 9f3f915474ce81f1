import { compareStrings, isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { toYaml, yamlToJson } from '@seatrial/manifest';

/** How a kubeconfig calls a cluster, its user and the context of both. */
export interface EntryNames {
  readonly cluster: string;
  readonly user: string;
  readonly context: string;
}

/** What an installer writes into a kubeconfig for one cluster. */
export interface KubeconfigEntries {
  readonly names: EntryNames;
  readonly cluster: JsonObject;
  readonly user: JsonObject;
  readonly context: JsonObject;
}

const LISTS = [
  ['clusters', 'cluster'],
  ['contexts', 'context'],
  ['users', 'user'],
] as const;

function readConfig(text: string): JsonObject {
  const read = yamlToJson(text);
  return read.ok && isJsonObject(read.value) ? read.value : { apiVersion: 'v1', kind: 'Config', preferences: {} };
}

const items = (value: JsonValue | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);

const nameOf = ({ name }: JsonObject): string => (typeof name === 'string' ? name : '');

/**
 * A kubeconfig with a cluster's entries, its context the current one. New entries stand last, as kind writes them, or
 * `sorted` by name, as client-go's clientcmd does.
 */
export function withEntries(text: string, entries: KubeconfigEntries, sorted: boolean): string {
  const config = readConfig(text);
  const merged: JsonObject = { ...config, 'current-context': entries.names.context };
  for (const [list, member] of LISTS) {
    const entry: JsonObject = { [member]: entries[member], name: entries.names[member] };
    const before = items(config[list]);
    const known = before.findIndex((item) => nameOf(item) === entries.names[member]);
    const after = known < 0 ? [...before, entry] : before.map((item, index) => (index === known ? entry : item));
    merged[list] = sorted ? after.sort((a, b) => compareStrings(nameOf(a), nameOf(b))) : after;
  }
  return toYaml(merged);
}

/** A kubeconfig without a cluster's entries; no context is current when it was its own. */
export function withoutEntries(text: string, names: EntryNames): string {
  const config = readConfig(text);
  const left: JsonObject = { ...config };
  for (const [list, member] of LISTS) left[list] = items(config[list]).filter((item) => nameOf(item) !== names[member]);
  if (config['current-context'] === names.context) left['current-context'] = '';
  return toYaml(left);
}

/** A cluster's entries of a kubeconfig; undefined where one is missing. */
export function entriesIn(text: string, names: EntryNames): KubeconfigEntries | undefined {
  const config = readConfig(text);
  const found = LISTS.map(
    ([list, member]) => items(config[list]).find((item) => nameOf(item) === names[member])?.[member],
  );
  const [cluster, context, user] = found;
  if (!isJsonObject(cluster) || !isJsonObject(context) || !isJsonObject(user)) return undefined;
  return { names, cluster, context, user };
}

/** Whether a kubeconfig has other clusters than the one of this name. */
export function hasOtherClusters(text: string, name: string): boolean {
  return items(readConfig(text)['clusters']).some((item) => nameOf(item) !== name);
}
