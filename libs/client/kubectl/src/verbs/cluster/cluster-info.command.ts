import { SERVICES } from '@seatrial/apiserver';
import { defineVerb } from '../../command/command.js';
import { attempt } from '../../command/failure.js';
import { listObjects } from '../../resource/resolve-infos.js';
import { listAt, nameOf, namespaceOf, stringMapAt, textOf, valueAt } from '../../resource/resource-info.js';
import { mappingFor } from '../../resource/resource-selection.js';
import { clusterInfoDumpCommand } from './cluster-info-dump.command.js';

const HINT = "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n";

/** `kubectl cluster-info` (its colours appear on terminals only). */
export const clusterInfoCommand = defineVerb({
  name: 'cluster-info',
  usage: '[flags]',
  short: 'Display cluster information',
  subcommands: [clusterInfoDumpCommand],
  *run(k) {
    const reached = yield* attempt(k.api());
    if ('failure' in reached) {
      yield* k.out(HINT);
      throw reached.failure;
    }
    const api = reached.value;
    const base = `${api.address.scheme}://${api.address.hostPort}`;
    yield* k.out(`Kubernetes control plane is running at ${base}\n`);
    const mapping = yield* mappingFor(k, SERVICES.resource);
    const services = yield* listObjects(
      k,
      { mapping, namespace: k.flags.string('namespace') || 'kube-system' },
      'kubernetes.io/cluster-service=true',
      '',
    );
    for (const service of services) {
      const [port] = listAt(service, 'spec', 'ports');
      const portName = textOf(valueAt(port, 'name'));
      const name = portName === '' ? nameOf(service) : `${nameOf(service)}:${portName}`;
      const title = stringMapAt(service, 'metadata', 'labels')['kubernetes.io/name'] ?? nameOf(service);
      yield* k.out(`${title} is running at ${base}/api/v1/namespaces/${namespaceOf(service)}/services/${name}/proxy\n`);
    }
    yield* k.out(HINT);
    return 0;
  },
});
