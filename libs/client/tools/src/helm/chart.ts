import {
  compareStrings,
  fail,
  isJsonObject,
  ok,
  type FileSystem,
  type JsonObject,
  type Result,
} from '@seatrial/kernel';
import { readTar } from '@seatrial/kubectl';
import { yamlToJson } from '@seatrial/manifest';
import { gunzipText, isGzip } from '../files/gzip-format.js';
import { ignoreRules } from './helm-ignore.js';
import type { Values } from './set-parser.js';

/** A file of a chart: its path within the chart, and its text. */
export interface ChartFile {
  readonly name: string;
  readonly data: string;
}

/** Chart.yaml as far as it is used; other members are kept. */
export interface ChartMetadata extends JsonObject {
  name: string;
  version: string;
}

/** A chart as it was read from a folder. */
export interface Chart {
  readonly metadata: ChartMetadata;
  readonly values: Values;
  readonly templates: readonly ChartFile[];
  /** What is neither template nor metadata: `.Files`. */
  readonly files: readonly ChartFile[];
  readonly crds: readonly ChartFile[];
  readonly dependencies: readonly Chart[];
  /** The text of values.yaml. */
  readonly rawValues: string;
  readonly rawMetadata: string;
  /** The text of values.schema.json. */
  readonly schema?: string;
}

/** The files of a packed chart; the error is Helm's text. */
export function unpackChart(text: string): Result<ChartFile[], string> {
  const plain = isGzip(text) ? gunzipText(text) : undefined;
  if (plain === undefined) return fail('file does not appear to be a gzipped archive; got "application/octet-stream"');
  const files = readTar(plain)
    .filter(({ type }) => type === 'file')
    .map(({ name, content }) => ({ name: name.slice(name.indexOf('/') + 1), data: content }));
  return files.length === 0 ? fail('no files in chart archive') : ok(files);
}

const MAX_FILES = 2000;

function* walk(files: FileSystem, folder: string, prefix: string, count: { left: number }): Generator<ChartFile> {
  const found = files.readDirectory(folder);
  if (!found.ok) return;
  for (const name of [...found.value].sort(compareStrings)) {
    if (--count.left < 0) return;
    const path = `${folder}/${name}`;
    const node = files.stat(path);
    if (!node.ok) continue;
    if (node.value.type === 'directory') yield* walk(files, path, `${prefix}${name}/`, count);
    else {
      const text = files.readFile(path);
      if (text.ok) yield { name: prefix + name, data: text.value };
    }
  }
}

/** The files of a chart's folder, without those that `.helmignore` names. */
export function chartFiles(fileSystem: FileSystem, folder: string): ChartFile[] {
  const ignore = fileSystem.readFile(`${folder}/.helmignore`);
  const ignored = ignoreRules(ignore.ok ? ignore.value : '');
  const all = [...walk(fileSystem, folder, '', { left: MAX_FILES })].map(({ name, data }) => ({
    name,
    data: data.startsWith('\ufeff') ? data.slice(1) : data,
  }));
  return all.filter(({ name }) => !ignored(name));
}

/** Reads a chart's folder (loader.LoadDir); the error is Helm's text. */
export function loadChart(fileSystem: FileSystem, folder: string): Result<Chart, string> {
  return chartOf(chartFiles(fileSystem, folder));
}

/** A chart from its files. */
export function chartOf(all: readonly ChartFile[]): Result<Chart, string> {
  const text = (name: string): string | undefined => all.find((file) => file.name === name)?.data;
  const rawMetadata = text('Chart.yaml');
  if (rawMetadata === undefined) return fail('Chart.yaml file is missing');
  const metadata = yamlToJson(rawMetadata);
  if (!metadata.ok) return fail(`cannot load Chart.yaml: error converting YAML to JSON: ${metadata.error}`);
  const valid = validMetadata(isJsonObject(metadata.value) ? metadata.value : {});
  if (!valid.ok) return valid;
  const rawValues = text('values.yaml') ?? '';
  const values = yamlToJson(rawValues);
  if (!values.ok) return fail(`cannot load values.yaml: error converting YAML to JSON: ${values.error}`);
  const schema = text('values.schema.json');
  const dependencies = subcharts(all);
  if (!dependencies.ok) return dependencies;
  const own = all.filter(({ name }) => !name.startsWith('charts/'));
  return ok({
    metadata: valid.value,
    values: isJsonObject(values.value) ? values.value : {},
    templates: own.filter(({ name }) => name.startsWith('templates/')),
    crds: own.filter(({ name }) => /^crds\/.*\.(ya?ml|json)$/.test(name)),
    files: own.filter(
      ({ name }) => !/^(templates|crds)\/|^(Chart\.(yaml|lock)|values\.yaml|values\.schema\.json)$/.test(name),
    ),
    dependencies: dependencies.value,
    rawValues,
    rawMetadata,
    ...(schema !== undefined && { schema }),
  });
}

function subcharts(all: readonly ChartFile[]): Result<Chart[], string> {
  const folders = new Map<string, ChartFile[]>();
  for (const { name, data } of all) {
    const match = /^charts\/([^/_.][^/]*)\/(.+)$/.exec(name);
    if (match) folders.set(match[1], [...(folders.get(match[1]) ?? []), { name: match[2], data }]);
  }
  for (const { name, data } of all) {
    const packed = /^charts\/([^/_.][^/]*)\.tgz$/.test(name) ? unpackChart(data) : undefined;
    if (packed?.ok) folders.set(name, packed.value);
    else if (packed) return packed;
  }
  const charts: Chart[] = [];
  for (const files of folders.values()) {
    const chart = chartOf(files);
    if (!chart.ok) return chart;
    charts.push(chart.value);
  }
  return ok(charts);
}

const SEMVER = /^v?\d+(\.\d+){0,2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

function validMetadata(metadata: JsonObject): Result<ChartMetadata, string> {
  const { apiVersion, name, version, type } = metadata;
  const invalid = (what: string): Result<ChartMetadata, string> => fail(`validation: ${what}`);
  if (!apiVersion) return invalid('chart.metadata.apiVersion is required');
  if (!name) return invalid('chart.metadata.name is required');
  if (typeof name !== 'string' || name.includes('/'))
    return invalid(`chart.metadata.name ${JSON.stringify(name)} is invalid`);
  if (!version) return invalid('chart.metadata.version is required');
  const text = typeof version === 'number' ? String(version) : typeof version === 'string' ? version : '';
  if (!SEMVER.test(text)) return invalid(`chart.metadata.version ${JSON.stringify(text)} is invalid`);
  if (type !== undefined && type !== '' && type !== 'application' && type !== 'library')
    return invalid('chart.metadata.type must be application or library');
  return ok({ ...metadata, name, version: text });
}
