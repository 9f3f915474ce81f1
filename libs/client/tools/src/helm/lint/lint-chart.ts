import type { Result } from '@seatrial/kernel';
import type { Rendered } from '../render-release.js';
import { chartCrds, type Chart } from '../chart/chart.js';
import { dependencyEntries } from '../chart/chart-metadata.js';
import { unmarshalValues } from '../values/go-decoding.js';
import type { Values } from '../values/set-parser.js';
import { coalesceValues, plainValues } from '../values/values.js';
import { schemaViolations } from '../../json-schema/schema-check.js';
import type { ChartSource } from './chart-source.js';
import { LintMessages, type LintMessage } from './lint-message.js';
import { lintMetadata } from './lint-metadata.js';
import { crdProblems, lintObjects } from './lint-objects.js';

export interface LintOptions {
  readonly source: ChartSource;
  readonly values: Values;
  readonly skipSchemaValidation: boolean;
  /** Renders the chart as lint does: for `test-release`, without complaints of `required` and `fail`. */
  readonly render: (chart: Chart) => Result<Rendered, string>;
}

const TEMPLATES = 'templates/';

/** Helm's rules on a chart (pkg/chart/v2/lint of Helm v4.1). */
export function lintChart(options: LintOptions): readonly LintMessage[] {
  const messages = new LintMessages();
  lintMetadata(messages, options.source.text('Chart.yaml') ?? '');
  lintValues(messages, options);
  lintTemplates(messages, options);
  lintDependencies(messages, options);
  lintCrds(messages, options);
  return messages.all;
}

function lintValues(messages: LintMessages, { source, values, skipSchemaValidation }: LintOptions): void {
  const name = 'values.yaml';
  const text = source.text(name);
  if (!messages.check('INFO', name, text === undefined ? 'file does not exist' : undefined)) return;
  const read = unmarshalValues(text ?? '', 'common.Values');
  if (!read.ok) {
    messages.check('ERROR', name, `unable to parse YAML: ${read.error}`);
    return;
  }
  const schema = source.text('values.schema.json') ?? '';
  if (schema === '' || skipSchemaValidation) return;
  const violations = schemaViolations(schema, plainValues(coalesceValues(values, read.value)));
  messages.check('ERROR', name, violations === '' ? undefined : violations);
}

/** A failure of the templates as lint words it. */
function templateFailure(error: string): { readonly path: string; readonly text: string } {
  const [, path, text] = /^YAML parse error on [^/]+\/(.*?): ([^]*)$/.exec(error) ?? [];
  if (path === undefined) return { path: TEMPLATES, text: error };
  return { path, text: `unable to parse YAML: ${text.replace('util.SimpleHead', 'rules.k8sYamlStruct')}` };
}

function lintTemplates(messages: LintMessages, { source, render }: LintOptions): void {
  const entry = source.entry('templates');
  if (!messages.check('WARNING', TEMPLATES, entry ? undefined : 'directory does not exist')) return;
  if (!messages.check('ERROR', TEMPLATES, entry === 'folder' ? undefined : 'not a directory')) return;
  const chart = source.load();
  if (!messages.check('ERROR', TEMPLATES, chart.ok ? undefined : chart.error) || !chart.ok) return;
  const rendered = render(chart.value);
  if (!rendered.ok) {
    const { path: at, text } = templateFailure(rendered.error);
    messages.check('ERROR', at, text);
    return;
  }
  for (const { name } of chart.value.templates) {
    const extension = /\.[^./]*$/.exec(name)?.[0] ?? '';
    if (!['.yaml', '.yml', '.tpl', '.txt'].includes(extension))
      messages.check(
        'ERROR',
        name,
        `file extension '${extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt`,
      );
    if (!/^\.ya?ml$/i.test(extension)) continue;
    const text = rendered.value.texts.get(`${chart.value.metadata.name}/${name}`) ?? '';
    const found = lintObjects(text);
    for (const { severity, text: problem } of found.messages) messages.check(severity, name, problem);
    if (found.stopped) return;
  }
}

function lintDependencies(messages: LintMessages, { source }: LintOptions): void {
  const read = source.load();
  if (!messages.check('ERROR', '', read.ok ? undefined : `unable to load chart\n\t${read.error}`) || !read.ok) return;
  const chart = read.value;
  const entries = dependencyEntries(chart.metadata);
  const [declared, present] = [
    entries.map(({ name }) => name),
    chart.dependencies.map(({ metadata }) => metadata.name),
  ];
  const less = (all: readonly string[], known: readonly string[]): string =>
    all.filter((name) => !known.includes(name)).join(',');
  const undeclared = less(present, declared);
  const missing = less(declared, present);
  messages.check(
    'ERROR',
    source.path,
    undeclared === '' ? undefined : `chart metadata is missing these dependencies: ${undeclared}`,
  );
  messages.check(
    'WARNING',
    source.path,
    missing === '' ? undefined : `chart directory is missing these dependencies: ${missing}`,
  );
}

function lintCrds(messages: LintMessages, { source }: LintOptions): void {
  const entry = source.entry('crds');
  if (!entry || !messages.check('ERROR', 'crds/', entry === 'folder' ? undefined : 'not a directory')) return;
  const chart = source.load();
  if (!messages.check('ERROR', 'crds/', chart.ok ? undefined : chart.error) || !chart.ok) return;
  for (const { name, data } of chartCrds(chart.value)) {
    const found = crdProblems(data);
    for (const problem of found.problems) messages.check('ERROR', name, problem);
    if (found.stopped) return;
  }
}
