import { compareStrings, fail, ok, type FileSystem, type JsonObject, type Result } from '@seatrial/kernel';
import { readTar } from '@seatrial/kubectl';
import { gunzipText, isGzip } from '../../files/gzip-format.js';
import { GO_STRING, unmarshalValues, unmarshalYaml } from '../values/go-decoding.js';
import type { Values } from '../values/set-parser.js';
import { mergeValues } from '../values/values.js';
import type { Chart, ChartFile } from './chart.js';
import { readMetadata, textIn, validMetadata } from './chart-metadata.js';
import { ignoreRules } from './helm-ignore.js';

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

/** The files of a packed chart at a path; the error is Helm's text (archive.EnsureArchive). */
export function unpackChart(text: string, path?: string): Result<ChartFile[], string> {
  const plain = isGzip(text) ? gunzipText(text) : undefined;
  if (plain === undefined && path === undefined)
    return fail('file does not appear to be a gzipped archive; got "application/octet-stream"');
  if (plain === undefined && /\.ya?ml$/.test(path ?? ''))
    return fail(`file '${path ?? ''}' seems to be a YAML file, but expected a gzipped archive`);
  // Content is told by the first 512 bytes, which a shorter file leaves zero.
  const type = text.length < 512 ? 'application/octet-stream' : 'text/plain; charset=utf-8';
  if (plain === undefined) return fail(`file '${path ?? ''}' does not appear to be a gzipped archive; got '${type}'`);
  const files = readTar(plain)
    .filter(({ type }) => type === 'file')
    .map(({ name, content }) => ({ name: name.slice(name.indexOf('/') + 1), data: content }));
  return files.length === 0 ? fail('no files in chart archive') : ok(files);
}

/** The API version that says how a chart is read (loader.LoadDir). */
function knownVersion(text: string): Result<undefined, string> {
  const base = unmarshalYaml(text, {
    kind: 'struct',
    own: 'chartBase',
    name: 'loader.chartBase',
    fields: { apiVersion: GO_STRING },
  });
  if (!base.ok) return fail(`cannot load Chart.yaml: ${base.error}`);
  const version = textIn((base.value ?? {}) as JsonObject, 'apiVersion');
  if (version === 'v3') return fail('invalid chart apiVersion');
  return ['v1', 'v2', ''].includes(version) ? ok(undefined) : fail('unsupported chart version');
}

/** A chart of a folder or an archive (loader.Load of Helm v4.1); the error is its text. */
export function loadChart(files: FileSystem, path: string): Result<Chart, string> {
  if (!files.isDirectory(path)) {
    const text = files.readFile(path);
    return text.ok ? readArchive(text.value, path) : fail(`stat ${path}: no such file or directory`);
  }
  const metadata = files.readFile(`${path}/Chart.yaml`);
  if (!metadata.ok)
    return fail(`unable to detect chart at ${path}/Chart.yaml: open ${path}/Chart.yaml: no such file or directory`);
  const known = knownVersion(metadata.value);
  return known.ok ? chartOf(chartFiles(files, path)) : known;
}

/** A chart of a folder, whatever its API version (the v2 loader's LoadDir). */
export const loadFolder = (files: FileSystem, path: string): Result<Chart, string> => chartOf(chartFiles(files, path));

/** A chart of a folder or an archive, whatever its API version (the v2 loader's Load). */
export const loadAnyVersion = (files: FileSystem, path: string): Result<Chart, string> =>
  files.isDirectory(path) ? loadFolder(files, path) : loadChart(files, path);

/** The chart in an archive; the error is Helm's text. */
export function readArchive(text: string, path?: string): Result<Chart, string> {
  const files = unpackChart(text, path);
  return files.ok ? chartOf(files.value) : files;
}

/** Chart.yaml, and for charts of v1 requirements.yaml, which may say the dependencies. */
function metadataOf(text: (name: string) => string | undefined): Result<JsonObject, string> {
  let metadata: JsonObject = {};
  for (const name of ['Chart.yaml', 'requirements.yaml']) {
    const read = readMetadata(text(name) ?? '');
    if (!read.ok) return fail(`cannot load ${name}: ${read.error}`);
    metadata = { ...metadata, ...read.value };
  }
  return ok(metadata);
}

/** values.yaml, whose documents are laid over each other. */
function valuesOf(text: string): Result<Values, string> {
  let values: Values = {};
  for (const document of text.split(/^---.*$/m)) {
    const read = unmarshalValues(document);
    if (!read.ok) return fail(`cannot load values.yaml: cannot unmarshal yaml document: ${read.error}`);
    values = mergeValues(values, read.value);
  }
  return ok(values);
}

const isOther = (name: string): boolean =>
  !/^templates\/|^(Chart\.(yaml|lock)|values\.yaml|values\.schema\.json)$/.test(name);

/** A chart from its files (loader.LoadFiles of Helm v4.1); the error is Helm's text. */
export function chartOf(all: readonly ChartFile[]): Result<Chart, string> {
  const text = (name: string): string | undefined => all.find((file) => file.name === name)?.data;
  if (text('Chart.yaml') === undefined) return fail('Chart.yaml file is missing');
  const metadata = metadataOf(text);
  if (!metadata.ok) return metadata;
  const values = valuesOf(text('values.yaml') ?? '');
  if (!values.ok) return values;
  const valid = validMetadata(metadata.value);
  if (!valid.ok) return valid;
  const dependencies = subcharts(all, valid.value.name);
  if (!dependencies.ok) return dependencies;
  const own = all.filter(({ name }) => !name.startsWith('charts/'));
  const schema = text('values.schema.json');
  const rawValues = text('values.yaml');
  return ok({
    metadata: valid.value,
    values: values.value,
    templates: own.filter(({ name }) => name.startsWith('templates/')),
    crds: own.filter(({ name }) => /^crds\/.*\.(ya?ml|json)$/.test(name)),
    files: own.filter(({ name }) => isOther(name)),
    dependencies: dependencies.value,
    ...(rawValues !== undefined && { rawValues }),
    ...(schema !== undefined && { schema }),
  });
}

/** The files of a chart's subcharts, by the folder or archive below charts/. */
function subchartFiles(all: readonly ChartFile[]): Result<Map<string, ChartFile[]>, string> {
  const found = new Map<string, ChartFile[]>();
  for (const { name, data } of all) {
    const [, folder, path] = /^charts\/([^/_.][^/]*)\/(.+)$/.exec(name) ?? [];
    if (folder !== undefined) found.set(folder, [...(found.get(folder) ?? []), { name: path, data }]);
    const archive = /^charts\/([^/_.][^/]*\.tgz)$/.exec(name)?.[1];
    if (archive === undefined) continue;
    const packed = unpackChart(data);
    if (!packed.ok) return fail(`${archive} ${packed.error}`);
    found.set(archive, packed.value);
  }
  return ok(found);
}

function subcharts(all: readonly ChartFile[], parent: string): Result<Chart[], string> {
  const wrapped = (name: string, problem: string): Result<Chart[], string> =>
    fail(`error unpacking subchart ${name} in ${parent}: ${problem}`);
  const found = subchartFiles(all);
  if (!found.ok) return wrapped(found.error.split(' ')[0], found.error.slice(found.error.indexOf(' ') + 1));
  const charts: Chart[] = [];
  for (const [name, files] of found.value) {
    const chart = chartOf(files);
    if (!chart.ok) return wrapped(name, chart.error);
    charts.push(chart.value);
  }
  return ok(charts);
}
