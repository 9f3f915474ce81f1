import { isJsonObject, readAll, resolvePath, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { goTypedObject } from '@seatrial/schema';
import { defineVerb } from '../../command/command.js';
import { boolFlag, durationFlag, stringFlag, stringSliceFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { objectPrinter, PRINT_FLAGS, requirePrinter } from '../../printers/object-printer.js';
import { listObjects } from '../../resource/resolve-infos.js';
import { listAt, nameOf, textOf } from '../../resource/resource-info.js';
import { mappingFor } from '../../resource/resource-selection.js';
import { kubeletOf } from '../exec/pod-streams.js';

/** What is dumped of a namespace, by type, in order, with the file that `--output-directory` names. */
const DUMPED = [
  ['events', 'EventList', 'v1', 'events'],
  ['replicationcontrollers', 'ReplicationControllerList', 'v1', 'replication-controllers'],
  ['services', 'ServiceList', 'v1', 'services'],
  ['daemonsets.apps', 'DaemonSetList', 'apps/v1', 'daemonsets'],
  ['deployments.apps', 'DeploymentList', 'apps/v1', 'deployments'],
  ['replicasets.apps', 'ReplicaSetList', 'apps/v1', 'replicasets'],
  ['pods', 'PodList', 'v1', 'pods'],
] as const;

/** Writes a piece of the dump: to the screen, or to its file below the output directory. */
function* write(k: Invocation, file: string, text: string): Coroutine<void> {
  const folder = k.flags.string('output-directory');
  if (folder === '' || folder === '-') {
    yield* k.out(text);
    return;
  }
  const { files } = k.process.machine;
  const path = resolvePath(k.process.cwd, `${folder}/${file}`);
  files.makeDirectories(path.slice(0, path.lastIndexOf('/')), k.process.user);
  files.writeFile(path, text, { owner: k.process.user });
}

function* writeList(
  k: Invocation,
  file: string,
  kind: string,
  apiVersion: string,
  items: readonly JsonObject[],
): Coroutine<void> {
  const typed = items.map((item) => goTypedObject({ kind: kind.replace(/List$/, ''), apiVersion, ...item }));
  const bare = typed.map(({ kind: _kind, apiVersion: _version, ...rest }) => rest);
  const list = { kind, apiVersion, metadata: {}, items: bare };
  const output = k.flags.string('output');
  const extension = output === 'json' || output === 'yaml' ? output : 'txt';
  yield* write(k, `${file}.${extension}`, objectPrinter(k, '', [], true)(list));
}

function* objectsOf(k: Invocation, type: string, namespace = ''): Coroutine<JsonObject[]> {
  const mapping = yield* mappingFor(k, type);
  return yield* listObjects(k, { mapping, namespace }, '', '');
}

function* dumpLogs(k: Invocation, namespace: string, pod: JsonObject): Coroutine<void> {
  let logs = '';
  for (const list of ['initContainers', 'containers'])
    for (const container of listAt(pod, 'spec', list).filter(isJsonObject)) {
      const name = textOf(container.name);
      const title = `logs for container ${name} of pod ${namespace}/${nameOf(pod)} ====\n`;
      const kubelet = yield* kubeletOf(k, pod, 'log', name);
      const log = kubelet.logs(namespace, nameOf(pod), { container: name });
      const text = log.ok ? yield* readAll(log.value) : `Request log error: ${log.error.message ?? ''}\n`;
      logs += `==== START ${title}${text}==== END ${title}`;
    }
  yield* write(k, `${namespace}/${nameOf(pod)}/logs.txt`, logs);
}

/** `kubectl cluster-info dump` (k8s.io/kubectl/pkg/cmd/clusterinfo). */
export const clusterInfoDumpCommand = defineVerb({
  name: 'dump',
  usage: '[flags]',
  short: 'Dump relevant information for debugging and diagnosis',
  flags: [
    ...PRINT_FLAGS.filter(({ name }) => name !== 'output'),
    boolFlag('all-namespaces', 'If true, dump all namespaces.', { shorthand: 'A' }),
    stringSliceFlag('namespaces', 'A comma separated list of namespaces to dump.'),
    stringFlag('output', 'Output format. One of: (json, yaml).', { shorthand: 'o', default: 'json' }),
    stringFlag('output-directory', 'Where to output the files. If empty or - uses stdout.'),
    durationFlag('pod-running-timeout', 'How long to wait until at least one pod is running', { default: '20s' }),
  ],
  *run(k) {
    requirePrinter(k);
    yield* writeList(k, 'nodes', 'NodeList', 'v1', yield* objectsOf(k, 'nodes'));
    const named = k.flags.list('namespaces');
    const namespaces = k.flags.bool('all-namespaces')
      ? (yield* objectsOf(k, 'namespaces')).map(nameOf)
      : named.length > 0
        ? named
        : ['kube-system', k.namespace().namespace];
    for (const namespace of namespaces) {
      let pods: JsonObject[] = [];
      for (const [type, kind, apiVersion, file] of DUMPED) {
        pods = yield* objectsOf(k, type, namespace);
        yield* writeList(k, `${namespace}/${file}`, kind, apiVersion, pods);
      }
      for (const pod of pods) yield* dumpLogs(k, namespace, pod);
    }
    const folder = k.flags.string('output-directory');
    if (folder !== '' && folder !== '-') yield* k.out(`Cluster info dumped to ${folder}\n`);
    return 0;
  },
});
