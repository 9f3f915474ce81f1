import { FILE_ERROR_TEXT, compareStrings, directoryName, resolvePath, type JsonObject } from '@seatrial/kernel';
import { toYaml } from '@seatrial/manifest';
import type { KubeConfigData } from '../../client/kube-config.js';
import { emptyKubeConfig } from '../../client/kube-config.js';
import { kubeConfigPaths, parseKubeConfig, readKubeConfig } from '../../client/load-kube-config.js';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';

export type ConfigList = 'clusters' | 'contexts' | 'users';

const MEMBER: Readonly<Record<ConfigList, string>> = { clusters: 'cluster', contexts: 'context', users: 'user' };
const FILE_MEMBERS = ['certificate-authority', 'client-certificate', 'client-key'];

/** A configuration as v1.Config has it, members in the type's order, entries by name. */
export function configObject(data: KubeConfigData): JsonObject {
  const list = (name: ConfigList): JsonObject[] | null => {
    const entries = [...(data[name] as Map<string, JsonObject>)].sort(([a], [b]) => compareStrings(a, b));
    return entries.length === 0 ? null : entries.map(([entry, value]) => ({ name: entry, [MEMBER[name]]: value }));
  };
  return {
    kind: 'Config',
    apiVersion: 'v1',
    ...(Object.keys(data.preferences).length > 0 && { preferences: data.preferences }),
    clusters: list('clusters'),
    users: list('users'),
    contexts: list('contexts'),
    'current-context': data.currentContext,
    ...(data.extensions.length > 0 && { extensions: data.extensions }),
  };
}

/** A file's path from another place, without `..`: else it stays as it is (RelativizePathWithNoBacksteps). */
function relativePath(base: string, path: string): string {
  const prefix = base.endsWith('/') ? base : `${base}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

/** The files of the configuration, to be read and changed (clientcmd.PathOptions and ModifyConfig, v0.35). */
export class ConfigAccess {
  readonly explicit: boolean;
  private readonly paths: readonly string[];

  constructor(private readonly k: Invocation) {
    const { paths, explicit } = kubeConfigPaths(k.process, k.flags);
    this.paths = paths;
    this.explicit = explicit;
  }

  /** All files, merged, without the overrides of flags; a named file that is not there counts as empty. */
  start(): KubeConfigData {
    if (this.explicit && !this.exists(this.paths[0])) return emptyKubeConfig();
    return readKubeConfig(this.k.process, this.k.flags);
  }

  /** The one file that --kubeconfig names, as it is. */
  explicitFile(): KubeConfigData {
    const [path] = this.paths;
    const content = this.k.process.machine.files.readFile(this.at(path));
    if (!content.ok) {
      const verb = content.error === 'EISDIR' ? 'read' : 'open';
      failWith(`${verb} ${path}: ${FILE_ERROR_TEXT[content.error].toLowerCase()}`);
    }
    return parseKubeConfig(content.value, path);
  }

  /** Where new entries go: the first file that is there, else the last one. */
  defaultFile(): string {
    return this.paths.find((path) => this.exists(path)) ?? this.paths[this.paths.length - 1];
  }

  /** Writes what differs from the files, each entry to the file it came from. */
  modify(next: KubeConfigData, relativize = true): void {
    const start = this.start();
    if (start.currentContext !== next.currentContext) this.writeCurrentContext(next.currentContext);
    if (JSON.stringify(start.preferences) !== JSON.stringify(next.preferences))
      this.change(this.paths[0], (file) => {
        file.preferences = next.preferences;
      });
    for (const list of ['clusters', 'contexts', 'users'] as const) {
      const [before, after] = [start[list], next[list]] as Map<string, JsonObject>[];
      for (const [name, entry] of after) {
        if (JSON.stringify(before.get(name)) === JSON.stringify(entry)) continue;
        const path = next.origins.get(`${list}/${name}`) ?? this.defaultFile();
        this.change(path, (file) => {
          (file[list] as Map<string, JsonObject>).set(name, relativize ? this.relativized(entry, path) : entry);
        });
      }
    }
    for (const list of ['clusters', 'contexts', 'users'] as const)
      for (const name of start[list].keys())
        if (!next[list].has(name))
          this.change(start.origins.get(`${list}/${name}`) ?? this.defaultFile(), (file) => {
            file[list].delete(name);
          });
  }

  /** A change of the current context: to the default file, or out of the first file that has one. */
  private writeCurrentContext(name: string): void {
    const path = this.explicit || name !== '' ? this.defaultFile() : this.paths.find((file) => this.hasContext(file));
    if (path === undefined) failWith('no config found to write context');
    this.change(path, (file) => {
      file.currentContext = name;
    });
  }

  private hasContext(path: string): boolean {
    const content = this.k.process.machine.files.readFile(this.at(path));
    return content.ok && parseKubeConfig(content.value, path).currentContext !== '';
  }

  private relativized(entry: JsonObject, path: string): JsonObject {
    const base = directoryName(this.at(path));
    const changed = { ...entry };
    for (const member of FILE_MEMBERS) {
      const file = entry[member];
      if (typeof file === 'string' && file !== '') changed[member] = relativePath(base, resolvePath(base, file));
    }
    return changed;
  }

  private change(path: string, change: (data: KubeConfigData) => void): void {
    const at = this.at(path);
    const { files } = this.k.process.machine;
    const content = files.readFile(at);
    const data = content.ok ? parseKubeConfig(content.value, path) : emptyKubeConfig();
    change(data);
    files.makeDirectories(directoryName(at), this.k.process.user);
    const text = toYaml(configObject(data));
    const written = files.writeFile(at, text, { mode: 0o600, owner: this.k.process.user });
    if (!written.ok) failWith(`open ${path}: ${FILE_ERROR_TEXT[written.error].toLowerCase()}`);
  }

  private exists(path: string): boolean {
    return this.k.process.machine.files.exists(this.at(path));
  }

  private at(path: string): string {
    return resolvePath(this.k.process.cwd, path);
  }
}
