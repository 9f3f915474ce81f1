import { encodeUtf8, reportUnsupported, resolvePath, type Coroutine } from '@seatrial/kernel';
import { boolFlag, defineVerb, stringFlag, type Invocation } from '@seatrial/kubectl';
import { toYaml } from '@seatrial/manifest';
import { sha256 } from '@noble/hashes/sha2.js';
import { packChart } from '../chart/chart-archive.js';
import type { ChartFile } from '../chart/chart.js';
import { chartFiles, chartOf, loadChart, readArchive } from '../chart/load-chart.js';
import { missingDependencies, withoutProvenance } from '../requested-chart.js';
import { compareVersions } from '../chart/version-constraint.js';
import { updateDependencies } from '../dependencies/update-dependencies.js';
import { failHelm } from '../helm-failure.js';
import { demandArguments } from './demand-arguments.js';
import { FETCH_FLAGS } from './release-flags.js';

const SEMVER = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

/** Chart.yaml with another version: the lines that say it, changed in place. */
function withVersions(files: readonly ChartFile[], version: string, appVersion: string): readonly ChartFile[] {
  const set = (text: string, key: string, value: string): string => {
    if (value === '') return text;
    const line = new RegExp(`^${key}:.*$`, 'm');
    return line.test(text) ? text.replace(line, () => `${key}: ${value}`) : `${text}${key}: ${value}\n`;
  };
  return files.map((file) =>
    file.name === 'Chart.yaml'
      ? {
          ...file,
          data: set(set(file.data, 'version', version), 'appVersion', appVersion && JSON.stringify(appVersion)),
        }
      : file,
  );
}

/** What updating dependencies says is not shown. */
function* silently(): Coroutine<void> {
  yield* [];
}

function* packageOne(k: Invocation, argument: string): Coroutine<void> {
  const { files, simulation } = k.process.machine;
  const { flags } = k;
  const folder = resolvePath(k.process.cwd, argument).replace(/\/$/, '');
  if (!files.exists(folder)) failHelm(`stat ${argument}: no such file or directory`);
  if (flags.bool('dependency-update')) yield* updateDependencies(k, argument, silently);
  const given = loadChart(files, folder);
  if (!given.ok) failHelm(given.error);
  const version = flags.string('version');
  if (version !== '' && !SEMVER.test(version)) failHelm('invalid semantic version');
  const content = withVersions(chartFiles(files, folder), version, flags.string('app-version'));
  const chart = chartOf(content);
  if (!chart.ok) failHelm(chart.error);
  const missing = missingDependencies(chart.value);
  if (missing !== undefined) failHelm(missing);
  const { metadata } = chart.value;
  const destination = flags.string('destination');
  const target = resolvePath(k.process.cwd, destination);
  files.makeDirectories(target, k.process.user);
  const name = `${metadata.name}-${metadata.version}.tgz`;
  const archive = packChart(metadata.name, content, Math.floor(simulation.now() / 1000));
  files.writeFile(`${target}/${name}`, archive, { owner: k.process.user });
  const shown = destination === '.' ? `${k.process.cwd}/${name}` : `${destination.replace(/\/$/, '')}/${name}`;
  yield* k.out(`Successfully packaged chart and saved it to: ${shown}\n`);
}

/** No key of gpg's is simulated: signing ends where the keyring is looked for. */
function requireKey(k: Invocation): void {
  if (k.flags.string('key') === '') failHelm('--key is required for signing a package');
  const keyring = k.flags.string('keyring') || `${k.process.env.get('HOME') ?? ''}/.gnupg/pubring.gpg`;
  if (!k.process.machine.files.exists(resolvePath(k.process.cwd, keyring)))
    failHelm(`open ${keyring}: no such file or directory`);
  reportUnsupported(k.process.machine, 'helm package --sign');
  failHelm('openpgp: invalid data: tag byte does not have MSB set');
}

export const packageVerb = defineVerb({
  name: 'package',
  usage: '[CHART_PATH] [...]',
  short: 'package a chart directory into a chart archive',
  flags: [
    ...FETCH_FLAGS,
    stringFlag('app-version'),
    boolFlag('dependency-update', '', { shorthand: 'u' }),
    stringFlag('destination', '', { shorthand: 'd', default: '.' }),
    stringFlag('key'),
    stringFlag('keyring'),
    stringFlag('passphrase-file'),
    boolFlag('sign'),
    stringFlag('version'),
  ],
  *run(k) {
    if (k.args.length === 0) failHelm('need at least one argument, the path to the chart');
    if (k.flags.bool('sign')) requireKey(k);
    for (const argument of k.args) yield* packageOne(k, argument);
    return 0;
  },
});

/** `repo index`: index.yaml of the archives in a folder. */
export const repoIndex = defineVerb({
  name: 'index',
  usage: '[DIR]',
  short: 'generate an index file given a directory containing packaged charts',
  flags: [stringFlag('url'), stringFlag('merge'), boolFlag('json')],
  *run(k) {
    demandArguments(k, 1);
    const { files } = k.process.machine;
    const folder = resolvePath(k.process.cwd, k.args[0]);
    const names = files.readDirectory(folder);
    if (!names.ok) failHelm(`stat ${k.args[0]}: no such file or directory`);
    const url = k.flags.string('url');
    const now = new Date(k.now()).toISOString();
    const entries: Record<string, { readonly version: string; readonly [key: string]: unknown }[]> = {};
    for (const name of names.value.filter((candidate) => candidate.endsWith('.tgz'))) {
      const text = files.readFile(`${folder}/${name}`);
      const chart = text.ok ? readArchive(text.value) : undefined;
      if (!text.ok || !chart?.ok) continue;
      const { metadata } = chart.value;
      const digest = [...sha256(encodeUtf8(text.value))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      const urls = [url === '' ? name : `${url.replace(/\/$/, '')}/${name}`];
      (entries[metadata.name] ??= []).push({ ...metadata, created: now, digest, urls });
    }
    for (const versions of Object.values(entries)) versions.sort((a, b) => compareVersions(b.version, a.version));
    files.writeFile(`${folder}/index.yaml`, toYaml({ apiVersion: 'v1', entries, generated: now }));
    yield* [];
    return 0;
  },
});

export const verifyVerb = defineVerb({
  name: 'verify',
  usage: 'PATH',
  short: 'verify that a chart at the given path has been signed and is valid',
  flags: [stringFlag('keyring')],
  *run(k) {
    demandArguments(k, 1);
    yield* [];
    return failHelm(withoutProvenance(k, resolvePath(k.process.cwd, k.args[0]), k.args[0]));
  },
});
