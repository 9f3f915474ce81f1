import { compareStrings } from '@seatrial/kernel';
import type { DockerCommand } from './docker-command.js';

/** What the client's help puts first, in its order; `bake` is buildx's. */
const COMMON = ['run', 'exec', 'ps', 'build', 'bake', 'pull', 'push', 'images', 'login', 'logout', 'search', 'version', 'info']; // prettier-ignore
const MANAGEMENT = ['builder', 'buildx', 'checkpoint', 'compose', 'container', 'context', 'image', 'manifest', 'network', 'plugin', 'system', 'trust', 'volume']; // prettier-ignore
/** Hidden while no swarm is there. */
const SWARM_ONLY = ['config', 'node', 'secret', 'service', 'stack'];
/** Plugins, which carry a star and words of their own. */
const PLUGINS: Readonly<Record<string, string>> = { bake: 'Build from a file', buildx: 'Docker Buildx', compose: 'Docker Compose' }; // prettier-ignore
/** Not installed with the engine. */
const ABSENT = ['trust'];

/** `docker --help` of Docker 28.5 with its buildx and compose plugins. */
export function dockerHelp({ commands = [] }: DockerCommand, home: string): string {
  const shorts = new Map(commands.map(({ name, short }) => [name, short]));
  const line = (name: string): string => {
    const star = name !== 'bake' && Object.hasOwn(PLUGINS, name) ? '*' : '';
    return `  ${`${name}${star}`.padEnd(11)} ${PLUGINS[name] ?? shorts.get(name) ?? ''}\n`;
  };
  const block = (title: string, names: readonly string[]): string =>
    `${title}:\n${names
      .filter((name) => !ABSENT.includes(name))
      .map(line)
      .join('')}\n`;
  const rest = [...shorts.keys()]
    .filter((name) => ![...COMMON, ...MANAGEMENT, ...SWARM_ONLY, 'swarm'].includes(name))
    .sort(compareStrings);
  return `Usage:  docker [OPTIONS] COMMAND

A self-sufficient runtime for containers

${block('Common Commands', COMMON)}${block('Management Commands', MANAGEMENT)}${block('Swarm Commands', ['swarm'])}${block('Commands', rest)}Global Options:
      --config string      Location of client config files (default
                           "${home}/.docker")
  -c, --context string     Name of the context to use to connect to the
                           daemon (overrides DOCKER_HOST env var and
                           default context set with "docker context use")
  -D, --debug              Enable debug mode
  -H, --host list          Daemon socket to connect to
  -l, --log-level string   Set the logging level ("debug", "info", "warn",
                           "error", "fatal") (default "info")
      --tls                Use TLS; implied by --tlsverify
      --tlscacert string   Trust certs signed only by this CA (default
                           "${home}/.docker/ca.pem")
      --tlscert string     Path to TLS certificate file (default
                           "${home}/.docker/cert.pem")
      --tlskey string      Path to TLS key file (default
                           "${home}/.docker/key.pem")
      --tlsverify          Use TLS and verify the remote
  -v, --version            Print version information and quit

Run 'docker COMMAND --help' for more information on a command.

For more help on how to use Docker, head to https://docs.docker.com/go/guides/
`;
}
