import { resolvePath, type Coroutine } from '@seatrial/kernel';
import { defineVerb, type Invocation } from '@seatrial/kubectl';
import { readArchive } from '../chart/load-chart.js';
import { failHelm } from '../helm-failure.js';
import { OCI_SCHEME } from '../oci/chart-reference.js';
import { pushChart } from '../oci/push-chart.js';
import { demandArguments } from './demand-arguments.js';
import { FETCH_FLAGS } from './release-flags.js';

/** Where `oci://HOST/PATH` leads; without a host Go takes the scheme for one. */
const remoteOf = (remote: string): string => remote.slice(OCI_SCHEME.length).replace(/\/+$/, '') || 'oci';

function* push(k: Invocation): Coroutine<number> {
  demandArguments(k, 2, Number.MAX_SAFE_INTEGER);
  const { files } = k.process.machine;
  const [chart, remote] = k.args;
  const path = resolvePath(k.process.cwd, chart);
  const scheme = /^([a-z][\w+.-]*):/i.exec(remote)?.[1];
  if (scheme === undefined) failHelm('scheme prefix missing from remote (e.g. "oci://")');
  if (scheme !== 'oci') failHelm(`scheme "${scheme}" not supported`);
  const found = files.stat(path);
  if (!found.ok) failHelm(`${chart}: no such file`);
  if (found.value.type === 'directory') failHelm('cannot push directory, must provide chart archive (.tgz)');
  const archive = files.readFile(path);
  if (!archive.ok) failHelm(`open ${chart}: permission denied`);
  const packed = readArchive(archive.value, chart);
  if (!packed.ok) failHelm(packed.error);
  const created = new Date(found.value.modifiedAt).toISOString().replace(/\.\d+Z$/, 'Z');
  yield* pushChart(k, remoteOf(remote), { archive: archive.value, metadata: packed.value.metadata, created });
  return 0;
}

export const pushVerb = defineVerb({
  name: 'push',
  usage: '[chart] [remote]',
  short: 'push a chart to remote',
  flags: FETCH_FLAGS,
  run: push,
});
