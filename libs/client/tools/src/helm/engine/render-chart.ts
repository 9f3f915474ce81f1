import { compareStrings, fail, isJsonObject, ok, setOwn, type Result } from '@seatrial/kernel';
import { TemplateStruct, templateFunction, templateResult } from '@seatrial/template';
import type { Chart } from '../chart/chart.js';
import type { Values } from '../values/set-parser.js';
import { computedValues } from './computed-values.js';
import { filesStruct } from './files-struct.js';
import { executionError, parseError } from './render-error.js';
import type { RenderOptions } from './render-options.js';
import { textOf } from './sprig-text.js';
import { chartTemplates } from './template-functions.js';

const HELM_VERSION = 'v4.1.4';

interface Renderable {
  readonly text: string;
  readonly values: Values;
  readonly basePath: string;
}

/** Renders every template of a chart; path to text. The error is Helm's text. */
export function renderChart(options: RenderOptions): Result<Map<string, string>, string> {
  const templates = new Map<string, Renderable>();
  const values = computedValues(options.chart, options.values);
  collect(options.chart, values, options.chart.metadata.name, true, options, templates);
  const paths = [...templates.keys()].sort((a, b) => depth(b) - depth(a) || compareStrings(b, a));
  const set = chartTemplates('gotpl', options);
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

function capabilities({ kubeVersion, hasApiVersion, apiVersions }: RenderOptions): TemplateStruct {
  const { version, normalized, major, minor } = kubeVersion;
  const shown = { Version: version, Major: major, Minor: minor, GitVersion: version };
  const has = templateFunction(['string'], (name: string) => hasApiVersion(name));
  return new TemplateStruct('*common.Capabilities', {
    KubeVersion: new TemplateStruct('common.KubeVersion', shown, {}, normalized),
    APIVersions: new TemplateStruct('common.VersionSet', {}, { Has: has }, `[${apiVersions.join(' ')}]`),
    HelmVersion: new TemplateStruct('version.BuildInfo', { Version: HELM_VERSION }),
  });
}
