import { compareStrings, fail, isJsonObject, ok, type JsonObject, type Result } from '@seatrial/kernel';
import { GO_STRING, goMap, unmarshalYaml, type GoType } from '../values/go-decoding.js';
import type { Chart } from '../chart/chart.js';
import type { Values } from '../values/set-parser.js';

/** A hook of a release (helm.sh/hook annotation). */
export interface Hook {
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  readonly manifest: string;
  readonly events: readonly string[];
  readonly weight: number;
  /** Without one, `before-hook-creation` is put here when it runs. */
  deletePolicies: readonly string[];
  readonly outputLogPolicies?: readonly string[];
  lastRun?: { startedAt: number; completedAt: number; phase: string };
}

export type ReleaseStatus =
  | 'deployed'
  | 'superseded'
  | 'failed'
  | 'uninstalled'
  | 'uninstalling'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback';

/** What a release keeps of its chart. */
export type ReleasedChart = Pick<Chart, 'metadata' | 'values' | 'templates' | 'files' | 'schema'>;

/** One revision of a release, as it is kept in a Secret. Times in ms. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly chart: ReleasedChart;
  /** What the user gave. */
  readonly config: Values | null;
  readonly manifest: string;
  readonly notes: string;
  readonly hooks: Hook[];
  status: ReleaseStatus;
  description: string;
  readonly firstDeployed: number;
  lastDeployed: number;
  /** Client-side apply; server-side apply without. */
  readonly applyMethod?: 'csa';
  deletedAt?: number;
  /** `--labels`: on the Secrets of its revisions. */
  readonly labels?: Readonly<Record<string, string>>;
  /** All labels of the Secret that it was read from; no part of the record. */
  readonly storedLabels?: Readonly<Record<string, string>>;
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

/** A document of a release's manifest. */
export interface Manifest {
  readonly path: string;
  readonly content: string;
  readonly kind: string;
}

const compareKinds = (a: string, b: string): number =>
  kindRank(a) - kindRank(b) || (kindRank(a) === INSTALL_ORDER.length ? compareStrings(a, b) : 0);

const SEPARATOR = '---';

/**
 * Cuts a text as SplitManifests does, at `(?:^|\\s*\\n)---\\s*`: what follows takes the white space with it, so that of
 * several separators in a row every second one is a document.
 */
export function splitManifests(text: string): string[] {
  const whole = text.trim();
  const documents: string[] = [];
  const afterSpace = (from: number): number => {
    let at = from;
    while (at < whole.length && /\s/.test(whole[at])) at++;
    return at;
  };
  let start = whole.startsWith(SEPARATOR) ? afterSpace(SEPARATOR.length) : 0;
  for (;;) {
    const end = whole.indexOf(`\n${SEPARATOR}`, start);
    documents.push(whole.slice(start, end < 0 ? undefined : end).trim());
    if (end < 0) break;
    start = afterSpace(end + 1 + SEPARATOR.length);
  }
  return documents.filter((document) => document !== '');
}

const EVENTS = new Set([
  'pre-install', 'post-install', 'pre-delete', 'post-delete', 'pre-upgrade', 'post-upgrade', 'pre-rollback', 'post-rollback', 'test',
]); // prettier-ignore

const HEAD_METADATA =
  'struct { Name string "json:\\"name\\""; Annotations map[string]string "json:\\"annotations\\"" }';

/** What Helm reads of each document (pkg/release/v1/util SimpleHead). */
const SIMPLE_HEAD: GoType = {
  kind: 'struct',
  own: 'SimpleHead',
  name: 'util.SimpleHead',
  fields: {
    apiVersion: GO_STRING,
    kind: GO_STRING,
    metadata: {
      kind: 'struct',
      own: '',
      name: HEAD_METADATA,
      fields: { name: GO_STRING, annotations: goMap(GO_STRING) },
    },
  },
};

/** What a release consists of. */
export interface Assembled {
  readonly manifest: string;
  readonly documents: readonly Manifest[];
  readonly hooks: Hook[];
  /** What stands in the hook annotation of documents that are left out, since Helm knows no such hook. */
  readonly unknownHooks: readonly string[];
  readonly notes: string;
}

/** Rendered files as a release's manifest and hooks, in Helm's order; NOTES.txt apart. */
export function assembleManifest(
  chart: Chart,
  files: ReadonlyMap<string, string>,
  withSubchartNotes: boolean,
): Result<Assembled, string> {
  const manifests: Manifest[] = [];
  const hooks: Hook[] = [];
  const unknownHooks: string[] = [];
  for (const path of [...files.keys()].filter((name) => !name.endsWith('NOTES.txt')).sort(compareStrings)) {
    for (const content of splitManifests(files.get(path) ?? '')) {
      const read = unmarshalYaml(content, SIMPLE_HEAD);
      if (!read.ok) return fail(`YAML parse error on ${path}: ${read.error}`);
      const head: JsonObject = isJsonObject(read.value) ? read.value : {};
      const kind = typeof head.kind === 'string' ? head.kind : '';
      const hook = hookOf(path, content, kind, head);
      if (hook === undefined) manifests.push({ path, content, kind });
      else if (hook.events.every((event) => EVENTS.has(event))) hooks.push(hook);
      else unknownHooks.push(hookTypes(head) ?? '');
    }
  }
  manifests.sort((a, b) => compareKinds(a.kind, b.kind));
  hooks.sort((a, b) => compareKinds(a.kind, b.kind));
  const manifest = manifests.map(({ path, content }) => `---\n# Source: ${path}\n${content}\n`).join('');
  const ownNotes = `${chart.metadata.name}/templates/NOTES.txt`;
  const notes = [...files].filter(([path]) => path === ownNotes || (withSubchartNotes && path.endsWith('NOTES.txt')));
  return ok({ manifest, documents: manifests, hooks, unknownHooks, notes: notes.map(([, text]) => text).join('\n') });
}

const annotationsOf = ({ metadata }: JsonObject): JsonObject =>
  isJsonObject(metadata) && isJsonObject(metadata.annotations) ? metadata.annotations : {};

/** The hook annotation as Go reads it: one without value is empty. */
function hookTypes(object: JsonObject): string | undefined {
  const types = annotationsOf(object)['helm.sh/hook'];
  return types === null ? '' : typeof types === 'string' ? types : undefined;
}

function hookOf(path: string, manifest: string, kind: string, object: JsonObject): Hook | undefined {
  const metadata: JsonObject = isJsonObject(object.metadata) ? object.metadata : {};
  const annotations = annotationsOf(object);
  const types = hookTypes(object);
  if (types === undefined) return undefined;
  const words = (value: unknown): string[] =>
    typeof value === 'string' ? value.split(',').map((word) => word.trim().toLowerCase()) : [];
  const weight = annotations['helm.sh/hook-weight'];
  return {
    name: typeof metadata.name === 'string' ? metadata.name : '',
    kind,
    path,
    manifest,
    events: words(types).map((event) => (event === 'test-success' ? 'test' : event)),
    weight: typeof weight === 'string' && /^[+-]?\d{1,15}$/.test(weight) ? Number(weight) : 0,
    deletePolicies: words(annotations['helm.sh/hook-delete-policy']),
    outputLogPolicies: words(annotations['helm.sh/hook-output-log-policy']),
  };
}

/** Chart and version in one word, as tables show them. */
export const chartLabel = ({ chart }: Release): string => `${chart.metadata.name}-${chart.metadata.version}`;

export const appVersion = ({ chart }: Release): string => {
  const version = chart.metadata.appVersion;
  return typeof version === 'string' || typeof version === 'number' ? String(version) : '';
};
