import { defineDockerCommand, type DockerCommand } from '../docker-command.js';
import { daemonFailure } from '../docker-failure.js';
import { formatListing } from './docker-format.js';
import { unsimulated } from './unsimulated.commands.js';

/** What an engine answers to a manager's work that belongs to no swarm (moby daemon/cluster). */
const NO_MANAGER =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

/** Groups of commands for managers, with their subcommands. */
const GROUPS: Readonly<Record<string, readonly [short: string, commands: string]>> = {
  config: ['Manage Swarm configs', 'create inspect ls rm'],
  node: ['Manage Swarm nodes', 'demote inspect ls promote ps rm update'],
  secret: ['Manage Swarm secrets', 'create inspect ls rm'],
  service: ['Manage Swarm services', 'create inspect logs ls ps rm rollback scale update'],
  stack: ['Manage Swarm stacks', 'config deploy ls ps rm services'],
};

const refused = (name: string): DockerCommand =>
  defineDockerCommand({ name, usage: '', short: name, raw: true, run: () => daemonFailure(NO_MANAGER) });

/** Every command for a swarm's managers: this engine is none. */
export const SWARM_COMMANDS: readonly DockerCommand[] = Object.entries(GROUPS).map(([name, [short, commands]]) =>
  defineDockerCommand({ name, usage: '', short, commands: commands.split(' ').map(refused) }),
);

const PLUGIN_COMMANDS = ['create', 'disable', 'enable', 'inspect', 'install', 'push', 'rm', 'set', 'upgrade'];

/** The engine has no plugins of its own. */
export const pluginCommand = defineDockerCommand({
  name: 'plugin',
  usage: '',
  short: 'Manage plugins',
  commands: [
    defineDockerCommand({
      name: 'ls',
      aliases: ['list'],
      usage: '[OPTIONS]',
      short: 'List plugins',
      flags: '-f --filter=?, --format=, --no-trunc, -q --quiet',
      maximum: 0,
      *run(call) {
        const columns = { ID: 'ID', Name: 'NAME', Description: 'DESCRIPTION', Enabled: 'ENABLED' };
        const quiet = { on: call.flags.on('quiet'), field: 'ID' };
        yield* call.out(
          formatListing({
            columns,
            rows: [],
            quiet,
            type: '*plugin.pluginContext',
            format: call.flags.value('format'),
          }),
        );
        return 0;
      },
    }),
    ...PLUGIN_COMMANDS.map((name) => unsimulated(`docker plugin ${name}`, name, `${name} a plugin`)),
  ],
});
