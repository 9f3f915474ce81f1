import {
  deepFreeze,
  directoryName,
  FILE_ERROR_TEXT,
  isJsonObject,
  resolvePath,
  rememberRecent,
  type JsonObject,
  type Process,
} from '@seatrial/kernel';
import { attemptNow, failWith, plainMessage } from '../command/failure.js';
import type { FlagSet } from '../command/flag-set.js';
import { unregisteredKind } from '@seatrial/schema';
import { parseYamlDocument } from '../resource/manifest-text.js';
import { emptyKubeConfig, KubeConfig, type KubeConfigData } from './kube-config.js';
import { CONFIG, decodeStruct, KubeConfigTypeError, structText } from './kube-config-types.js';

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

function nonObjectError(value: unknown): never {
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return failWith(
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${kind} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
  );
}

/** The same file is read by every command of a session. */
const parseText = rememberRecent(parseYamlDocument, 8);

/** Says that an object is no Config (runtime.Scheme's errors), or nothing. */
function checkKind({ apiVersion, kind }: JsonObject): void {
  for (const [name, value] of [
    ['apiVersion', apiVersion],
    ['kind', kind],
  ] as const)
    if (value !== undefined && value !== null && typeof value !== 'string')
      failWith(
        `couldn't get version/kind; json parse error: json: cannot unmarshal ${typeof value === 'boolean' ? 'bool' : typeof value} into Go struct field .${name} of type string`,
      );
  const version = apiVersion || 'v1';
  const name = kind || 'Config';
  if (version !== 'v1' || name !== 'Config') failWith(unregisteredKind(name, version));
}

const DUPLICATES = {
  clusters: ['*[]NamedCluster', '*map[string]*api.Cluster'],
  users: ['*[]NamedAuthInfo', '*map[string]*api.AuthInfo'],
  contexts: ['*[]NamedContext', '*map[string]*api.Context'],
} as const;
const MEMBERS = { clusters: 'cluster', users: 'user', contexts: 'context' } as const;

/** Reads one kubeconfig file into entries; these are shared, never changed in place. */
export function parseKubeConfig(text: string, path: string): KubeConfigData {
  const data = emptyKubeConfig();
  const parsed = parseText(text);
  if (!parsed.ok) failWith(parsed.error);
  const value = parsed.value;
  if (value === null || value === undefined) return data;
  if (!isJsonObject(value)) nonObjectError(value);
  checkKind(value);
  const config = decoded(value);
  data.currentContext = config['current-context'] as string;
  data.preferences = (config.preferences ?? {}) as JsonObject;
  data.extensions.push(...((config.extensions ?? []) as JsonObject[]));
  for (const list of ['clusters', 'users', 'contexts'] as const) {
    const target = data[list] as Map<string, JsonObject>;
    const items = (config[list] ?? []) as JsonObject[];
    for (const item of items) {
      const name = item.name as string;
      if (target.has(name))
        failWith(
          `error converting ${DUPLICATES[list][0]} into ${DUPLICATES[list][1]}: duplicate name "${name}" in list: ${structText(
            items,
            CONFIG.members.find((member) => member.name === list),
          )}`,
        );
      target.set(name, item[MEMBERS[list]] as JsonObject);
      data.origins.set(`${list}/${name}`, path);
    }
  }
  return data;
}

/** What the remembered texts decode to. */
const configs = new WeakMap<JsonObject, JsonObject>();

function decoded(value: JsonObject): JsonObject {
  const known = configs.get(value);
  if (known) return known;
  try {
    const config = deepFreeze(decodeStruct(value, CONFIG));
    configs.set(value, config);
    return config;
  } catch (error) {
    if (error instanceof KubeConfigTypeError) failWith(error.message);
    throw error;
  }
}

/** One file of the configuration, with where the error came from; undefined when it is not there. */
function loadFile(process: Process, path: string): KubeConfigData | undefined {
  const content = process.machine.files.readFile(resolvePath(process.cwd, path));
  if (!content.ok) {
    if (content.error === 'ENOENT' || content.error === 'ENOTDIR') return undefined;
    const verb = content.error === 'EISDIR' ? 'read' : 'open';
    failWith(`error loading config file "${path}": ${verb} ${path}: ${lower(FILE_ERROR_TEXT[content.error])}`);
  }
  const read = attemptNow(() => parseKubeConfig(content.value, path));
  if ('value' in read) return read.value;
  return failWith(`error loading config file "${path}": ${read.failure.errors.map(plainMessage).join('')}`);
}

/** Reads and merges the configuration's files; the first file that names an entry wins. Missing files count as empty. */
export function readKubeConfig(process: Process, flags: FlagSet): KubeConfigData {
  const { paths, explicit } = kubeConfigPaths(process, flags);
  const merged = emptyKubeConfig();
  for (const path of paths) {
    const data = loadFile(process, path);
    if (data === undefined) {
      if (explicit) failWith(`stat ${path}: no such file or directory`);
      continue;
    }
    merged.currentContext ||= data.currentContext;
    merged.preferences = { ...data.preferences, ...merged.preferences };
    const known = new Set(merged.extensions.map(({ name }) => name));
    merged.extensions.push(...data.extensions.filter(({ name }) => !known.has(name)));
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
