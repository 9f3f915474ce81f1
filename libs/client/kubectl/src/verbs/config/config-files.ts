import { FILE_ERROR_TEXT, compareStrings, directoryName, resolvePath, type JsonObject } from '@seatrial/kernel';
import { toYaml } from '@seatrial/manifest';
import type { KubeConfigData } from '../../client/kube-config.js';
import { emptyKubeConfig } from '../../client/kube-config.js';
import { kubeConfigPaths, parseKubeConfig, readKubeConfig } from '../../client/load-kube-config.js';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';

export type ConfigList = 'clusters' | 'contexts' | 'users';

const MEMBER: Readonly<Record<ConfigList, string>> = { clusters: 'cluster', contexts: 'context', users: 'user' };

/** All files of the configuration, merged, without the overrides of flags. */
export const mergedConfig = (k: Invocation): KubeConfigData => readKubeConfig(k.process, k.flags);

/** A configuration as `kubectl config view` and the files show it: entries by name. */
export function configObject(data: KubeConfigData): JsonObject {
  const list = (name: ConfigList): JsonObject[] | null => {
    const entries = [...data[name]].sort(([a], [b]) => compareStrings(a, b));
    return entries.length === 0
      ? null
      : entries.map(([entry, value]) => ({ [MEMBER[name]]: { ...value }, name: entry }));
  };
  return {
    apiVersion: 'v1',
    clusters: list('clusters'),
    contexts: list('contexts'),
    'current-context': data.currentContext,
    kind: 'Config',
    users: list('users'),
  };
}

/** The file that a change of an entry goes to: where the entry came from, else the first file (clientcmd.ModifyConfig). */
function fileOf(k: Invocation, origin: string | undefined): string {
  const { paths } = kubeConfigPaths(k.process, k.flags);
  return origin ?? paths.find((path) => k.process.machine.files.exists(resolvePath(k.process.cwd, path))) ?? paths[0];
}

/** Changes one file of the configuration. `key` is `contexts/name` and the like, or '' for the current context. */
export function changeConfig(k: Invocation, key: string, change: (data: KubeConfigData) => void): void {
  const path = fileOf(k, mergedConfig(k).origins.get(key));
  const at = resolvePath(k.process.cwd, path);
  const { files } = k.process.machine;
  const content = files.readFile(at);
  const data = content.ok ? parseKubeConfig(content.value, path) : emptyKubeConfig();
  change(data);
  files.makeDirectories(directoryName(at), k.process.user);
  const written = files.writeFile(at, toYaml(configObject(data)), { mode: 0o600, owner: k.process.user });
  if (!written.ok) failWith(`open ${path}: ${FILE_ERROR_TEXT[written.error].toLowerCase()}`);
}
