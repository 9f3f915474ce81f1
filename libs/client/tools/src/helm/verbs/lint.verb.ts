import { fail, resolvePath, type Result } from '@seatrial/kernel';
import { boolFlag, defineVerb, stringFlag, type Invocation } from '@seatrial/kubectl';
import type { Chart } from '../chart/chart.js';
import { parseKubeVersion } from '../engine/kube-version.js';
import { logLine } from '../helm-action.js';
import { cleanPath } from '../clean-path.js';
import { failHelm } from '../helm-failure.js';
import { chartSource } from '../lint/chart-source.js';
import { lintChart } from '../lint/lint-chart.js';
import type { LintMessage } from '../lint/lint-message.js';
import { computedValues } from '../engine/computed-values.js';
import { renderRelease, type Rendered } from '../render-release.js';
import { givenValues } from '../values/given-values.js';
import type { Values } from '../values/set-parser.js';
import { coalesceValues } from '../values/values.js';
import { demandArguments } from './demand-arguments.js';
import { VALUE_FLAGS } from './release-flags.js';

/** What the engine logs of `required` (with nothing, with an empty text) and `fail` while it lints. */
const COMPLAINTS = {
  nothing: 'missing required value',
  empty: 'missing required values',
  fail: 'funcMap fail',
} as const;

interface LintResult {
  readonly messages: readonly LintMessage[];
  /** Why there was nothing to lint. */
  readonly refused?: string;
  /** What is logged meanwhile: tables that are no tables, what `required` misses and `fail` says. */
  readonly tables: readonly string[];
  readonly complaints: readonly { readonly from: keyof typeof COMPLAINTS; readonly message: string }[];
}

function lint(k: Invocation, argument: string, values: Values): LintResult {
  const { files } = k.process.machine;
  const shown = argument.endsWith('gz') ? argument : cleanPath(argument);
  const path = resolvePath(k.process.cwd, argument).replace(/\/$/, '');
  const source = chartSource(files, path, shown);
  if (!source.ok) return { messages: [], refused: source.error, tables: [], complaints: [] };
  const tables: string[] = [];
  const complaints: LintResult['complaints'][number][] = [];
  const release = { name: 'test-release', namespace: k.namespace().namespace, revision: 0, isUpgrade: false };
  const render = (chart: Chart): Result<Rendered, string> => {
    coalesceValues(values, chart.values, { path: '', nested: true, say: (text) => tables.push(text) });
    // Coalesced twice: what a null takes away comes back with the chart's own values.
    const rendered = renderRelease(k, chart, computedValues(chart, values), release, {
      onComplaint: (from, message) => complaints.push({ from, message }),
    });
    return rendered.ok ? rendered : fail(rendered.error.text);
  };
  const skipSchemaValidation = k.flags.bool('skip-schema-validation');
  const messages = lintChart({ source: source.value, values, skipSchemaValidation, render });
  return { messages, tables, complaints };
}

function resultText(shown: string, { messages, refused }: LintResult, quiet: boolean): string {
  const lines = messages
    .filter(({ severity }) => !quiet || severity !== 'INFO')
    .map(({ severity, path, text }) => `[${severity}] ${path}: ${text}\n`);
  const before = messages.length === 0 && refused !== undefined ? `Error ${refused}\n` : '';
  return `==> Linting ${shown}\n${before}${lines.join('')}\n`;
}

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
    const { args: given, flags } = k;
    demandArguments(k, 1, Number.MAX_SAFE_INTEGER);
    const version = flags.string('kube-version');
    if (version !== '' && !parseKubeVersion(version))
      failHelm(`invalid kube version '${version}': could not parse "${version}" as version`);
    const paths = flags.bool('with-subcharts') ? given.flatMap((path) => [path, ...chartsBelow(k, path)]) : given;
    const values = yield* givenValues(k);
    let [failures, remarkable] = [0, 0];
    let text = '';
    for (const path of paths) {
      const result = lint(k, path, values);
      for (const table of result.tables) yield* logLine(k, 'INFO', table, {});
      for (const { from, message } of result.complaints)
        yield* logLine(k, from === 'fail' ? 'INFO' : 'WARN', COMPLAINTS[from], { message });
      const has = (...wanted: string[]): boolean => result.messages.some(({ severity }) => wanted.includes(severity));
      const isRemarkable = result.refused !== undefined || has('WARNING', 'ERROR');
      if (isRemarkable) remarkable++;
      if (flags.bool('quiet') && !isRemarkable) continue;
      if (result.refused !== undefined || has('ERROR', ...(flags.bool('strict') ? ['WARNING'] : []))) failures++;
      text += resultText(path, result, flags.bool('quiet'));
    }
    yield* k.out(text);
    const summary = `${String(paths.length)} chart(s) linted, ${String(failures)} chart(s) failed`;
    if (failures > 0) failHelm(summary);
    if (!flags.bool('quiet') || remarkable > 0) yield* k.out(`${summary}\n`);
    return 0;
  },
});

/** The charts in a chart's charts/ folder, and in theirs. */
function chartsBelow(k: Invocation, path: string): string[] {
  const { files } = k.process.machine;
  const folder = `${path.replace(/\/$/, '')}/charts`;
  const names = files.readDirectory(resolvePath(k.process.cwd, folder));
  k.process.machine.simulation.charge('steps', 1);
  return (names.ok ? names.value : []).flatMap((name) => {
    const below = `${folder}/${name}`;
    if (name.endsWith('.tgz')) return [below];
    return files.exists(resolvePath(k.process.cwd, `${below}/Chart.yaml`)) ? [below, ...chartsBelow(k, below)] : [];
  });
}
