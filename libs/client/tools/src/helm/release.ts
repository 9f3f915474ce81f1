import { compareStrings, fail, isJsonObject, ok, type JsonObject, type Result } from '@seatrial/kernel';
import { yamlToJson } from '@seatrial/manifest';
import type { ChartMetadata } from './chart.js';
import type { Values } from './set-parser.js';

/** A hook of a release (helm.sh/hook annotation). */
export interface Hook {
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  readonly manifest: string;
  readonly events: readonly string[];
  readonly weight: number;
  readonly deletePolicies: readonly string[];
  lastRun?: { startedAt: number; completedAt: number; phase: string };
}

export type ReleaseStatus =
  | 'deployed' | 'superseded' | 'failed' | 'uninstalled' | 'uninstalling' | 'pending-install' | 'pending-upgrade' | 'pending-rollback'; // prettier-ignore

/** One revision of a release, as it is kept in a Secret. Times in ms. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly chart: { readonly metadata: ChartMetadata; readonly values: Values };
  /** What the user gave. */
  readonly config: Values | null;
  readonly manifest: string;
  readonly notes: string;
  readonly hooks: Hook[];
  status: ReleaseStatus;
  description: string;
  readonly firstDeployed: number;
  lastDeployed: number;
}

export const INSTALL_ORDER = [
  'PriorityClass', 'Namespace', 'NetworkPolicy', 'ResourceQuota', 'LimitRange', 'PodSecurityPolicy',
  'PodDisruptionBudget', 'ServiceAccount', 'Secret', 'SecretList', 'ConfigMap', 'StorageClass', 'PersistentVolume',
  'PersistentVolumeClaim', 'CustomResourceDefinition', 'ClusterRole', 'ClusterRoleList', 'ClusterRoleBinding',
  'ClusterRoleBindingList', 'Role', 'RoleList', 'RoleBinding', 'RoleBindingList', 'Service', 'DaemonSet', 'Pod',
  'ReplicationController', 'ReplicaSet', 'Deployment', 'HorizontalPodAutoscaler', 'StatefulSet', 'Job', 'CronJob',
  'IngressClass', 'Ingress', 'APIService', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration',
]; // prettier-ignore

const kindRank = (kind: string): number => {
  const rank = INSTALL_ORDER.indexOf(kind);
  return rank < 0 ? INSTALL_ORDER.length : rank;
};

interface Manifest {
  readonly path: string;
  readonly content: string;
  readonly kind: string;
}

const compareKinds = (a: string, b: string): number =>
  kindRank(a) - kindRank(b) || (kindRank(a) === INSTALL_ORDER.length ? compareStrings(a, b) : 0);

/** Cuts a text at lines that start with `---`. */
export function splitManifests(text: string): string[] {
  const documents: string[][] = [[]];
  for (const line of text.split('\n')) {
    if (line.startsWith('---')) documents.push([line.slice(3)]);
    else documents.at(-1)?.push(line);
  }
  return documents.map((lines) => lines.join('\n').trim()).filter((document) => document !== '');
}

const EVENTS = new Set([
  'pre-install', 'post-install', 'pre-delete', 'post-delete', 'pre-upgrade', 'post-upgrade', 'pre-rollback', 'post-rollback', 'test',
]); // prettier-ignore

/** Rendered files as a release's manifest and hooks, in Helm's order; NOTES.txt apart. */
export function assembleManifest(
  chartName: string,
  files: ReadonlyMap<string, string>,
): Result<{ readonly manifest: string; readonly hooks: Hook[]; readonly notes: string }, string> {
  const manifests: Manifest[] = [];
  const hooks: Hook[] = [];
  for (const path of [...files.keys()].filter((name) => !name.endsWith('NOTES.txt')).sort(compareStrings)) {
    for (const content of splitManifests(files.get(path) ?? '')) {
      const parsed = yamlToJson(content);
      if (!parsed.ok) return fail(`YAML parse error on ${path}: error converting YAML to JSON: ${parsed.error}`);
      const object: JsonObject = isJsonObject(parsed.value) ? parsed.value : {};
      const kind = typeof object.kind === 'string' ? object.kind : '';
      const hook = hookOf(path, content, kind, object);
      if (hook === undefined) manifests.push({ path, content, kind });
      else if (hook.events.every((event) => EVENTS.has(event))) hooks.push(hook);
    }
  }
  manifests.sort((a, b) => compareKinds(a.kind, b.kind));
  hooks.sort((a, b) => compareKinds(a.kind, b.kind));
  const manifest = manifests.map(({ path, content }) => `---\n# Source: ${path}\n${content}\n`).join('');
  return ok({ manifest, hooks, notes: files.get(`${chartName}/templates/NOTES.txt`) ?? '' });
}

function hookOf(path: string, manifest: string, kind: string, object: JsonObject): Hook | undefined {
  const metadata: JsonObject = isJsonObject(object.metadata) ? object.metadata : {};
  const annotations: JsonObject = isJsonObject(metadata.annotations) ? metadata.annotations : {};
  const types = annotations['helm.sh/hook'];
  if (typeof types !== 'string') return undefined;
  const words = (value: unknown): string[] =>
    typeof value === 'string' ? value.split(',').map((word) => word.trim().toLowerCase()) : [];
  const weight = Number(annotations['helm.sh/hook-weight'] ?? 0);
  return {
    name: typeof metadata.name === 'string' ? metadata.name : '',
    kind,
    path,
    manifest,
    events: words(types).map((event) => (event === 'test-success' ? 'test' : event)),
    weight: Number.isInteger(weight) ? weight : 0,
    deletePolicies: words(annotations['helm.sh/hook-delete-policy']),
  };
}

/** Chart and version in one word, as tables show them. */
export const chartLabel = ({ chart }: Release): string => `${chart.metadata.name}-${chart.metadata.version}`;

export const appVersion = ({ chart }: Release): string => {
  const version = chart.metadata.appVersion;
  return typeof version === 'string' || typeof version === 'number' ? String(version) : '';
};
