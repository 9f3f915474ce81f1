import { fail, isJsonObject, ok, reportUnsupported, type Coroutine, type Result } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import type { Chart } from './chart/chart.js';
import { withEnabledDependencies } from './chart/chart-dependencies.js';
import { versionFits } from './chart/version-constraint.js';
import { computedValues } from './engine/computed-values.js';
import { renderChart } from './engine/render-chart.js';
import type { RenderOptions } from './engine/render-options.js';
import { CLIENT_KUBE_VERSION, parseKubeVersion, type KubeVersion } from './engine/kube-version.js';
import { KNOWN_VERSIONS } from './engine/known-versions.js';
import { failHelm } from './helm-failure.js';
import { debugLine, logLine } from './helm-action.js';
import type { HelmCluster } from './release/helm-cluster.js';
import { assembleManifest, type Assembled } from './release/release.js';
import type { Values } from './values/set-parser.js';
import { plainValues } from './values/values.js';
import { schemaViolations } from '../json-schema/schema-check.js';

const SERVER_VERSION = 'v1.35.4';

/** Tables of the chart that the user's values replace by something else, and the other way round. */
export function* warnOfValues(k: Invocation, chart: Chart, values: Values): Coroutine<void> {
  const warnings = new Set<string>();
  computedValues(chart, values, (text) => warnings.add(text));
  for (const text of warnings) yield* logLine(k, 'INFO', text, {});
  if (k.flags.has('skip-schema-validation') && k.flags.bool('skip-schema-validation')) return;
  const enabled = withEnabledDependencies(chart, values);
  yield* debugSchemas(k, enabled, computedValues(enabled, values));
}

/** What `--debug` says of the check of a chart's schemas (ValidateAgainstSchema). */
function* debugSchemas(k: Invocation, chart: Chart, values: unknown): Coroutine<void> {
  const { name } = chart.metadata;
  if (chart.schema !== undefined) {
    yield* debugLine(k, 'chart name', { 'chart-name': name });
    yield* debugLine(k, 'unmarshalled JSON schema', { schema: chart.schema });
  }
  yield* debugLine(k, 'number of dependencies in the chart', { chart: name, dependencies: chart.dependencies.length });
  for (const dependency of chart.dependencies) {
    const under = isJsonObject(values) ? values[dependency.metadata.name] : undefined;
    if (isJsonObject(under)) yield* debugSchemas(k, dependency, under);
  }
}

/** Says which documents are left out for a hook that Helm does not know (SortManifests). */
export function* tellUnknownHooks(k: Invocation, { unknownHooks }: Assembled): Coroutine<void> {
  for (const hookTypes of unknownHooks) yield* logLine(k, 'INFO', 'skipping unknown hooks', { hookTypes });
}

const SCHEMA_COMPLAINT = "values don't meet the specifications of the schema(s) in the following chart(s):\n";

/** Why a chart's schemas, and its subcharts', refuse the values; undefined when they do not (ValidateAgainstSchema). */
export function schemaComplaint(k: Invocation, chart: Chart, given: Values): string | undefined {
  if (k.flags.has('skip-schema-validation') && k.flags.bool('skip-schema-validation')) return undefined;
  const complaints = (at: Chart, values: unknown): string => {
    const own = at.schema === undefined ? '' : schemaViolations(at.schema, plainValues(values));
    const under = at.dependencies.map((dependency) =>
      complaints(dependency, isJsonObject(values) ? values[dependency.metadata.name] : {}),
    );
    return `${own === '' ? '' : `${at.metadata.name}:\n${own}`}${under.join('')}`;
  };
  const text = complaints(chart, computedValues(chart, given));
  return text === '' ? undefined : SCHEMA_COMPLAINT + text;
}

export interface Rendered extends Assembled {
  /** What each template gave, by its path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Why a chart was not rendered: its values were refused, or its templates failed. */
export interface RenderFailure {
  readonly stage: 'values' | 'templates';
  readonly text: string;
  /** What the templates gave, where that is no manifest. */
  readonly texts?: ReadonlyMap<string, string>;
}

interface RenderContext {
  /** With it `lookup` and the served API versions are the cluster's own. */
  readonly cluster?: HelmCluster | undefined;
  /** Lint: told what `required` misses and what `fail` says. */
  readonly onComplaint?: NonNullable<RenderOptions['onComplaint']>;
}

/** Renders a chart for a release. */
export function renderRelease(
  k: Invocation,
  given: Chart,
  values: Values,
  release: RenderOptions['release'],
  { cluster, onComplaint }: RenderContext = {},
): Result<Rendered, RenderFailure> {
  const chart = withEnabledDependencies(given, values);
  const complaint = schemaComplaint(k, chart, values);
  if (complaint !== undefined) return fail({ stage: 'values', text: complaint });
  const failed = (text: string): Result<Rendered, RenderFailure> => fail({ stage: 'templates', text });
  const version = kubeVersion(k, cluster);
  const wanted = chart.metadata.kubeVersion;
  if (onComplaint === undefined && typeof wanted === 'string' && !versionFits(wanted, version.normalized))
    return failed(`chart requires kubeVersion: ${wanted} which is incompatible with Kubernetes ${version.version}`);
  const { simulation } = k.process.machine;
  const random = simulation.random.split(`helm/${String(k.now())}`);
  const extra = k.flags.has('api-versions') ? k.flags.list('api-versions') : [];
  const rendered = renderChart({
    chart,
    values,
    release,
    now: () => k.now(),
    charge: (steps) => {
      simulation.charge('steps', steps);
    },
    onUnsupported: (what) => {
      reportUnsupported(k.process.machine, what);
    },
    random: (length, alphabet) => random.characters(length, alphabet),
    apiVersions: extra.length > 0 && !cluster ? [...KNOWN_VERSIONS, ...extra] : KNOWN_VERSIONS,
    hasApiVersion: (name) =>
      extra.includes(name) || (cluster ? hasApiVersion(cluster, name) : KNOWN_VERSIONS.includes(name)),
    ...(cluster && { lookup: lookupIn(cluster) }),
    ...(onComplaint && { onComplaint }),
    kubeVersion: version,
  });
  if (!rendered.ok) return failed(rendered.error);
  const assembled = assembleManifest(
    chart,
    rendered.value,
    k.flags.has('render-subchart-notes') && k.flags.bool('render-subchart-notes'),
  );
  return assembled.ok
    ? ok({ ...assembled.value, texts: rendered.value })
    : fail({ stage: 'templates', text: assembled.error, texts: rendered.value });
}

/** `--kube-version`, the cluster's own, or what the client was built with. */
function kubeVersion(k: Invocation, cluster: HelmCluster | undefined): KubeVersion {
  const given = k.flags.has('kube-version') ? k.flags.string('kube-version') : '';
  const text = given !== '' ? given : cluster ? SERVER_VERSION : CLIENT_KUBE_VERSION;
  return parseKubeVersion(text) ?? failHelm(`invalid kube version '${text}': could not parse "${text}" as version`);
}

function hasApiVersion(cluster: HelmCluster, name: string): boolean {
  return cluster.api.restMapper().resources.some(({ group, version, kind }) => {
    const apiVersion = group === '' ? version : `${group}/${version}`;
    return name === apiVersion || name === `${apiVersion}/${kind}`;
  });
}

function lookupIn(cluster: HelmCluster): NonNullable<RenderOptions['lookup']> {
  return (apiVersion, kind, namespace, name) => {
    const mapping = cluster.api.restMapper().forKind(apiVersion, kind);
    if (!mapping) return {};
    const where = mapping.namespaced && namespace !== '' ? { namespace } : {};
    const verb = name === '' ? 'list' : 'get';
    const { group, version, resource } = mapping;
    const request = { verb, group, version, resource, ...where, ...(name === '' ? {} : { name }) } as const;
    const response = cluster.api.server.handle({ ...request, user: cluster.api.user });
    return response.code < 400 ? response.body : {};
  };
}
