import { SERVICES, type Service } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import { TextOutput, sleep, waitFor, type Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag, stringFlag } from '@seatrial/kubectl';
import { startCommand } from '@seatrial/shell';
import { TemplateSet, TemplateStruct, templateResult } from '@seatrial/template';
import type { Tool } from '../tool/tool.js';
import type { Subcommand, ToolCall } from './cluster-tool.js';
import { USAGE_STATUS, exitFor, healthyCluster } from './minikube-cluster.js';
import { boxTable, say, warn } from './minikube-output.js';

const FORMAT_STATUS = 80;
const SERVICE_NOT_FOUND_STATUS = 115;
const HEADER = ['NAMESPACE', 'NAME', 'TARGET PORT', 'URL'];
const URL_FORMAT = 'http://{{.IP}}:{{.Port}}';
/** How long a service is waited for, and a tunnel to come up. */
const RETRY_MS = 1000;
const OUTPUT_LIMIT = 1 << 16;
const FIRST_PORT = 32_768;
const PORTS = 28_000;

interface Target {
  readonly port: string;
  readonly url: string;
}

/** The URLs of a Service's node ports by the template of `--format`; undefined where that cannot be run. */
function targets(node: ClusterNode, { spec }: Service, { flags, tool }: ToolCall): Target[] | undefined {
  const set = new TemplateSet('serviceURL', {
    functions: {},
    missingKey: 'error',
    charge: (steps) => tool.charge(steps),
  });
  const found = templateResult(() => {
    set.parse('serviceURL', flags.string('format'));
    return (spec.ports ?? []).flatMap(({ name, port, nodePort }) => {
      if (nodePort === undefined) return [];
      const label = name ? `${name}/${port}` : String(port);
      const data = { IP: node.node.address, Port: nodePort, Name: label };
      return [{ port: label, url: set.execute('serviceURL', new TemplateStruct('struct', data)) }];
    });
  });
  return found.ok ? found.value : undefined;
}

function row({ metadata }: Service, found: readonly Target[]): string[] {
  const { namespace = '', name } = metadata;
  if (found.length === 0) return [namespace, name, '', 'No node port'];
  return [namespace, name, found.map(({ port }) => port).join('\n'), found.map(({ url }) => url).join('\n')];
}

/** A port of the machine's own for each port of a Service without node ports, while the command lives. */
function* tunnel({ tool, flags }: ToolCall, node: ClusterNode, { metadata, spec }: Service): Coroutine<number> {
  const { namespace = '', name } = metadata;
  yield* warn(
    tool,
    'warning',
    `Services [${namespace}/${name}] have type "ClusterIP" not meant to be exposed, however for local development minikube allows you to access this !`,
  );
  yield* say(tool, 'ready', `Starting tunnel for service ${name}.`);
  const random = node.apiServer.simulation.random.split(`service/${String(tool.process.pid)}`);
  const ports = (spec.ports ?? []).map(({ port }) => ({ port, local: FIRST_PORT + random.below(PORTS) }));
  const forward = [
    'kubectl',
    '--context',
    node.profile.kubeconfig.context,
    '-n',
    namespace,
    'port-forward',
    `service/${name}`,
  ];
  const started = startCommand(tool.process, [...forward, ...ports.map(({ port, local }) => `${local}:${port}`)], {
    stdout: new TextOutput(OUTPUT_LIMIT),
  });
  yield* sleep(RETRY_MS);
  const urls = ports.map(({ local }) => `http://127.0.0.1:${local}`);
  if (!flags.bool('url')) yield* tool.out(boxTable(HEADER, [[namespace, name, '', urls.join('\n')]]));
  yield* open(tool, `${namespace}/${name}`, urls, flags.bool('url'));
  yield* warn(
    tool,
    'warning',
    'Because you are using a Docker driver on linux, the terminal needs to be open to run it.',
  );
  if (started.ok) yield* waitFor([started.value.exited]);
  return 0;
}

function* open(tool: Tool, name: string, urls: readonly string[], only: boolean): Coroutine<void> {
  for (const url of urls) {
    if (!only) yield* say(tool, 'celebrate', `Opening service ${name} in default browser...`);
    yield* tool.out(`${url}\n`);
  }
}

function* service(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  const namespace = flags.string('namespace');
  const [name] = args;
  if (args.length !== 1 && !flags.bool('all'))
    return yield* exitFor(tool, 'MK_USAGE', 'You must specify a service name', USAGE_STATUS);
  const node = yield* healthyCluster(tool);
  if (typeof node === 'number') return node;
  const { store } = node.apiServer;
  const named = flags.bool('all') ? [...store.list(SERVICES, namespace)] : [store.get(SERVICES, namespace, name)];
  if (named.some((found) => found === undefined)) yield* sleep(flags.int('wait') * RETRY_MS);
  const chosen = named.map((found) => found ?? store.get(SERVICES, namespace, name));
  for (const found of chosen) {
    if (!found) {
      const status = yield* exitFor(
        tool,
        'SVC_NOT_FOUND',
        `Service '${name}' was not found in '${namespace}' namespace.`,
        SERVICE_NOT_FOUND_STATUS,
      );
      yield* tool.err(
        `You may select another namespace by using 'minikube service ${name} -n <namespace>'. Or list out all the services using 'minikube service list'\n\n`,
      );
      return status;
    }
    const urls = targets(node, found, call);
    if (!urls)
      return yield* exitFor(tool, 'INTERNAL_FORMAT_USAGE', 'The value passed to --format is invalid', FORMAT_STATUS);
    if (!flags.bool('url')) yield* tool.out(boxTable(HEADER, [row(found, urls)]));
    const title = `${found.metadata.namespace ?? ''}/${found.metadata.name}`;
    if (urls.length === 0) {
      yield* say(tool, 'sad', `service ${title} has no node port`);
      return yield* tunnel(call, node, found);
    }
    const shown = urls.map(({ url }) => (flags.bool('https') ? url.replace(/^http:/, 'https:') : url));
    yield* open(tool, title, shown, flags.bool('url'));
  }
  return 0;
}

function* list(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const node = yield* healthyCluster(tool);
  if (typeof node === 'number') return node;
  const services = node.apiServer.store.list(SERVICES, flags.string('namespace') || undefined);
  yield* tool.out(
    boxTable(
      HEADER,
      services.map((each) => row(each, targets(node, each, call) ?? [])),
    ),
  );
  return 0;
}

const formatFlag = stringFlag('format', '', { default: URL_FORMAT });

/** `minikube service`: node ports of real Services at the node's address, a tunnel to those that have none. */
export const SERVICE_SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'service',
    flags: [
      stringFlag('namespace', '', { shorthand: 'n', default: 'default' }),
      boolFlag('url'),
      boolFlag('https'),
      boolFlag('all'),
      intFlag('wait', '', { default: '2' }),
      intFlag('interval', '', { default: '1' }),
      formatFlag,
    ],
    run: service,
  },
  { name: 'service list', flags: [stringFlag('namespace', '', { shorthand: 'n' }), formatFlag], run: list },
];
