import { compareStrings, encodeBase64, fail, isJsonObject, ok, setOwn, type Result } from '@seatrial/kernel';
import { toYaml } from '@seatrial/manifest';
import {
  FunctionFailure,
  TemplateProblem,
  TemplateSet,
  TemplateStruct,
  templateFunction,
  templateResult,
  type Charge,
  type FunctionTable,
} from '@seatrial/template';
import type { Chart, ChartFile } from './chart.js';
import type { Values } from './set-parser.js';
import { textOf } from './sprig-text.js';
import { versionFits } from './version-constraint.js';
import { SPRIG } from './sprig-rest.js';
import { sprigTime } from './sprig-time.js';
import { coalesceValues } from './values.js';

/** What templates see as `.Release`. */
export interface ReleaseOptions {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  readonly isUpgrade: boolean;
}

export interface RenderOptions {
  readonly chart: Chart;
  /** The user's values. */
  readonly values: Values;
  readonly release: ReleaseOptions;
  /** `apps/v1`, `apps/v1/Deployment`…: `.Capabilities.APIVersions.Has`. */
  readonly hasApiVersion: (version: string) => boolean;
  /** `lookup`; without it nothing is found. */
  readonly lookup?: (apiVersion: string, kind: string, namespace: string, name: string) => unknown;
  readonly now: () => number;
  /** Letters and digits from the replay's own randomness. */
  readonly random: (length: number, alphabet: string) => string;
  readonly charge: Charge;
  /** The cluster's version, or `--kube-version`; by default what the client was built with. */
  readonly kubeVersion?: string;
  /** Linting: a missing `required` value is told here and taken as empty, `fail` does nothing. */
  readonly onRequired?: (warning: string) => void;
}

interface Renderable {
  readonly text: string;
  readonly values: Values;
  readonly basePath: string;
}

/** What the client was built with; a cluster's own version takes its place. */
const CLIENT_KUBE_VERSION = 'v1.35.0';
const HELM_VERSION = 'v4.1.4';

/** The computed values of a chart: its own under the user's, and each subchart's likewise. */
export function computedValues(chart: Chart, given: Values, onWarning?: (text: string) => void): Values {
  const values = coalesceValues(given, chart.values, onWarning && { path: chart.metadata.name, say: onWarning });
  for (const dependency of chart.dependencies) {
    const { name } = dependency.metadata;
    const own = isJsonObject(values[name]) ? values[name] : {};
    const global = isJsonObject(values.global) ? { global: values.global } : {};
    setOwn(values, name, computedValues(dependency, { ...global, ...own }));
  }
  return values;
}

/** Renders every template of a chart; path to text. The error is Helm's text. */
export function renderChart(options: RenderOptions): Result<Map<string, string>, string> {
  const templates = new Map<string, Renderable>();
  const values = computedValues(options.chart, options.values);
  collect(options.chart, values, options.chart.metadata.name, true, options, templates);
  const paths = [...templates.keys()].sort((a, b) => depth(b) - depth(a) || compareStrings(b, a));
  const set = newSet('gotpl', options);
  const rendered = new Map<string, string>();
  for (const path of paths) {
    const parsed = templateResult(() => {
      set.parse(path, templates.get(path)?.text ?? '');
    });
    if (!parsed.ok) return fail(parseError(path, parsed.error));
  }
  for (const path of paths) {
    const { values: scope, basePath } = templates.get(path) as Renderable;
    if (path.slice(path.lastIndexOf('/') + 1).startsWith('_')) continue;
    setOwn(scope, 'Template', { Name: path, BasePath: basePath });
    const run = templateResult(() => set.execute(path, scope));
    if (!run.ok) return fail(executionError(path, run.error));
    rendered.set(path, run.value.replaceAll('<no value>', ''));
  }
  return ok(rendered);
}

const depth = (path: string): number => path.split('/').length;

function collect(
  chart: Chart,
  values: Values,
  path: string,
  root: boolean,
  options: RenderOptions,
  templates: Map<string, Renderable>,
): Values {
  const subcharts: Values = {};
  const { release } = options;
  const scope: Values = {
    Chart: chartMetadata(chart, root),
    Files: filesStruct(chart.files),
    Release: {
      Name: release.name,
      Namespace: release.namespace,
      IsUpgrade: release.isUpgrade,
      IsInstall: !release.isUpgrade,
      Revision: BigInt(release.revision),
      Service: 'Helm',
    },
    Capabilities: capabilities(options),
    Values: values,
    Subcharts: subcharts,
  };
  for (const dependency of chart.dependencies) {
    const { name } = dependency.metadata;
    const own = isJsonObject(values[name]) ? values[name] : {};
    subcharts[name] = collect(dependency, own, `${path}/charts/${name}`, false, options, templates);
  }
  for (const { name, data } of chart.templates) {
    if (chart.metadata.type === 'library' && !name.slice(name.lastIndexOf('/') + 1).startsWith('_')) continue;
    templates.set(`${path}/${name}`, { text: data, values: scope, basePath: `${path}/templates` });
  }
  return scope;
}

const METADATA_FIELDS = [
  'name', 'home', 'sources', 'version', 'description', 'keywords', 'maintainers', 'icon', 'apiVersion', 'condition',
  'tags', 'appVersion', 'deprecated', 'annotations', 'kubeVersion', 'dependencies', 'type',
]; // prettier-ignore

function chartMetadata(chart: Chart, root: boolean): Values {
  const metadata: Values = { IsRoot: root };
  for (const field of METADATA_FIELDS) {
    const value = chart.metadata[field];
    const name = field === 'apiVersion' ? 'APIVersion' : field[0].toUpperCase() + field.slice(1);
    metadata[name] =
      field === 'appVersion' && value !== undefined ? textOf(value) : (value ?? (field === 'annotations' ? {} : ''));
  }
  return metadata;
}

function capabilities(options: RenderOptions): TemplateStruct {
  const given = options.kubeVersion ?? CLIENT_KUBE_VERSION;
  const [major = '1', minor = '35'] = given.replace(/^v/, '').split('.');
  const version = new TemplateStruct(
    'common.KubeVersion',
    { Version: given, Major: major, Minor: minor, GitVersion: given },
    {},
    given,
  );
  const has = templateFunction(['string'], (name: string) => options.hasApiVersion(name));
  return new TemplateStruct('*common.Capabilities', {
    KubeVersion: version,
    APIVersions: new TemplateStruct('common.VersionSet', {}, { Has: has }),
    HelmVersion: new TemplateStruct('version.BuildInfo', { Version: HELM_VERSION }),
  });
}

const globPattern = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .split(/(\*\*|\*|\?)/)
      .map((part) =>
        part === '**'
          ? '.*'
          : part === '*'
            ? '[^/]*'
            : part === '?'
              ? '[^/]'
              : part.replace(/[.+^$(){}|[\]\\]/g, '\\$&'),
      )
      .join('')}$`,
  );

function filesStruct(files: readonly ChartFile[]): TemplateStruct {
  const get = (name: string): string => files.find((file) => file.name === name)?.data ?? '';
  const byName = (encode: (data: string) => string): Values =>
    Object.fromEntries(files.map(({ name, data }) => [name.slice(name.lastIndexOf('/') + 1), encode(data)]));
  const yaml = (encode: (data: string) => string): string =>
    files.length === 0 ? '' : toYaml(byName(encode)).trimEnd();
  const methods: FunctionTable = {
    Get: templateFunction(['string'], get),
    GetBytes: templateFunction(['string'], get),
    Glob: templateFunction(['string'], (glob: string) =>
      filesStruct(files.filter(({ name }) => globPattern(glob.slice(0, 200)).test(name))),
    ),
    Lines: templateFunction(['string'], (name: string) =>
      get(name) === '' ? [] : get(name).replace(/\n$/, '').split('\n'),
    ),
    AsConfig: templateFunction([], () => yaml((data) => data)),
    AsSecrets: templateFunction([], () => yaml(encodeBase64)),
  };
  const entries = Object.fromEntries(files.map(({ name, data }) => [name, data]));
  return new TemplateStruct('engine.files', {}, methods, `map[${files.map(({ name }) => name).join(' ')}]`, entries);
}

const MAX_NESTED_INCLUDES = 1000;

function newSet(name: string, options: RenderOptions, base?: TemplateSet): TemplateSet {
  const included = new Map<string, number>();
  const failure = (problem: TemplateProblem, before = ''): never => {
    throw new FunctionFailure(before + problem.message, [before + problem.message, problem.message, ...problem.causes]);
  };
  const functions: FunctionTable = {
    ...SPRIG,
    ...clockAndChance(options),
    include: templateFunction(['string', 'any'], (template: string, data: unknown) => {
      const times = included.get(template) ?? 0;
      if (times > MAX_NESTED_INCLUDES)
        throw new FunctionFailure(
          `rendering template has a nested reference name: ${template}: unable to execute template`,
        );
      included.set(template, times + 1);
      const run = templateResult(() => set.execute(template, data));
      included.set(template, times);
      return run.ok ? run.value : failure(run.error);
    }),
    tpl: templateFunction(['string', 'any'], (text: string, data: unknown) => {
      const inner = newSet(name, options, set);
      const parsed = templateResult(() => {
        inner.parse(name, text);
      });
      if (!parsed.ok) return failure(parsed.error, `cannot parse template ${JSON.stringify(text)}: `);
      const run = templateResult(() => inner.execute(name, data));
      if (run.ok) return run.value.replaceAll('<no value>', '');
      return failure(run.error, `error during tpl function execution for ${JSON.stringify(text)}: `);
    }),
    required: templateFunction(['string', 'any'], (warning: string, value: unknown) => {
      if ((value === null || value === '') && options.onRequired) {
        options.onRequired(warning);
        return '';
      }
      if (value === null || value === '') throw new FunctionFailure(marked(warning));
      return value;
    }),
    fail: templateFunction(['string'], (message: string) => {
      if (options.onRequired) return '';
      throw new FunctionFailure(marked(message));
    }),
    lookup: templateFunction(
      ['string', 'string', 'string', 'string'],
      (apiVersion: string, kind: string, namespace: string, found: string) =>
        options.lookup?.(apiVersion, kind, namespace, found) ?? {},
    ),
  };
  const set = new TemplateSet(name, { functions, missingKey: 'zero', charge: options.charge }, base);
  return set;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function clockAndChance(options: RenderOptions): FunctionTable {
  const random = (alphabet: string) =>
    templateFunction(['int'], (length: bigint) => options.random(Math.min(Number(length), 10_000), alphabet));
  const hex = (length: number): string => options.random(length, '0123456789abcdef');
  return {
    getHostByName: templateFunction(['string'], () => ''),
    ...sprigTime(options.now),
    randAlpha: random(LETTERS),
    randAlphaNum: random(`${LETTERS}0123456789`),
    randNumeric: random('0123456789'),
    semver: templateFunction(['string'], (text: string) => {
      const [major = 0, minor = 0, patch = 0] = (/\d+(\.\d+)*/.exec(text)?.[0] ?? '').split('.').map(Number);
      return { Major: BigInt(major), Minor: BigInt(minor), Patch: BigInt(patch), Original: text };
    }),
    semverCompare: templateFunction(['string', 'string'], versionFits),
    uuidv4: templateFunction([], () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`),
  };
}

const MARK = ['HELM_ERR_START', 'HELM_ERR_END'] as const;
const marked = (text: string): string => MARK[0] + text + MARK[1];

function parseError(path: string, problem: TemplateProblem): string {
  const parts = problem.message.split(': ');
  if (parts.length === 1) return `parse error in (${path}): ${problem.message}`;
  return `parse error at (${parts[1]}): ${parts.at(-1) ?? ''}`;
}

/** Helm 4's form of an execution error: place, what was executed, message, for each error in the chain. */
function executionError(path: string, problem: TemplateProblem): string {
  const [, location = path, rest = ''] = /^[^:]*: (.*?): ([^]*)$/.exec(problem.message) ?? [];
  const start = rest.indexOf(MARK[0]);
  if (start >= 0) {
    const end = rest.lastIndexOf(MARK[1]);
    return `execution error at (${location}): ${rest.slice(start + MARK[0].length, end)}`;
  }
  const chain = [problem.message, ...problem.causes];
  // Helm takes an error apart only when everything that it wraps is a template's error.
  if (/>: error calling \w+: (?!template: )/.test(chain.at(-1) ?? '')) return problem.message;
  const blocks: string[] = [];
  for (const message of chain) {
    const block = errorBlock(message);
    if (block === undefined) return problem.message;
    if (blocks.at(-1) !== block) blocks.push(block);
  }
  return blocks.join('').trim();
}

function errorBlock(message: string): string | undefined {
  if (!message.startsWith('template: ')) return undefined;
  const rest = message.slice('template: '.length);
  if (rest.startsWith('no template ')) return `${message}\n`;
  const cut = (text: string): string => text.split(' template:')[0];
  const executing = /^(.*?): executing "(.*?)" at <([^]*?)>: ([^]*)$/.exec(rest);
  if (executing) {
    const [, location, name, node, text] = executing;
    return `${location}\n  executing "${name}" at <${node}>:\n    ${cut(text)}\n`;
  }
  const colon = rest.lastIndexOf(': ');
  return colon < 0 ? undefined : `${rest.slice(0, colon)}\n  ${cut(rest.slice(colon + 2))}\n`;
}
