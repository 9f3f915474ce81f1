import { boolFlag, defineVerb, intFlag, stringFlag, type FlagDefinition } from '@seatrial/kubectl';
import { toCompactJson, toYaml } from '@seatrial/manifest';
import { TemplateSet, templateResult } from '@seatrial/template';
import { computedValues } from '../engine/computed-values.js';
import { SPRIG } from '../engine/sprig-rest.js';
import { openSession, releaseOf } from '../helm-action.js';
import { failHelm } from '../helm-failure.js';
import { appVersion, type Release } from '../release/release.js';
import { statusText } from '../release/status-text.js';
import { plainValues } from '../values/values.js';
import { dependencyEntries } from '../chart/chart-metadata.js';
import { OUTPUT, formatted } from './output-format.js';
import { demandArguments } from './demand-arguments.js';

/** What a part of a release is printed with. */
interface Asked {
  readonly all: boolean;
  /** No revision was named. */
  readonly latest: boolean;
  readonly output: string;
  readonly template: string;
}

const getPart = (
  name: string,
  short: string,
  flags: readonly FlagDefinition[],
  text: (release: Release, asked: Asked) => string,
) =>
  defineVerb({
    name,
    usage: 'RELEASE_NAME',
    short,
    flags: [intFlag('revision'), ...flags],
    *run(k) {
      demandArguments(k, 1);
      const release = yield* releaseOf(yield* openSession(k), k.args[0], k.flags.int('revision'));
      const given = (flag: string): string => (k.flags.has(flag) ? k.flags.string(flag) : '');
      const all = k.flags.has('all') && k.flags.bool('all');
      yield* k.out(
        text(release, {
          all,
          latest: k.flags.int('revision') <= 0,
          output: given('output'),
          template: given('template'),
        }),
      );
      return 0;
    },
  });

const hooksText = ({ hooks }: Release): string =>
  hooks.map(({ path, manifest }) => `---\n# Source: ${path}\n${manifest}\n`).join('');

const computed = ({ chart, config }: Release): unknown =>
  computedValues({ ...EMPTY_CHART, metadata: chart.metadata, values: chart.values }, config ?? {});

const EMPTY_CHART = { templates: [], files: [], crds: [], dependencies: [] };

function valuesText(release: Release, { all, output }: Asked): string {
  const values = all ? computed(release) : release.config;
  const heading = `${all ? 'COMPUTED' : 'USER-SUPPLIED'} VALUES:\n`;
  // Go's JSON has the members of maps by name.
  if (output === 'json') return `${toCompactJson(plainValues(values))}\n`;
  return formatted(output, values) ?? heading + toYaml(plainValues(values));
}

const notesText = ({ notes }: Release): string => (notes === '' ? '' : `NOTES:\n${notes}\n`);

function metadataText(release: Release, { output, latest }: Asked): string {
  const { metadata } = release.chart;
  const { annotations } = metadata;
  const dependencies = dependencyEntries(metadata);
  const deployedAt = new Date(release.lastDeployed).toISOString().replace(/\.\d+Z$/, 'Z');
  // Of a revision that is named the storage keeps its own labels back.
  const labels = latest ? release.storedLabels : release.labels;
  const data = {
    name: release.name,
    chart: metadata.name,
    version: metadata.version,
    appVersion: appVersion(release),
    ...(annotations !== undefined && { annotations }),
    ...(labels && { labels }),
    ...(dependencies.length > 0 && { dependencies }),
    namespace: release.namespace,
    revision: release.version,
    status: release.status,
    deployedAt,
    applyMethod: release.applyMethod ?? 'ssa',
  };
  const set = (labels: unknown): string =>
    Object.entries((labels ?? {}) as Record<string, string>)
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(',');
  const lines = [
    ['NAME', data.name],
    ['CHART', data.chart],
    ['VERSION', data.version],
    ['APP_VERSION', data.appVersion],
    ['ANNOTATIONS', set(annotations)],
    ['LABELS', set(labels)],
    [
      'DEPENDENCIES',
      dependencies
        .map(({ name }) => name)
        .sort()
        .join(','),
    ],
    ['NAMESPACE', data.namespace],
    ['REVISION', String(data.revision)],
    ['STATUS', data.status],
    ['DEPLOYED_AT', deployedAt],
    ['APPLY_METHOD', release.applyMethod === 'csa' ? 'client-side apply' : 'server-side apply'],
  ];
  return formatted(output, data) ?? lines.map(([name, value]) => `${name}: ${value}\n`).join('');
}

function allText(release: Release, { template }: Asked): string {
  if (template !== '') return templated(template, release);
  const { metadata } = release.chart;
  const values = `USER-SUPPLIED VALUES:\n${toYaml(plainValues(release.config))}\nCOMPUTED VALUES:\n${toYaml(plainValues(computed(release)))}\n`;
  const [head, rest] = statusText({ ...release, notes: '' }).split(/(?=^DESCRIPTION: )/m);
  const chart = `CHART: ${metadata.name}\nVERSION: ${metadata.version}\nAPP_VERSION: ${appVersion(release)}\n`;
  const notes = release.notes === '' ? '' : `NOTES:\n${release.notes.trim()}\n`;
  return `${head}${chart}${rest}${values}HOOKS:\n${hooksText(release)}MANIFEST:\n${release.manifest}\n${notes}`;
}

/** `--template`: the release under `.Release`. */
function templated(template: string, release: Release): string {
  const info = { Description: release.description, Status: release.status, Notes: release.notes };
  const data = {
    Release: {
      Name: release.name,
      Namespace: release.namespace,
      Version: BigInt(release.version),
      Manifest: release.manifest,
      Config: release.config,
      Info: info,
      Chart: {
        Metadata: {
          Name: release.chart.metadata.name,
          Version: release.chart.metadata.version,
          AppVersion: appVersion(release),
        },
      },
    },
  };
  const set = new TemplateSet('tpl', { functions: SPRIG });
  const run = templateResult(() => {
    set.parse('tpl', template);
    return set.execute('tpl', data);
  });
  return run.ok ? run.value : failHelm(run.error.message);
}

export const getVerb = defineVerb({
  name: 'get',
  short: 'download extended information of a named release',
  subcommands: [
    getPart('all', 'download all information for a named release', [stringFlag('template')], allText),
    getPart('hooks', 'download all hooks for a named release', [], hooksText),
    getPart('manifest', 'download the manifest for a named release', [], ({ manifest }) => `${manifest}\n`),
    getPart('metadata', 'This command fetches metadata for a given release', [OUTPUT], metadataText),
    getPart('notes', 'download the notes for a named release', [], notesText),
    getPart(
      'values',
      'download the values file for a named release',
      [boolFlag('all', '', { shorthand: 'a' }), OUTPUT],
      valuesText,
    ),
  ],
});
