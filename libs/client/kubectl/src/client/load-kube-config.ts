import {
  directoryName,
  FILE_ERROR_TEXT,
  isJsonObject,
  resolvePath,
  rememberRecent,
  type JsonObject,
  type Process,
} from '@seatrial/kernel';
import { failWith } from '../command/failure.js';
import type { FlagSet } from '../command/flag-set.js';
import { goJson } from '@seatrial/schema';
import { parseYamlDocument } from '../resource/manifest-text.js';
import { emptyKubeConfig, KubeConfig, type KubeConfigData } from './kube-config.js';

/** Where a pod's service account is mounted (rest.InClusterConfig). */
export const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** The files that make up the configuration, and whether one was named by --kubeconfig. */
export function kubeConfigPaths(
  process: Process,
  flags: FlagSet,
): { readonly paths: string[]; readonly explicit: boolean } {
  const explicit = flags.string('kubeconfig');
  if (explicit !== '') return { paths: [explicit], explicit: true };
  const variable = process.env.get('KUBECONFIG') ?? '';
  if (variable !== '')
    return { paths: [...new Set(variable.split(':').filter((path) => path !== ''))], explicit: false };
  return { paths: [`${process.env.get('HOME') ?? '/root'}/.kube/config`], explicit: false };
}

function nonObjectError(path: string, value: unknown): never {
  const kind = Array.isArray(value)
    ? 'array'
    : typeof value === 'string'
      ? 'string'
      : typeof value === 'number'
        ? 'number'
        : 'bool';
  return failWith(
    `error loading config file "${path}": couldn't get version/kind; json parse error: json: cannot unmarshal ${kind} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
  );
}

/** The same file is read by every command of a session. */
const parseText = rememberRecent(parseYamlDocument, 8);

/** Reads one kubeconfig file into entries; these are shared, never changed in place. */
export function parseKubeConfig(text: string, path: string): KubeConfigData {
  const data = emptyKubeConfig();
  const parsed = parseText(text);
  if (!parsed.ok) failWith(`error loading config file "${path}": ${parsed.error}`);
  const value = parsed.value;
  if (value === null || value === undefined) return data;
  if (!isJsonObject(value)) nonObjectError(path, value);
  const { apiVersion, kind } = value;
  if (typeof apiVersion === 'string' && apiVersion !== '' && apiVersion !== 'v1')
    failWith(
      `error loading config file "${path}": no kind ${goJson(typeof kind === 'string' ? kind : '')} is registered for version ${goJson(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    );
  data.currentContext = typeof value['current-context'] === 'string' ? value['current-context'] : '';
  for (const [list, member, target] of [
    ['clusters', 'cluster', data.clusters],
    ['users', 'user', data.users],
    ['contexts', 'context', data.contexts],
  ] as const) {
    const items = value[list];
    if (!Array.isArray(items)) continue;
    for (const item of items) {
      if (!isJsonObject(item) || typeof item.name !== 'string') continue;
      const entry = isJsonObject(item[member]) ? item[member] : {};
      if (!target.has(item.name)) (target as Map<string, JsonObject>).set(item.name, entry);
      data.origins.set(`${list}/${item.name}`, path);
    }
  }
  return data;
}

/** Reads and merges the configuration's files; the first file that names an entry wins. Missing files count as empty. */
export function readKubeConfig(process: Process, flags: FlagSet): KubeConfigData {
  const { paths, explicit } = kubeConfigPaths(process, flags);
  const merged = emptyKubeConfig();
  for (const path of paths) {
    const content = process.machine.files.readFile(resolvePath(process.cwd, path));
    if (!content.ok) {
      if (explicit) failWith(`stat ${path}: ${lower(FILE_ERROR_TEXT[content.error])}`);
      if (content.error === 'ENOENT' || content.error === 'ENOTDIR') continue;
      failWith(`error loading config file "${path}": open ${path}: ${lower(FILE_ERROR_TEXT[content.error])}`);
    }
    const data = parseKubeConfig(content.value, path);
    merged.currentContext ||= data.currentContext;
    for (const list of ['clusters', 'users', 'contexts'] as const)
      for (const [name, entry] of data[list])
        if (!merged[list].has(name)) (merged[list] as Map<string, unknown>).set(name, entry);
    for (const [key, origin] of data.origins) if (!merged.origins.has(key)) merged.origins.set(key, origin);
  }
  return merged;
}

function inClusterConfig(process: Process): KubeConfigData | undefined {
  const host = process.env.get('KUBERNETES_SERVICE_HOST');
  const port = process.env.get('KUBERNETES_SERVICE_PORT');
  const token = process.machine.files.readFile(`${SERVICE_ACCOUNT_DIRECTORY}/token`);
  if (!host || !port || !token.ok) return undefined;
  const data = emptyKubeConfig();
  data.clusters.set('in-cluster', {
    server: `https://${host}:${port}`,
    'certificate-authority': `${SERVICE_ACCOUNT_DIRECTORY}/ca.crt`,
  });
  data.users.set('in-cluster', { token: token.value });
  data.contexts.set('in-cluster', { cluster: 'in-cluster', user: 'in-cluster' });
  data.currentContext = 'in-cluster';
  return data;
}

/** The configuration a command acts with: files, else the pod's service account. */
export function loadKubeConfig(process: Process, flags: FlagSet): KubeConfig {
  const data = readKubeConfig(process, flags);
  const namespace = process.machine.files.readFile(`${SERVICE_ACCOUNT_DIRECTORY}/namespace`);
  const empty = data.clusters.size === 0 && data.contexts.size === 0 && data.users.size === 0;
  const inCluster = empty && flags.string('server') === '' ? inClusterConfig(process) : undefined;
  return new KubeConfig(
    inCluster ?? data,
    flags,
    namespace.ok && process.env.has('KUBERNETES_SERVICE_HOST') ? namespace.value.trim() : undefined,
  );
}

/** A path of a kubeconfig entry, relative to the file it came from. */
export function entryPath(process: Process, data: KubeConfigData, key: string, path: string): string {
  const origin = data.origins.get(key);
  const base = origin === undefined ? process.cwd : directoryName(resolvePath(process.cwd, origin));
  return resolvePath(base, path);
}
