import { sha256Hex, type FacilityKey, type Process } from '@seatrial/kernel';
import { defineDockerCommand, forEachArgument, notSimulated } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import { formatListing } from './docker-format.js';
import { unsimulated } from './unsimulated.commands.js';

interface Context {
  readonly description: string;
  readonly host: string;
}

const CONTEXTS: FacilityKey<Map<string, Context>> = { name: 'docker-contexts' };
const OWN: Context = { description: 'Current DOCKER_HOST based configuration', host: 'unix:///var/run/docker.sock' };

/** The contexts by name, the engine's own among them. */
function contextsOf({ machine }: Process): Map<string, Context> {
  const known = machine.facility(CONTEXTS);
  if (known) return known;
  const made = new Map([['default', OWN]]);
  machine.provide(CONTEXTS, made);
  return made;
}

function notFound({ env }: Process, name: string): never {
  const path = `${env.get('HOME') ?? '/root'}/.docker/contexts/meta/${sha256Hex(name)}/meta.json`;
  throw new DockerFailure(`context "${name}": context not found: open ${path}: no such file or directory`);
}

const list = defineDockerCommand({
  name: 'ls',
  aliases: ['list'],
  usage: '[OPTIONS]',
  short: 'List contexts',
  flags: '--format=, -q --quiet',
  maximum: 0,
  *run(call) {
    const contexts = [...contextsOf(call.process)].sort(([a], [b]) => (a < b ? -1 : 1));
    const rows = contexts.map(([name, { description, host }]) => ({
      Name: name === 'default' ? 'default *' : name,
      Description: description,
      DockerEndpoint: host,
      Error: '',
    }));
    if (call.flags.on('quiet')) yield* call.out(contexts.map(([name]) => `${name}\n`).join(''));
    else
      yield* call.out(
        formatListing({
          columns: { Name: 'NAME', Description: 'DESCRIPTION', DockerEndpoint: 'DOCKER ENDPOINT', Error: 'ERROR' },
          rows,
          type: '*formatter.clientContextContext',
          format: call.flags.value('format'),
        }),
      );
    return 0;
  },
});

const show = defineDockerCommand({
  name: 'show',
  usage: '',
  short: 'Print the name of the current context',
  maximum: 0,
  *run(call) {
    yield* call.out('default\n');
    return 0;
  },
});

const create = defineDockerCommand({
  name: 'create',
  usage: '[OPTIONS] CONTEXT',
  short: 'Create a context',
  flags: '--description=, --docker=, --from=',
  minimum: 1,
  maximum: 1,
  *run(call) {
    const [name] = call.args;
    const contexts = contextsOf(call.process);
    if (name === 'default') throw new DockerFailure('"default" is a reserved context name');
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/.test(name))
      throw new DockerFailure(`context name "${name}" is invalid, names are validated against regexp "^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$"`); // prettier-ignore
    if (contexts.has(name)) throw new DockerFailure(`context "${name}" already exists`);
    const host = /(?:^|,)host=([^,]*)/.exec(call.flags.value('docker') ?? '')?.[1] ?? OWN.host;
    contexts.set(name, { description: call.flags.value('description') ?? '', host });
    yield* call.out(`${name}\n`);
    yield* call.err(`Successfully created context "${name}"\n`);
    return 0;
  },
});

const remove = defineDockerCommand({
  name: 'rm',
  aliases: ['remove'],
  usage: 'CONTEXT [CONTEXT...]',
  short: 'Remove one or more contexts',
  flags: '-f --force',
  minimum: 1,
  *run(call) {
    return yield* forEachArgument(call, function* (name) {
      if (name === 'default') throw new DockerFailure('context "default" cannot be removed');
      if (!contextsOf(call.process).delete(name)) notFound(call.process, name);
      yield* call.out(`${name}\n`);
    });
  },
});

const inspect = defineDockerCommand({
  name: 'inspect',
  usage: '[OPTIONS] [CONTEXT] [CONTEXT...]',
  short: 'Display detailed information on one or more contexts',
  unfollowed: '-f --format=',
  *run(call) {
    const names = call.args.length === 0 ? ['default'] : call.args;
    const shown = names.map((name) => {
      const { host, description } = contextsOf(call.process).get(name) ?? notFound(call.process, name);
      const own = name === 'default';
      return {
        Name: name,
        Metadata: own || description === '' ? {} : { Description: description },
        Endpoints: { docker: { Host: host, SkipTLSVerify: false } },
        TLSMaterial: {},
        Storage: { MetadataPath: '<IN MEMORY>', TLSPath: '<IN MEMORY>' },
      };
    });
    yield* call.out(`${JSON.stringify(shown, null, 4)}\n`);
    return 0;
  },
});

/** Another engine cannot be reached from here: only the machine's own is used. */
const use = defineDockerCommand({
  name: 'use',
  usage: 'CONTEXT',
  short: 'Set the current docker context',
  minimum: 1,
  maximum: 1,
  *run(call) {
    const [name] = call.args;
    if (!contextsOf(call.process).has(name)) notFound(call.process, name);
    if (name !== 'default') notSimulated(call.process, 'docker context use of another engine');
    yield* call.out('default\n');
    yield* call.err('Current context is now "default"\n');
    return 0;
  },
});

/** The engine's own context, and those that are written down beside it. */
export const contextCommand = defineDockerCommand({
  name: 'context',
  usage: '',
  short: 'Manage contexts',
  commands: [
    create,
    inspect,
    list,
    remove,
    show,
    use,
    ...['export', 'import', 'update'].map((name) => unsimulated(`docker context ${name}`, name, `${name} a context`)),
  ],
});
