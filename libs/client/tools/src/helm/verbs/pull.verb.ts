import { directoryName, resolvePath, type Coroutine } from '@seatrial/kernel';
import { boolFlag, defineVerb, stringFlag, type Invocation } from '@seatrial/kubectl';
import { readArchive, unpackChart } from '../chart/load-chart.js';
import { cleanPath } from '../clean-path.js';
import { failHelm } from '../helm-failure.js';
import { fetchUrl } from '../repository/fetch-url.js';
import { remoteChart, type RemoteChart } from '../repository/remote-chart.js';
import { demandArguments } from './demand-arguments.js';
import { CHART_FLAGS } from './release-flags.js';

/** Why a chart has no provenance: none is signed here. */
function* provenanceProblem(k: Invocation, { url }: RemoteChart): Coroutine<string | undefined> {
  if (url.startsWith('oci://'))
    return 'manifest does not contain a layer with mediatype application/vnd.cncf.helm.chart.provenance.v1.prov';
  const fetched = yield* fetchUrl(k, `${url}.prov`);
  return fetched.ok ? undefined : fetched.error;
}

function save(k: Invocation, { archive, fileName }: RemoteChart): void {
  const { machine, cwd, user } = k.process;
  const shown = cleanPath(`${k.flags.string('destination')}/${fileName}`);
  const saved = machine.files.writeFile(resolvePath(cwd, shown), archive, { owner: user });
  const unique = String(machine.simulation.random.split('pull').below(1e9));
  if (!saved.ok) failHelm(`open ${shown}${unique}: no such file or directory`);
}

/** `--untar`: the chart's folder, below `--untardir`, which is below `--destination`. */
function unpack(k: Invocation, argument: string, { archive, fileName }: RemoteChart): void {
  const { machine, cwd, user } = k.process;
  const { files } = machine;
  const below = k.flags.string('untardir');
  const folder = below.startsWith('/') ? below : cleanPath(`${k.flags.string('destination')}/${below}`);
  // The name is that of the argument, with a version if it has one.
  const shown = cleanPath(`${folder}/${argument.slice(argument.lastIndexOf('/') + 1)}`);
  if (files.exists(resolvePath(cwd, shown)))
    failHelm(`failed to untar: a file or directory with the name ${shown} already exists`);
  files.makeDirectories(resolvePath(cwd, shown), user);
  const content = unpackChart(archive, fileName);
  if (!content.ok) failHelm(content.error);
  const read = readArchive(archive);
  const target = resolvePath(cwd, `${folder}/${read.ok ? read.value.metadata.name : argument}`);
  for (const file of content.value) {
    const path = `${target}/${file.name}`;
    files.makeDirectories(directoryName(path), user);
    files.writeFile(path, file.data, { owner: user });
  }
}

/** One chart, packed or unpacked, into a folder (action.Pull). */
function* pullOne(k: Invocation, argument: string): Coroutine<void> {
  const chart = yield* remoteChart(k, argument);
  if (k.flags.bool('verify')) failHelm(`failed to fetch provenance "${chart.url}.prov"`);
  if (!k.flags.bool('untar')) save(k, chart);
  if (k.flags.bool('prov')) {
    const problem = yield* provenanceProblem(k, chart);
    if (problem !== undefined) yield* k.out(`WARNING: Verification not found for ${argument}: ${problem}\n`);
  }
  if (k.flags.bool('untar')) unpack(k, argument, chart);
}

export const pullVerb = defineVerb({
  name: 'pull',
  aliases: ['fetch'],
  usage: '[chart URL | repo/chartname] [...]',
  short: 'download a chart from a repository and (optionally) unpack it in local directory',
  flags: [
    ...CHART_FLAGS,
    boolFlag('untar'),
    stringFlag('untardir', '', { default: '.', shorthand: '' }),
    stringFlag('destination', '', { shorthand: 'd', default: '.' }),
    boolFlag('prov'),
  ],
  *run(k) {
    demandArguments(k, 1, Number.MAX_SAFE_INTEGER);
    for (const argument of k.args) yield* pullOne(k, argument);
    return 0;
  },
});
