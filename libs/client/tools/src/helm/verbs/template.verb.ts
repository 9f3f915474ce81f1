import { resolvePath, type Coroutine } from '@seatrial/kernel';
import { boolFlag, defineVerb, durationFlag, stringArrayFlag, stringFlag, type Invocation } from '@seatrial/kubectl';
import { compilePattern, matchPattern } from '@seatrial/shell';
import { chartCrds, type Chart } from '../chart/chart.js';
import { withEnabledDependencies } from '../chart/chart-dependencies.js';
import { isDebugging, logLine, nameComplaint, openSession } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import { CRDS_NOT_INSTALLED } from '../release/install-release.js';
import { renderRelease, tellUnknownHooks, warnOfValues, type RenderFailure, type Rendered } from '../render-release.js';
import { debugVersion, requestedChart } from '../requested-chart.js';
import { demandArguments } from './demand-arguments.js';
import { nameAndChart } from './name-and-chart.js';
import { CHART_FLAGS, POST_RENDERER_FLAGS, SERVER_SIDE_FLAG, VALUE_FLAGS, checkedDryRun } from './release-flags.js';

/** A document of what was rendered, and the file that it came from. */
interface Block {
  readonly path: string;
  readonly content: string;
}

const blockText = ({ path, content }: Block): string => `---\n# Source: ${path}\n${content}\n`;

function blocksOf(k: Invocation, chart: Chart, { documents, hooks }: Rendered): Block[] {
  const { flags } = k;
  const crds = flags.bool('include-crds') ? chartCrds(chart) : [];
  const shown = flags.bool('no-hooks')
    ? []
    : hooks.filter(({ events }) => !flags.bool('skip-tests') || !events.includes('test'));
  return [
    ...crds.map(({ source, data }) => ({ path: source, content: data })),
    ...documents,
    ...shown.map(({ path, manifest }) => ({ path, content: manifest })),
  ];
}

/** All that was rendered, hooks last; without a document there is still a line. */
const wholeText = (blocks: readonly Block[], hooks: number): string => {
  const cut = blocks.length - hooks;
  const manifest = blocks.slice(0, cut).map(blockText).join('').trim();
  return `${manifest}\n${blocks.slice(cut).map(blockText).join('')}`;
};

/** What was rendered before it turned out to be no manifest, as `--debug` shows it. */
function rawText({ texts }: RenderFailure): string {
  const files = [...(texts ?? [])].filter(([path, text]) => text.trim() !== '' && !path.endsWith('NOTES.txt'));
  const blob = files.map(([path, text]) => `---\n# Source: ${path}\n${text}\n`).join('');
  return `${blob.trim()}\n`;
}

/** `--output-dir`: each template's text in a file of its own. */
function* writeRendered(k: Invocation, folder: string, blocks: readonly Block[]): Coroutine<void> {
  const { files } = k.process.machine;
  const written = new Map<string, string>();
  for (const block of blocks) {
    const target = resolvePath(k.process.cwd, `${folder}/${block.path}`);
    const text = (written.get(block.path) ?? '') + blockText(block);
    written.set(block.path, text);
    files.makeDirectories(target.slice(0, target.lastIndexOf('/')), k.process.user);
    files.writeFile(target, text, { owner: k.process.user });
    yield* k.out(`wrote ${folder}/${block.path}\n`);
  }
  yield* k.out('\n');
}

/** `--show-only`: the documents of the named templates, which may be patterns. */
function onlyShown(blocks: readonly Block[], wanted: readonly string[]): string {
  return wanted
    .map((name) => {
      const pattern = compilePattern(name);
      const depth = name.split('/').length;
      const found = blocks.filter(({ path }) => {
        const within = path.slice(path.indexOf('/') + 1);
        return within.split('/').length === depth && matchPattern(pattern, within);
      });
      if (found.length === 0) failHelm(`could not find template ${name} in chart`);
      return found.map((block) => blockText({ ...block, content: block.content.trim() })).join('');
    })
    .join('');
}

const FLAGS = [
  ...VALUE_FLAGS,
  ...CHART_FLAGS,
  { ...stringFlag('dry-run'), default: 'client', withoutValue: 'unset' },
  stringArrayFlag('show-only', '', { shorthand: 's' }),
  { ...stringArrayFlag('api-versions', '', { shorthand: 'a' }), type: 'stringSlice' as const },
  boolFlag('atomic'),
  boolFlag('create-namespace'),
  boolFlag('dependency-update'),
  stringFlag('description'),
  boolFlag('disable-openapi-validation'),
  boolFlag('enable-dns'),
  boolFlag('force'),
  boolFlag('force-conflicts'),
  boolFlag('force-replace'),
  boolFlag('generate-name', '', { shorthand: 'g' }),
  boolFlag('hide-notes'),
  boolFlag('include-crds'),
  boolFlag('is-upgrade'),
  stringFlag('labels', '', { shorthand: 'l' }),
  boolFlag('no-hooks'),
  boolFlag('release-name'),
  boolFlag('render-subchart-notes'),
  boolFlag('replace'),
  boolFlag('rollback-on-failure'),
  SERVER_SIDE_FLAG,
  boolFlag('skip-crds'),
  boolFlag('skip-schema-validation'),
  boolFlag('skip-tests'),
  boolFlag('take-ownership'),
  durationFlag('timeout', '', { default: '5m0s' }),
  { ...boolFlag('validate'), deprecated: "use '--dry-run=server' instead" },
  { ...stringFlag('wait'), default: 'hookOnly', withoutValue: 'watcher' },
  boolFlag('wait-for-jobs'),
  ...POST_RENDERER_FLAGS,
  stringFlag('kube-version'),
  stringFlag('output-dir'),
  stringFlag('name-template'),
];

export const templateVerb = defineVerb({
  name: 'template',
  usage: '[NAME] [CHART]',
  short: 'locally render templates',
  flags: FLAGS,
  *run(k) {
    demandArguments(k, 1, Number.MAX_SAFE_INTEGER);
    const dryRun = yield* checkedDryRun(k, true);
    const { flags } = k;
    yield* debugVersion(k);
    const { name, chart: argument } = nameAndChart(k, 'release-name');
    const complaint = nameComplaint(name);
    const { chart, values } = yield* requestedChart(k, argument);
    if (complaint !== undefined) {
      const problem = `release name ${JSON.stringify(name)}: ${complaint}`;
      yield* logLine(k, 'ERROR', 'release name check failed', { error: problem });
      failHelm(`release name check failed: ${problem}`);
    }
    const options = { name, namespace: k.namespace().namespace, revision: 1, isUpgrade: flags.bool('is-upgrade') };
    const cluster = flags.bool('validate') || dryRun === 'server' ? (yield* openSession(k)).cluster : undefined;
    if (cluster && !flags.bool('skip-crds') && chartCrds(withEnabledDependencies(chart, values)).length > 0)
      yield* logLine(k, 'WARN', CRDS_NOT_INSTALLED, {});
    yield* warnOfValues(k, chart, values);
    const rendered = renderRelease(k, chart, values, options, { cluster });
    if (!rendered.ok && rendered.error.stage === 'values') failHelm(rendered.error.text);
    if (!rendered.ok) {
      if (!isDebugging(k)) failHelm(`${rendered.error.text}\n\nUse --debug flag to render out invalid YAML`);
      yield* k.out(rawText(rendered.error));
      failHelm(rendered.error.text);
    }
    yield* tellUnknownHooks(k, rendered.value);
    const blocks = blocksOf(k, chart, rendered.value);
    const folder = flags.string('output-dir');
    if (folder !== '') yield* writeRendered(k, flags.bool('release-name') ? `${folder}/${name}` : folder, blocks);
    else if (flags.list('show-only').length > 0) yield* k.out(onlyShown(blocks, flags.list('show-only')));
    else yield* k.out(wholeText(blocks, flags.bool('no-hooks') ? 0 : rendered.value.hooks.length));
    return 0;
  },
});
