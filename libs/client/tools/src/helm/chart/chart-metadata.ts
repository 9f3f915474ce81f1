import { compareStrings, fail, isJsonObject, ok, type JsonObject, type Result } from '@seatrial/kernel';
import { GO_ANY, GO_BOOL, GO_STRING, goList, goMap, unmarshalYaml, type GoType } from '../values/go-decoding.js';

/** An entry of a chart's dependencies (pkg/chart/v2 Dependency of Helm v4.1). */
export interface ChartDependency extends JsonObject {
  name: string;
  repository: string;
}

/** Chart.yaml (pkg/chart/v2 Metadata of Helm v4.1): members that Helm knows, in its types. */
export interface ChartMetadata extends JsonObject {
  apiVersion: string;
  name: string;
  version: string;
  dependencies?: ChartDependency[];
}

const MAINTAINER: GoType = {
  kind: 'struct',
  own: 'Maintainer',
  name: 'v2.Maintainer',
  fields: { email: GO_STRING, name: GO_STRING, url: GO_STRING },
};

const DEPENDENCY: GoType = {
  kind: 'struct',
  own: 'Dependency',
  name: 'v2.Dependency',
  fields: {
    alias: GO_STRING,
    condition: GO_STRING,
    enabled: GO_BOOL,
    'import-values': goList(GO_ANY),
    name: GO_STRING,
    repository: GO_STRING,
    tags: goList(GO_STRING),
    version: GO_STRING,
  },
};

const METADATA: GoType = {
  kind: 'struct',
  own: 'Metadata',
  name: 'v2.Metadata',
  fields: {
    annotations: goMap(GO_STRING),
    apiVersion: GO_STRING,
    appVersion: GO_STRING,
    condition: GO_STRING,
    dependencies: goList(DEPENDENCY, '[]*v2.Dependency'),
    deprecated: GO_BOOL,
    description: GO_STRING,
    home: GO_STRING,
    icon: GO_STRING,
    keywords: goList(GO_STRING),
    kubeVersion: GO_STRING,
    maintainers: goList(MAINTAINER, '[]*v2.Maintainer'),
    name: GO_STRING,
    sources: goList(GO_STRING),
    tags: GO_STRING,
    type: GO_STRING,
    version: GO_STRING,
  },
};

/** What Go leaves out as empty. */
const isEmpty = (value: unknown): boolean =>
  value === '' || value === false || (Array.isArray(value) && value.length === 0);

function tidied(value: unknown): JsonObject {
  const given = isJsonObject(value) ? value : {};
  const members = Object.entries(given).filter(([, member]) => !isEmpty(member));
  const { dependencies } = given;
  const entries = Array.isArray(dependencies)
    ? dependencies.map((entry) => (isJsonObject(entry) ? { name: '', repository: '', ...entry } : null))
    : [];
  return { ...Object.fromEntries(members), ...(entries.length > 0 && { dependencies: entries }) };
}

/** Chart.yaml, or requirements.yaml, as Helm reads it; the error is that of sigs.k8s.io/yaml. */
export function readMetadata(text: string, strict = false): Result<JsonObject, string> {
  const read = unmarshalYaml(text, METADATA, strict);
  return read.ok ? ok(tidied(read.value)) : read;
}

const SEMVER = /^v?\d+(\.\d+){0,2}(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

/** Whether Masterminds/semver takes a version, which may lack parts. */
export const isVersion = (text: string): boolean => SEMVER.test(text);

export const textIn = (entry: JsonObject, key: string): string => {
  const value = entry[key];
  return typeof value === 'string' ? value : '';
};

function nameProblem(name: string): string | undefined {
  if (name === '') return 'chart.metadata.name is required';
  if (name === '.' || name === '..') return `chart.metadata.name ${JSON.stringify(name)} is not allowed`;
  return name.includes('/') ? `chart.metadata.name ${JSON.stringify(name)} is invalid` : undefined;
}

function versionProblem(version: string): string | undefined {
  if (version === '') return 'chart.metadata.version is required';
  return isVersion(version) ? undefined : `chart.metadata.version ${JSON.stringify(version)} is invalid`;
}

function dependencyProblem(entries: readonly unknown[]): string | undefined {
  const seen = new Set<string>();
  for (const entry of entries) {
    if (!isJsonObject(entry)) return 'dependencies must not contain empty or null nodes';
    const [name, alias] = [textIn(entry, 'name'), textIn(entry, 'alias')];
    if (alias !== '' && !/^[a-zA-Z0-9_-]+$/.test(alias))
      return `dependency ${JSON.stringify(name)} has disallowed characters in the alias`;
    const key = alias || name;
    if (seen.has(key)) return `more than one dependency with name or alias ${JSON.stringify(key)}`;
    seen.add(key);
  }
  return undefined;
}

function metadataProblem(metadata: JsonObject): string | undefined {
  const named = nameProblem(textIn(metadata, 'name')) ?? versionProblem(textIn(metadata, 'version'));
  if (named !== undefined) return named;
  if (!['', 'application', 'library'].includes(textIn(metadata, 'type')))
    return 'chart.metadata.type must be application or library';
  if (Array.isArray(metadata.maintainers) && !metadata.maintainers.every(isJsonObject))
    return 'maintainers must not contain empty or null nodes';
  return dependencyProblem(Array.isArray(metadata.dependencies) ? metadata.dependencies : []);
}

/** Metadata that Helm lets pass (Metadata.Validate); a chart that says no API version is of v1. */
export function validMetadata(metadata: JsonObject): Result<ChartMetadata, string> {
  const problem = metadataProblem(metadata);
  if (problem !== undefined) return fail(`validation: ${problem}`);
  const members = Object.entries({ apiVersion: 'v1', ...metadata }).sort(([a], [b]) => compareStrings(a, b));
  return ok(Object.fromEntries(members) as unknown as ChartMetadata);
}

/** The entries of a chart's dependencies. */
export const dependencyEntries = ({ dependencies = [] }: ChartMetadata): readonly ChartDependency[] => dependencies;
