import { decodeBase64, encodeBase64, isJsonObject, type JsonObject } from '@seatrial/kernel';
import { toCompactJson } from '@seatrial/manifest';
import { gunzipText, gzipText, isGzip } from '../../files/gzip-format.js';
import type { ChartFile } from '../chart/chart.js';
import type { Values } from '../values/set-parser.js';
import { plainValues } from '../values/values.js';
import { releaseJson } from './release-json.js';
import type { Hook, Release, ReleaseStatus } from './release.js';

/** A map in the order in which Go prints one. */
const byName = (value: unknown): Values => JSON.parse(toCompactJson(plainValues(value))) as Values;

/** A release as its Secret holds it: JSON, gzipped, in base64 (encodeRelease of pkg/storage/driver, Helm v4.1). */
export function encodeRelease(release: Release): string {
  const { config, chart } = release;
  const sorted = { ...chart, values: byName(chart.values) };
  const record = releaseJson({ ...release, config: config && byName(config), chart: sorted }, { chart: sorted });
  return encodeBase64(gzipText(JSON.stringify(plainValues(record))));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const objectOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textsOf = (value: unknown): string[] => listOf(value).map(textOf);
const instantOf = (value: unknown): number => Date.parse(textOf(value)) || 0;

function decoded(text: string): string | undefined {
  const result = decodeBase64(text);
  return 'text' in result ? result.text : undefined;
}

const filesOf = (value: unknown): ChartFile[] =>
  listOf(value)
    .map(objectOf)
    .map(({ name, data }) => ({ name: textOf(name), data: decoded(textOf(data)) ?? '' }));

function hookOf(value: unknown): Hook {
  const hook = objectOf(value);
  const run = objectOf(hook.last_run);
  const phase = textOf(run.phase);
  return {
    name: textOf(hook.name),
    kind: textOf(hook.kind),
    path: textOf(hook.path),
    manifest: textOf(hook.manifest),
    events: textsOf(hook.events),
    weight: typeof hook.weight === 'number' ? hook.weight : 0,
    deletePolicies: textsOf(hook.delete_policies),
    outputLogPolicies: textsOf(hook.output_log_policies),
    ...(phase !== '' && {
      lastRun: { startedAt: instantOf(run.started_at), completedAt: instantOf(run.completed_at), phase },
    }),
  };
}

/** The release of a Secret, by its data and labels; undefined where it holds none that can be read. */
export function decodeRelease(data: string, storedLabels: Readonly<Record<string, string>>): Release | undefined {
  const packed = decoded(decoded(data) ?? '');
  const text = packed !== undefined && isGzip(packed) ? gunzipText(packed) : packed;
  if (!text?.startsWith('{')) return undefined;
  const record = JSON.parse(text) as JsonObject;
  const info = objectOf(record.info);
  const chart = objectOf(record.chart);
  const { schema } = chart;
  const own = Object.entries(storedLabels).filter(([name]) => !SYSTEM_LABELS.includes(name));
  return {
    name: textOf(record.name),
    namespace: textOf(record.namespace),
    version: Number(record.version),
    chart: {
      metadata: chart.metadata as Release['chart']['metadata'],
      values: objectOf(chart.values),
      templates: filesOf(chart.templates),
      files: filesOf(chart.files),
      ...(typeof schema === 'string' && { schema: decoded(schema) ?? '' }),
    },
    config: isJsonObject(record.config) ? record.config : null,
    manifest: textOf(record.manifest),
    notes: textOf(info.notes),
    hooks: listOf(record.hooks).map(hookOf),
    status: textOf(info.status) as ReleaseStatus,
    description: textOf(info.description),
    firstDeployed: instantOf(info.first_deployed),
    lastDeployed: instantOf(info.last_deployed),
    ...(info.deleted !== undefined && { deletedAt: instantOf(info.deleted) }),
    ...(record.apply_method === 'csa' && { applyMethod: 'csa' as const }),
    ...(own.length > 0 && { labels: Object.fromEntries(own) }),
    storedLabels,
  };
}

/** The labels that Helm itself puts on the Secret of a revision. */
export const SYSTEM_LABELS: readonly string[] = ['name', 'owner', 'status', 'version', 'createdAt', 'modifiedAt'];
