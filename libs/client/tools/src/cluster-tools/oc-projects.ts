import type { Coroutine } from '@seatrial/kernel';
import { boolFlag } from '@seatrial/kubectl';
import type { Tool } from '../tool/tool.js';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import { kubectlConfig, kubectlText } from './installed-cluster.js';

/** What the kubeconfig says of the current context. */
interface Current {
  readonly context: string;
  /** Empty: none is set. */
  readonly namespace: string;
  readonly server: string;
}

function* currentOf(tool: Tool): Coroutine<Current> {
  const path = '{.current-context}|{.contexts[0].context.namespace}|{.clusters[0].cluster.server}';
  const text = yield* kubectlConfig(tool, ['view', '--minify', '-o', `jsonpath=${path}`]);
  const [context = '', namespace = '', server = ''] = text.split('|');
  return { context, namespace, server };
}

/** A cluster without OpenShift's projects has namespaces instead. */
function* projectsOf(tool: Tool): Coroutine<readonly string[]> {
  const text = yield* kubectlText(tool, ['get', 'namespaces', '-o', 'jsonpath={.items[*].metadata.name}']);
  return text.split(' ').filter((name) => name !== '');
}

const usingText = ({ namespace, context, server }: Current): string =>
  `Using project "${namespace}" from context named "${context}" on server "${server}".\n`;

function* failed(tool: Tool, text: string): Coroutine<number> {
  yield* tool.err(`error: ${text}\n`);
  return 1;
}

/** Without a name: the project that is in use. */
function* showProject(tool: Tool, short: boolean): Coroutine<number> {
  const current = yield* currentOf(tool);
  const { namespace } = current;
  if (namespace === '') {
    if (short) return yield* failed(tool, 'no project has been set');
    yield* tool.out('No project has been set. Pass a project name to make that the default.\n');
    return 0;
  }
  if (!(yield* projectsOf(tool)).includes(namespace))
    return yield* failed(
      tool,
      `you do not have rights to view project "${namespace}" specified in your config or the project doesn't exist`,
    );
  yield* tool.out(short ? `${namespace}\n` : usingText(current));
  return 0;
}

/** A context by its name. */
function* useContext(tool: Tool, name: string, short: boolean): Coroutine<number> {
  const before = yield* currentOf(tool);
  yield* kubectlConfig(tool, ['use-context', name]);
  const { namespace } = yield* currentOf(tool);
  if (short) yield* tool.out(`${namespace}\n`);
  else if (namespace === '') yield* tool.out(`Now using context named "${name}" on server "${before.server}".\n`);
  else if (namespace === before.namespace)
    yield* tool.out(`Already on project "${namespace}" on server "${before.server}".\n`);
  else yield* tool.out(`Now using project "${namespace}" from context named "${name}" on server "${before.server}".\n`);
  return 0;
}

/** `oc project [NAME]` (openshift/oc, pkg/cli/project); a namespace would get a context of its own. */
function* project({ tool, flags, args }: ToolCall): Coroutine<number> {
  const short = flags.bool('short');
  const [name] = args;
  if (args.length > 1) return yield* failed(tool, 'Only one argument is supported (project name or context name).');
  if (name === undefined) return yield* showProject(tool, short);
  const contexts = (yield* kubectlConfig(tool, ['get-contexts', '-o', 'name'])).split('\n');
  if (contexts.includes(name)) return yield* useContext(tool, name, short);
  const projects = yield* projectsOf(tool);
  if (projects.includes(name)) return yield* notSimulated(tool, `project ${name} (a new context)`);
  const servers = yield* kubectlConfig(tool, ['view', '-o', 'jsonpath={.clusters[*].cluster.server}']);
  const { server } = yield* currentOf(tool);
  const others =
    new Set(servers.split(' ')).size > 1 ? "\nTo see projects on another server, pass '--server=<server>'." : '';
  const list = projects.map((each) => `\n* ${each}`).join('');
  return yield* failed(
    tool,
    `A project named "${name}" does not exist on "${server}".\nYour projects are:${list}${others}`,
  );
}

/** `oc projects` (openshift/oc, pkg/cli/projects): its own name is missing in what it says. */
function* projects({ tool, flags, args }: ToolCall): Coroutine<number> {
  if (args.length > 0) return yield* failed(tool, 'no arguments should be passed');
  const names = yield* projectsOf(tool);
  if (flags.bool('short')) {
    yield* tool.out(`${names.join('\n')}\n`);
    return 0;
  }
  const current = yield* currentOf(tool);
  const isKnown = names.includes(current.namespace);
  const mark = (name: string): string => (!isKnown ? '' : name === current.namespace ? '  * ' : '    ');
  const list = names.map((name) => `\n${mark(name)}${name}`).join('');
  yield* tool.out(
    `You have access to the following projects and can switch between them with ' project <projectname>':\n${list}\n`,
  );
  if (isKnown) yield* tool.out(`\n${usingText(current)}`);
  return 0;
}

const short = boolFlag('short', '', { shorthand: 'q' });

/** OpenShift's projects on a cluster that has none: its namespaces. */
export const PROJECT_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'project', flags: [short], run: project },
  { name: 'projects', flags: [short], run: projects },
];
