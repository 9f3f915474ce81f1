import { encodeBase64, type JsonObject } from '@seatrial/kernel';
import type { Hook, Release, ReleasedChart } from './release.js';

/** An instant as Go's RFC 3339 with fractions. */
export const instant = (ms: number): string => new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z');

const optional = (members: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(members).filter(
      ([, value]) =>
        value !== '' && value !== undefined && value !== 0 && !(Array.isArray(value) && value.length === 0),
    ),
  );

function hookJson(hook: Hook): JsonObject {
  const { name, kind, path, manifest, events, lastRun, weight, deletePolicies, outputLogPolicies = [] } = hook;
  const run = lastRun
    ? { started_at: instant(lastRun.startedAt), completed_at: instant(lastRun.completedAt), phase: lastRun.phase }
    : { phase: '' };
  return {
    ...optional({ name, kind, path, manifest, events: [...events] }),
    last_run: run,
    ...optional({ weight, delete_policies: [...deletePolicies], output_log_policies: [...outputLogPolicies] }),
  };
}

const chartJson = ({ metadata, values, templates, files, schema }: ReleasedChart): JsonObject => ({
  metadata,
  lock: null,
  templates: templates.map(({ name, data }) => ({ name, data: encodeBase64(data) })),
  values: values as JsonObject,
  schema: schema === undefined ? null : encodeBase64(schema),
  files: files.map(({ name, data }) => ({ name, data: encodeBase64(data) })),
});

/** What `-o json` shows beside a release's record: its chart after a change, its objects in `status`. */
interface Shown {
  readonly chart?: ReleasedChart;
  readonly resources?: JsonObject;
}

/** A release as `-o json` shows it (pkg/release/v1 Release of Helm v4.1). */
export function releaseJson(release: Release, { chart, resources = {} }: Shown = {}): JsonObject {
  const { name, description, status, notes, config, manifest, hooks, version, namespace } = release;
  return {
    name,
    info: {
      first_deployed: instant(release.firstDeployed),
      last_deployed: instant(release.lastDeployed),
      ...(release.deletedAt !== undefined && { deleted: instant(release.deletedAt) }),
      ...optional({ description, status, notes }),
      ...(Object.keys(resources).length > 0 && { resources }),
    },
    ...(chart && { chart: chartJson(chart) }),
    ...(config && Object.keys(config).length > 0 && { config: config as JsonObject }),
    ...optional({ manifest, hooks: hooks.map(hookJson) }),
    version,
    namespace,
    apply_method: release.applyMethod ?? 'ssa',
  };
}
