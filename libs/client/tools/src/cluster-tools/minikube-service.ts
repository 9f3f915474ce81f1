import { SERVICES, type Service } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, durationFlag, stringFlag } from '@seatrial/kubectl';
import type { Subcommand, ToolCall } from './cluster-tool.js';
import { runningCluster } from './minikube-cluster.js';
import { boxTable, say, warn } from './minikube-output.js';

const SERVICE_NOT_FOUND_STATUS = 115;
const HEADER = ['NAMESPACE', 'NAME', 'TARGET PORT', 'URL'];

interface Target {
  readonly port: string;
  readonly url: string;
}

function targets(node: ClusterNode, service: Service, https: boolean): Target[] {
  return (service.spec.ports ?? []).flatMap(({ name, port, nodePort }) =>
    nodePort === undefined
      ? []
      : [
          {
            port: name ? `${name}/${port}` : String(port),
            url: `http${https ? 's' : ''}://${node.node.address}:${nodePort}`,
          },
        ],
  );
}

function row(node: ClusterNode, service: Service, https: boolean): string[] {
  const found = targets(node, service, https);
  const { namespace, name } = service.metadata;
  if (found.length === 0) return [namespace ?? '', name, 'No node port', ''];
  return [namespace ?? '', name, found.map(({ port }) => port).join(' '), found.map(({ url }) => url).join(' ')];
}

function* service(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const namespace = flags.string('namespace') || 'default';
  const [name] = args;
  if (name === undefined) {
    yield* tool.err('\n');
    yield* warn(tool, 'failure', 'Exiting due to MK_USAGE: You must specify a service name');
    return 64;
  }
  const found = node.apiServer.store.get(SERVICES, namespace, name);
  if (!found) {
    yield* tool.err('\n');
    yield* warn(tool, 'failure', `Exiting due to SVC_NOT_FOUND: Service '${name}' was not found in '${namespace}' namespace.`); // prettier-ignore
    yield* tool.err(`You may select another namespace by using 'minikube service ${name} -n <namespace>'. Or list out all the services using 'minikube service list'\n\n`); // prettier-ignore
    return SERVICE_NOT_FOUND_STATUS;
  }
  const open = targets(node, found, flags.bool('https'));
  if (flags.bool('url') && open.length > 0) {
    yield* tool.out(open.map(({ url }) => `${url}\n`).join(''));
    return 0;
  }
  yield* tool.out(boxTable(HEADER, [row(node, found, flags.bool('https'))]));
  if (open.length === 0) {
    yield* say(tool, 'shrug', `service ${namespace}/${name} has no node port`);
    return 0;
  }
  yield* say(tool, 'celebrate', `Opening service ${namespace}/${name} in default browser...`);
  for (const { url } of open) yield* tool.out(`${url}\n`);
  return 0;
}

function* list({ tool, flags }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const services = node.apiServer.store.list(SERVICES, flags.string('namespace') || undefined);
  yield* tool.out(boxTable(HEADER, services.map((each) => row(node, each, false)))); // prettier-ignore
  return 0;
}

const namespaceFlag = stringFlag('namespace', '', { shorthand: 'n' });

/** `minikube service`: node ports of real Services at the node's address. */
export const SERVICE_SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'service',
    flags: [
      namespaceFlag,
      boolFlag('url'),
      boolFlag('https'),
      boolFlag('all'),
      durationFlag('wait'),
      stringFlag('format'),
    ],
    run: service,
  },
  { name: 'service list', flags: [namespaceFlag], run: list },
];
