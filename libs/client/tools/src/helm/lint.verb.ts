import { isJsonObject, resolvePath, type JsonObject } from '@seatrial/kernel';
import { boolFlag, defineVerb, stringFlag, type Invocation } from '@seatrial/kubectl';
import { yamlToJson } from '@seatrial/manifest';
import { isDns1035Label, isDns1123Label, isDns1123Subdomain } from '@seatrial/schema';
import { loadChartAt } from './chart-archive.js';
import type { Chart } from './chart.js';
import { givenValues, logLine, renderFiles } from './helm-action.js';
import { failHelm } from './helm-failure.js';
import { splitManifests } from './release.js';
import { VALUE_FLAGS, demandArguments } from './release.verbs.js';
import type { Values } from './set-parser.js';
import { coalesceTables, plainValues } from './values.js';
import { schemaViolations } from './values-schema.js';

type Severity = 'INFO' | 'WARNING' | 'ERROR';

interface LintMessage {
  readonly severity: Severity;
  readonly path: string;
  readonly text: string;
}

/** A run of Helm's rules over one chart (pkg/chart/v2/lint of Helm v4.1). */
class Linter {
  readonly messages: LintMessage[] = [];
  /** The chart of an archive, where it is none of a folder. */
  private packed: Chart | undefined;

  constructor(
    private readonly k: Invocation,
    /** The chart's path as it was typed. */
    private readonly path: string,
    private readonly folder: string,
    private readonly values: Values,
    private readonly onRequired: (warning: string) => void,
  ) {}

  run(): void {
    const { files } = this.k.process.machine;
    const chart = loadChartAt(files, this.folder);
    if (chart.ok && !files.isDirectory(this.folder)) this.packed = chart.value;
    this.chartFile();
    this.valuesFile();
    this.templates(chart.ok ? chart.value : chart.error);
    this.dependencies(chart.ok ? chart.value : chart.error);
  }

  private say(severity: Severity, path: string, text: string | undefined): boolean {
    if (text !== undefined) this.messages.push({ severity, path, text });
    return text === undefined;
  }

  private read(name: string): string | undefined {
    const { packed } = this;
    if (packed) return { 'Chart.yaml': packed.rawMetadata, 'values.yaml': packed.rawValues || undefined, 'values.schema.json': packed.schema }[name]; // prettier-ignore
    const text = this.k.process.machine.files.readFile(`${this.folder}/${name}`);
    return text.ok ? text.value : undefined;
  }

  private chartFile(): void {
    const at = 'Chart.yaml';
    const parsed = yamlToJson(this.read(at) ?? '');
    if (!parsed.ok) {
      this.say('ERROR', at, `unable to parse YAML\n\terror converting YAML to JSON: ${parsed.error}`);
      return;
    }
    const metadata = isJsonObject(parsed.value) ? parsed.value : {};
    const text = (key: string): string => (typeof metadata[key] === 'string' ? metadata[key] : '');
    const number = (key: string): string | undefined =>
      typeof metadata[key] === 'number'
        ? `${key} should be of type string but it's of type float64`
        : typeof metadata[key] === 'boolean'
          ? `${key} should be of type string but it's of type bool`
          : undefined;
    const { name, apiVersion } = { name: text('name'), apiVersion: text('apiVersion') };
    const version = typeof metadata.version === 'number' ? String(metadata.version) : text('version');
    this.say('ERROR', at, name === '' ? 'name is required' : name.includes('/') ? `chart name ${JSON.stringify(name)} is invalid` : undefined); // prettier-ignore
    this.say('ERROR', at, apiVersionComplaint(apiVersion));
    this.say('ERROR', at, number('version'));
    this.say('ERROR', at, versionComplaint(version));
    this.say('ERROR', at, number('appVersion'));
    this.say('ERROR', at, maintainersComplaint(metadata));
    this.say('INFO', at, metadata.icon ? undefined : 'icon is recommended');
    if (Array.isArray(metadata.dependencies) && metadata.dependencies.length > 0 && apiVersion !== 'v2')
      this.say('ERROR', at, `dependencies are not valid in the Chart file with apiVersion '${apiVersion}'. They are valid in apiVersion 'v2'`); // prettier-ignore
    if (text('type') !== '' && apiVersion !== 'v2')
      this.say('ERROR', at, `chart type is not valid in apiVersion '${apiVersion}'. It is valid in apiVersion 'v2'`);
    this.say('WARNING', at, STRICT.test(version) ? undefined : `version '${version}' is not a valid SemVerV2`);
  }

  private valuesFile(): void {
    const at = 'values.yaml';
    const text = this.read(at);
    if (!this.say('INFO', at, text === undefined ? 'file does not exist' : undefined)) return;
    const parsed = yamlToJson(text ?? '');
    if (!parsed.ok) {
      this.say('ERROR', at, `unable to parse YAML: error converting YAML to JSON: ${parsed.error}`);
      return;
    }
    const schema = this.read('values.schema.json');
    if (schema === undefined || this.k.flags.bool('skip-schema-validation')) return;
    const values = coalesceTables(this.values, isJsonObject(parsed.value) ? parsed.value : {});
    const violations = schemaViolations(schema, plainValues(values));
    this.say('ERROR', at, violations === '' ? undefined : violations);
  }

  private templates(chart: Chart | string): void {
    const at = 'templates/';
    const { files } = this.k.process.machine;
    const there = !files.isDirectory(this.folder) || files.exists(`${this.folder}/templates`);
    if (!this.say('WARNING', at, there ? undefined : 'directory does not exist')) return;
    if (typeof chart === 'string') {
      this.say('ERROR', at, chart);
      return;
    }
    const options = { name: 'test-release', namespace: this.k.namespace().namespace, revision: 0, isUpgrade: false };
    const { onRequired } = this;
    const rendered = renderFiles(this.k, chart, this.values, options, undefined, { onRequired });
    if (!rendered.ok) {
      this.say('ERROR', at, rendered.error);
      return;
    }
    for (const { name } of chart.templates) {
      const extension = /\.[^./]*$/.exec(name)?.[0] ?? '';
      if (!EXTENSIONS.has(extension))
        this.say('ERROR', name, `file extension '${extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt`); // prettier-ignore
      const text = rendered.value.get(`${chart.metadata.name}/${name}`) ?? '';
      if (!['.yaml', '.yml'].includes(extension.toLowerCase()) || text.trim() === '') continue;
      if (!this.rendered(name, text)) return;
    }
  }

  /** One template's text; false when it is no YAML. */
  private rendered(name: string, text: string): boolean {
    const first = text.split('\n').find((line) => line.trim() !== '') ?? '';
    if (/^[ \t]/.test(first))
      this.say('WARNING', name, `document starts with an illegal indent: ${JSON.stringify(first)}, which may cause parsing problems`); // prettier-ignore
    for (const document of splitManifests(text)) {
      const parsed = yamlToJson(document);
      if (!parsed.ok)
        return this.say('ERROR', name, `unable to parse YAML: error converting YAML to JSON: ${parsed.error}`);
      if (isJsonObject(parsed.value)) this.object(name, parsed.value, text);
    }
    return true;
  }

  private object(path: string, object: JsonObject, text: string): void {
    const kind = typeof object.kind === 'string' ? object.kind : '';
    const metadata = isJsonObject(object.metadata) ? object.metadata : {};
    const name = typeof metadata.name === 'string' ? metadata.name : '';
    const complaints = nameComplaints(kind, name);
    if (complaints.length > 0) {
      const all = complaints.map((why) => `metadata.name: Invalid value: ${JSON.stringify(name)}: ${why}`);
      this.say('WARNING', path, `object name does not conform to Kubernetes naming requirements: ${JSON.stringify(name)}: ${all.length > 1 ? `[${all.join(', ')}]` : all[0]}`); // prettier-ignore
    }
    if (['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet'].includes(kind) && !/matchLabels|matchExpressions/.test(text)) // prettier-ignore
      this.say('ERROR', path, `a ${kind} must contain matchLabels or matchExpressions, and ${JSON.stringify(name)} does not`); // prettier-ignore
  }

  private dependencies(chart: Chart | string): void {
    if (typeof chart === 'string') {
      this.say('ERROR', '', `unable to load chart\n\t${chart}`);
      return;
    }
    const wanted = Array.isArray(chart.metadata.dependencies)
      ? chart.metadata.dependencies
          .filter(isJsonObject)
          .map((entry) => ({ name: typeof entry.name === 'string' ? entry.name : '', alias: entry.alias }))
      : [];
    const present = chart.dependencies.map(({ metadata }) => metadata.name);
    const names = new Set(wanted.map(({ name }) => name));
    const list = (severity: Severity, before: string, found: readonly string[]): boolean =>
      this.say(severity, this.path, found.length === 0 ? undefined : before + found.join(','));
    list(
      'ERROR',
      'chart metadata is missing these dependencies: ',
      present.filter((name) => !names.has(name)),
    );
    const keys = wanted.map(({ name, alias }) => (typeof alias === 'string' && alias !== '' ? alias : name));
    list(
      'ERROR',
      'multiple dependencies with name or alias: ',
      keys.filter((key, i) => keys.indexOf(key) < i),
    );
    list('WARNING', 'chart directory is missing these dependencies: ', wanted.map(({ name }) => name).filter((name) => !present.includes(name))); // prettier-ignore
  }
}

const EXTENSIONS = new Set(['.yaml', '.yml', '.tpl', '.txt']);
const LOOSE = /^v?\d+(\.\d+){0,2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;
const STRICT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

function apiVersionComplaint(version: string): string | undefined {
  if (version === '') return 'apiVersion is required. The value must be either "v1" or "v2"';
  return ['v1', 'v2'].includes(version)
    ? undefined
    : `apiVersion '${version}' is not valid. The value must be either "v1" or "v2"`;
}

function versionComplaint(version: string): string | undefined {
  if (version === '') return 'version is required';
  if (!LOOSE.test(version)) return `version '${version}' is not a valid SemVer`;
  return /^v?0(\.0){0,2}(-0)?$/.test(version) && version.endsWith('-0') ? `version ${version} is less than or equal to 0.0.0-0` : undefined; // prettier-ignore
}

function maintainersComplaint({ maintainers }: JsonObject): string | undefined {
  for (const maintainer of Array.isArray(maintainers) ? maintainers : []) {
    if (!isJsonObject(maintainer)) return 'a maintainer entry is empty';
    const { name, email } = maintainer;
    if (typeof name !== 'string' || name === '') return 'each maintainer requires a name';
    if (typeof email === 'string' && email !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
      return `invalid email '${email}' for maintainer '${name}'`;
  }
  return undefined;
}

function nameComplaints(kind: string, name: string): readonly string[] {
  switch (kind.toLowerCase()) {
    case 'service':
      return isDns1035Label(name);
    case 'namespace':
      return isDns1123Label(name);
    case 'certificatesigningrequest':
      return [];
    case 'role':
    case 'clusterrole':
    case 'rolebinding':
    case 'clusterrolebinding':
      return /[/%]/.test(name) ? [`may not contain '${name.includes('/') ? '/' : '%'}'`] : [];
    default:
      return isDns1123Subdomain(name);
  }
}

/** `helm lint`. */
export const lintVerb = defineVerb({
  name: 'lint',
  usage: 'PATH',
  short: 'examine a chart for possible issues',
  flags: [
    ...VALUE_FLAGS,
    boolFlag('strict'),
    boolFlag('quiet'),
    boolFlag('skip-schema-validation'),
    boolFlag('with-subcharts'),
    stringFlag('kube-version'),
  ],
  *run(k) {
    demandArguments(k, 0, Number.MAX_SAFE_INTEGER);
    const { files } = k.process.machine;
    const paths = k.args.length === 0 ? ['.'] : k.args;
    const values = yield* givenValues(k);
    const [quiet, strict] = [k.flags.bool('quiet'), k.flags.bool('strict')];
    let text = '';
    let [failed, noted] = [0, 0];
    for (const path of paths) {
      const folder = resolvePath(k.process.cwd, path).replace(/\/$/, '');
      const shown = path.replace(/^(\.\/)+(?=.)/, '').replace(/\/$/, '');
      const missing: string[] = [];
      const linter = new Linter(k, path, folder, values, (warning) => missing.push(warning));
      const found = files.isDirectory(folder) ? files.exists(`${folder}/Chart.yaml`) : files.exists(folder);
      if (found) linter.run();
      for (const warning of missing) yield* logLine(k, 'WARN', 'missing required value', { message: warning });
      const { messages } = linter;
      const bad = !found || messages.some(({ severity }) => severity === 'ERROR' || (strict && severity === 'WARNING'));
      if (bad) failed++;
      if (bad || messages.some(({ severity }) => severity !== 'INFO')) noted++;
      else if (quiet) continue;
      text += `==> Linting ${path}\n`;
      if (!found) text += `Error unable to check Chart.yaml file in chart: stat ${shown}/Chart.yaml: no such file or directory\n`; // prettier-ignore
      for (const { severity, path: at, text: what } of messages)
        if (!quiet || severity !== 'INFO') text += `[${severity}] ${at}: ${what}\n`;
      text += '\n';
    }
    yield* k.out(text);
    const summary = `${String(paths.length)} chart(s) linted, ${String(failed)} chart(s) failed`;
    if (failed > 0) failHelm(summary);
    if (!quiet || noted > 0) yield* k.out(`${summary}\n`);
    return 0;
  },
});
