import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag } from '@seatrial/kubectl';
import type { Tool } from '../tool/tool.js';
import { nodeOf, notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
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

/** `oc new-project NAME`: the API that takes it is not there (openshift/oc, pkg/cli/requestproject). */
function* newProject({ tool, args }: ToolCall): Coroutine<number> {
  if (args.length !== 1) return yield* failed(tool, 'must have exactly one argument');
  yield* tool.err(
    'Error from server (NotFound): the server could not find the requested resource (get projectrequests.project.openshift.io)\n',
  );
  return 1;
}

/** `oc status`: a namespace is no project to it (pkg/cli/status). */
function* status({ tool, flags, args }: ToolCall): Coroutine<number> {
  if (args.length > 0 || flags.bool('all-namespaces')) return yield* notSimulated(tool, 'status -A, or of arguments');
  const { namespace } = yield* currentOf(tool);
  const name = flags.string('namespace') || namespace || 'default';
  return yield* failed(
    tool,
    `you do not have rights to view project "${name}" specified in your config or the project doesn't exist`,
  );
}

/**
 * `oc login` at a cluster without OpenShift's tokens: who asks for one is nobody to its API server yet, and must not see
 * whether there are any (pkg/cli/login, library-go's tokenrequest).
 */
function* login({ tool, flags, args }: ToolCall): Coroutine<number> {
  const { server } = yield* currentOf(tool);
  const asked = args.at(0) ?? server;
  const user = flags.string('username');
  const own = (yield* kubectlText(tool, ['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'])).trim();
  const hasCredentials =
    flags.string('token') !== '' || (user !== '' && user === own && flags.string('password') === '');
  const isKnown = server !== '' && (asked.includes('://') ? asked : `https://${asked}`).replace(/\/$/, '') === server;
  if (!isKnown || hasCredentials || nodeOf(tool)?.profile.managedApi !== undefined)
    return yield* notSimulated(tool, `login ${args.join(' ')}`.trim());
  if (flags.bool('insecure-skip-tls-verify'))
    yield* tool.out('WARNING: Using insecure TLS client config. Setting this option is not supported!\n\n');
  return yield* failed(
    tool,
    `couldn't get ${server}/.well-known/oauth-authorization-server: unexpected response status 403`,
  );
}

/** `oc logout`: certificates are none of its business (pkg/cli/logout). */
function* logout({ tool, args }: ToolCall): Coroutine<number> {
  if (args.length > 0) return yield* failed(tool, 'No arguments are allowed');
  const path = '{.users[0].user.token}{.users[0].user.exec.command}';
  const held = yield* kubectlConfig(tool, ['view', '--raw', '--minify', '-o', `jsonpath=${path}`]);
  if (held !== '') return yield* notSimulated(tool, 'logout of a token');
  return yield* failed(tool, 'You must have a token in order to logout.');
}

const short = boolFlag('short', '', { shorthand: 'q' });

/** OpenShift's projects and sessions on a cluster that has none: its namespaces. */
export const PROJECT_SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'login',
    flags: [
      stringFlag('username', '', { shorthand: 'u' }),
      stringFlag('password', '', { shorthand: 'p' }),
      stringFlag('token'),
      stringFlag('certificate-authority'),
      boolFlag('insecure-skip-tls-verify'),
    ],
    run: login,
  },
  { name: 'logout', run: logout },
  { name: 'new-project', flags: ['display-name', 'description'].map((name) => stringFlag(name)), run: newProject },
  { name: 'project', flags: [short], run: project },
  { name: 'projects', flags: [short], run: projects },
  {
    name: 'status',
    flags: [
      boolFlag('all-namespaces', '', { shorthand: 'A' }),
      boolFlag('suggest'),
      stringFlag('namespace', '', { shorthand: 'n' }),
    ],
    run: status,
  },
];
