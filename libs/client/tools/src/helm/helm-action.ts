import { fail, isJsonObject, ok, readAll, resolvePath, type Coroutine, type Result } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { yamlToJson } from '@seatrial/manifest';
import { loadChartAt } from './chart-archive.js';
import type { Chart } from './chart.js';
import { withEnabledDependencies } from './chart-dependencies.js';
import { computedValues, renderChart, type RenderOptions } from './engine.js';
import { chartFromAfar } from './package.verbs.js';
import { HelmCluster } from './helm-cluster.js';
import { failHelm } from './helm-failure.js';
import { assembleManifest, type Release } from './release.js';
import { ReleaseStorage } from './release-storage.js';
import { applySet, type Values } from './set-parser.js';
import { mergeValues, plainValues } from './values.js';
import { schemaViolations } from './values-schema.js';

const SERVER_VERSION = 'v1.35.4';
const NAME_RULE = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';

/** Why a text is no release name; undefined when it is one. */
export function nameComplaint(name: string): string | undefined {
  if (name !== '' && name.length <= 53 && new RegExp(NAME_RULE).test(name)) return undefined;
  return `invalid release name, must match regex ${NAME_RULE} and the length must not be longer than 53`;
}

/** Helm's log lines, on standard error. */
export function* logLine(
  k: Invocation,
  level: 'INFO' | 'WARN' | 'ERROR',
  text: string,
  fields: Readonly<Record<string, string>>,
): Coroutine<void> {
  const quote = (value: string): string => (/[\s"=\\]/.test(value) ? JSON.stringify(value) : value);
  const parts = Object.entries(fields).map(([key, value]) => ` ${key}=${quote(value)}`);
  yield* k.err(`level=${level} msg=${quote(text)}${parts.join('')}\n`);
}

/** Tables of the chart that the user's values replace by something else, and the other way round. */
export function* warnOfValues(k: Invocation, chart: Chart, values: Values): Coroutine<void> {
  const warnings = new Set<string>();
  computedValues(chart, values, (text) => warnings.add(text));
  for (const text of warnings) yield* logLine(k, 'INFO', text, {});
}

/** The chart that an argument names: a folder of the working directory; repositories are not there. */
export function chartAt(k: Invocation, argument: string): Chart {
  const { files } = k.process.machine;
  const path = resolvePath(k.process.cwd, argument);
  if (!files.exists(path)) {
    if (argument.startsWith('.') || argument.startsWith('/')) failHelm(`path "${argument}" not found`);
    failHelm(chartFromAfar(k, argument));
  }
  const chart = loadChartAt(files, path.replace(/\/$/, ''));
  if (!chart.ok) failHelm(chart.error);
  const missing = missingDependencies(chart.value);
  if (missing.length > 0)
    failHelm(
      `an error occurred while checking for chart dependencies. You may need to run \`helm dependency build\` to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: ${missing.join(', ')}`,
    );
  return chart.value;
}

function missingDependencies(chart: Chart): string[] {
  const wanted = Array.isArray(chart.metadata.dependencies) ? chart.metadata.dependencies : [];
  const present = new Set(chart.dependencies.map(({ metadata }) => metadata.name));
  return wanted.flatMap((entry) =>
    isJsonObject(entry) && typeof entry.name === 'string' && !present.has(entry.name) ? [entry.name] : [],
  );
}

/** The values that flags give: files first, then `--set` and its kin. */
export function* givenValues(k: Invocation): Coroutine<Values> {
  const { files } = k.process.machine;
  let values: Values = {};
  for (const name of k.flags.list('values')) {
    const text =
      name.trim() === '-' ? ok(yield* readAll(k.process.stdin)) : files.readFile(resolvePath(k.process.cwd, name));
    if (!text.ok) failHelm(`open ${name}: no such file or directory`);
    const parsed = yamlToJson(text.value);
    const unmarshal = `failed to parse ${name}: cannot unmarshal yaml document: `;
    if (!parsed.ok) failHelm(`${unmarshal}error converting YAML to JSON: ${parsed.error}`);
    if (isJsonObject(parsed.value)) values = mergeValues(values, parsed.value);
    else if (parsed.value !== null)
      failHelm(`${unmarshal}error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonKind(parsed.value)} into Go value of type map[string]interface {}`); // prettier-ignore
  }
  for (const text of k.flags.list('set-json')) values = mergeValues(values, jsonValues(text));
  for (const [flag, asText] of [
    ['set', false],
    ['set-string', true],
  ] as const)
    for (const text of k.flags.list(flag)) {
      const applied = applySet(values, text, asText);
      if (!applied.ok) failHelm(`failed parsing --${flag} data: ${applied.error}`);
    }
  for (const text of k.flags.list('set-file')) {
    const equals = text.indexOf('=');
    const content = files.readFile(resolvePath(k.process.cwd, text.slice(equals + 1)));
    if (!content.ok)
      failHelm(`failed parsing --set-file data: open ${text.slice(equals + 1)}: no such file or directory`);
    applySet(values, `${text.slice(0, equals)}=${content.value.replace(/[\\,[\]{}=.]/g, '\\$&')}`, true);
  }
  for (const text of k.flags.list('set-literal')) {
    const equals = text.indexOf('=');
    if (equals < 0) failHelm(`failed parsing --set-literal data: key "${text}" has no value`);
    applySet(values, `${text.slice(0, equals)}=${text.slice(equals + 1).replace(/[\\,[\]{}=.]/g, '\\$&')}`, true);
  }
  return values;
}

function jsonKind(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number'; // prettier-ignore
}

/** What `--set-json` gives: an object, or a path with the JSON of its value. */
function jsonValues(text: string): Values {
  const equals = text.trimStart().startsWith('{') ? -1 : text.indexOf('=');
  const parse = (json: string): unknown => {
    try {
      return JSON.parse(json);
    } catch {
      return failHelm(`failed parsing --set-json data ${equals < 0 && text.trimStart().startsWith('{') ? 'JSON: ' : ''}${text}`); // prettier-ignore
    }
  };
  if (equals < 0) {
    const object = parse(text);
    return isJsonObject(object) ? object : failHelm(`failed parsing --set-json data ${text}`);
  }
  const value = parse(text.slice(equals + 1));
  return text
    .slice(0, equals)
    .split('.')
    .reduceRight<unknown>((under, key) => ({ [key]: under }), value) as Values;
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

export interface Rendered {
  readonly manifest: string;
  readonly hooks: Release['hooks'];
  readonly notes: string;
  /** What each template gave, by its path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Renders a chart for a release; with a cluster `lookup` and the served API versions are its own. */
export function renderRelease(
  k: Invocation,
  given: Chart,
  values: Values,
  release: RenderOptions['release'],
  cluster?: HelmCluster,
  onRequired?: (warning: string) => void,
): Result<Rendered, string> {
  const chart = withEnabledDependencies(given, values);
  const complaint = schemaComplaint(k, chart, values);
  if (complaint !== undefined) return fail(complaint);
  if (typeof chart.metadata.kubeVersion === 'string' && chart.metadata.kubeVersion.includes('<'))
    // A range with an upper bound may exclude this cluster.
    if (/<=?\s*1\.(?:[0-2]?\d|3[0-4])\b/.test(chart.metadata.kubeVersion))
      return fail(
        `chart requires kubeVersion: ${chart.metadata.kubeVersion} which is incompatible with Kubernetes v1.35.4`,
      );
  const { simulation } = k.process.machine;
  const random = simulation.random.split(`helm/${String(k.now())}`);
  const rendered = renderChart({
    chart,
    values,
    release,
    now: () => k.now(),
    charge: (steps) => {
      simulation.charge('steps', steps);
    },
    random: (length, alphabet) => random.characters(length, alphabet),
    hasApiVersion: (name) => cluster !== undefined && hasApiVersion(cluster, name),
    ...(cluster && { lookup: lookupIn(cluster) }),
    ...(onRequired && { onRequired }),
    ...kubeVersion(k, cluster),
  });
  if (!rendered.ok) return rendered;
  const assembled = assembleManifest(chart.metadata.name, rendered.value);
  return assembled.ok ? ok({ ...assembled.value, texts: rendered.value }) : assembled;
}

/** `--kube-version`, or the cluster's own. */
function kubeVersion(k: Invocation, cluster: HelmCluster | undefined): { readonly kubeVersion?: string } {
  const given = k.flags.has('kube-version') ? k.flags.string('kube-version') : '';
  if (given === '') return cluster ? { kubeVersion: SERVER_VERSION } : {};
  const [major, minor = '0', patch = '0'] = given.replace(/^v/, '').split('.');
  return { kubeVersion: `v${major}.${minor}.${patch}` };
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

/** What every action on releases works with. */
export interface ReleaseSession {
  readonly k: Invocation;
  readonly cluster: HelmCluster;
  readonly storage: ReleaseStorage;
  readonly namespace: string;
}

export function* openSession(k: Invocation): Coroutine<ReleaseSession> {
  const cluster = yield* HelmCluster.connect(k);
  const storage = new ReleaseStorage(cluster.api, () => k.now());
  return { k, cluster, storage, namespace: k.namespace().namespace };
}

/** A revision of a release; the last without a number. */
export function* releaseOf(session: ReleaseSession, name: string, version = 0): Coroutine<Release> {
  const history = yield* session.storage.history(session.namespace, name);
  const found = version === 0 ? history.at(-1) : history.find((release) => release.version === version);
  return found ?? failHelm('release: not found');
}
