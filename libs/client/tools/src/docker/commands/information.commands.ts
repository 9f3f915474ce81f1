import { sleep } from '@seatrial/kernel';
import { defineDockerCommand, notSimulated, type DockerCall } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import { binarySize, humanSize } from '../engine/human-units.js';
import { eventsCommand } from './events.command.js';
import { dockerTemplate, formatListing } from './docker-format.js';
import { systemPrune } from './prune.commands.js';

const VERSION = '28.5.1';
const API_VERSION = '1.51';
const GO_VERSION = 'go1.24.8';
const BUILT = 'Wed Oct  8 12:17:26 2025';

const VERSION_TEXT = `Client: Docker Engine - Community
 Version:           ${VERSION}
 API version:       ${API_VERSION}
 Go version:        ${GO_VERSION}
 Git commit:        e180ab8
 Built:             ${BUILT}
 OS/Arch:           linux/amd64
 Context:           default

Server: Docker Engine - Community
 Engine:
  Version:          ${VERSION}
  API version:      ${API_VERSION} (minimum version 1.24)
  Go version:       ${GO_VERSION}
  Git commit:       f8215cc
  Built:            ${BUILT}
  OS/Arch:          linux/amd64
  Experimental:     false
 containerd:
  Version:          v1.7.28
  GitCommit:        b98a3aace656320842a23f4a392a33f46af97866
 runc:
  Version:          1.3.0
  GitCommit:        v1.3.0-0-g4ca628d1
 docker-init:
  Version:          0.19.0
  GitCommit:        de40ad0
`;

export const versionCommand = defineDockerCommand({
  name: 'version',
  usage: '[OPTIONS]',
  short: 'Show the Docker version information',
  flags: '-f --format=',
  maximum: 0,
  *run(call) {
    const format = call.flags.value('format');
    if (format === undefined) {
      yield* call.out(VERSION_TEXT);
      return 0;
    }
    const shared = { Version: VERSION, GoVersion: GO_VERSION, Os: 'linux', Arch: 'amd64' };
    const rendered = dockerTemplate(
      format,
      'error',
    )({
      Client: { ...shared, ApiVersion: API_VERSION, GitCommit: 'e180ab8', Context: 'default' },
      Server: { ...shared, ApiVersion: API_VERSION, MinAPIVersion: '1.24', GitCommit: 'f8215cc' },
    });
    if (!rendered.ok) throw new DockerFailure(rendered.error);
    yield* call.out(`${rendered.value}\n`);
    return 0;
  },
});

function infoText(call: DockerCall): string {
  const { engine } = call;
  const containers = [...engine.containers.values()];
  const paused = containers.filter(({ state }) => state === 'paused').length;
  const running = containers.filter((container) => container.running).length - paused;
  return `Client: Docker Engine - Community
 Version:    ${VERSION}
 Context:    default
 Debug Mode: false
 Plugins:
  buildx: Docker Buildx (Docker Inc.)
    Version:  v0.29.1
    Path:     /usr/libexec/docker/cli-plugins/docker-buildx
  compose: Docker Compose (Docker Inc.)
    Version:  v2.40.3
    Path:     /usr/libexec/docker/cli-plugins/docker-compose

Server:
 Containers: ${containers.length}
  Running: ${running}
  Paused: ${paused}
  Stopped: ${containers.length - running - paused}
 Images: ${engine.images.list().length}
 Server Version: ${VERSION}
 Storage Driver: overlay2
  Backing Filesystem: extfs
  Supports d_type: true
  Using metacopy: false
  Native Overlay Diff: true
  userxattr: false
 Logging Driver: json-file
 Cgroup Driver: systemd
 Cgroup Version: 2
 Plugins:
  Volume: local
  Network: bridge host ipvlan macvlan null overlay
  Log: awslogs fluentd gcplogs gelf journald json-file local splunk syslog
 Swarm: inactive
 Runtimes: io.containerd.runc.v2 runc
 Default Runtime: runc
 Init Binary: docker-init
 OSType: linux
 Architecture: x86_64
 Name: ${engine.host.hostname}
 Docker Root Dir: /var/lib/docker
 Debug Mode: false
 Experimental: false
 Insecure Registries:
  ::1/128
  127.0.0.0/8
 Live Restore Enabled: false

`;
}

export const infoCommand = defineDockerCommand({
  name: 'info',
  usage: '[OPTIONS]',
  short: 'Display system-wide information',
  flags: '-f --format=',
  maximum: 0,
  *run(call) {
    if (call.flags.has('format')) notSimulated(call.process, 'docker info --format');
    yield* call.out(infoText(call));
    return 0;
  },
});

const share = (part: number, all: number): string =>
  `${humanSize(part)} (${all === 0 ? 0 : Math.floor((part / all) * 100)}%)`;

const df = defineDockerCommand({
  name: 'df',
  usage: '[OPTIONS]',
  short: 'Show docker disk usage',
  flags: '--format=, -v --verbose',
  maximum: 0,
  *run(call) {
    if (call.flags.has('verbose')) notSimulated(call.process, 'docker system df --verbose');
    const { images, containers, volumes, buildCache } = call.engine;
    const used = new Set([...containers.values()].map(({ settings }) => settings.image.id));
    const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
    const all = sum(images.list().map(({ sizeBytes }) => sizeBytes));
    const idle = sum(
      images
        .list()
        .filter(({ id }) => !used.has(id))
        .map(({ sizeBytes }) => sizeBytes),
    );
    const mounted = new Set(
      [...containers.values()].flatMap(({ settings }) => settings.mounts.map(({ name }) => name)),
    );
    const cache = sum([...buildCache.values()].map(({ sizeBytes }) => sizeBytes));
    const running = [...containers.values()].filter((container) => container.running).length;
    const row = (
      Type: string,
      total: number,
      active: number,
      Size: string,
      Reclaimable: string,
    ): Record<string, string> => ({
      Type,
      TotalCount: String(total),
      Active: String(active),
      Size,
      Reclaimable,
    });
    yield* call.out(
      formatListing({
        columns: { Type: 'TYPE', TotalCount: 'TOTAL', Active: 'ACTIVE', Size: 'SIZE', Reclaimable: 'RECLAIMABLE' },
        rows: [
          row('Images', images.list().length, used.size, humanSize(all), share(idle, all)),
          row('Containers', containers.size, running, '0B', '0B'),
          row(
            'Local Volumes',
            volumes.size,
            [...volumes.keys()].filter((name) => mounted.has(name)).length,
            '0B',
            '0B',
          ),
          row('Build Cache', buildCache.size, 0, humanSize(cache), humanSize(cache)),
        ],
        type: '*formatter.diskUsageContext',
        format: call.flags.value('format'),
      }),
    );
    return 0;
  },
});

export const systemCommand = defineDockerCommand({
  name: 'system',
  usage: '',
  short: 'Manage Docker',
  commands: [df, eventsCommand, infoCommand, systemPrune],
});

/** Processors of the machine. */
export const HOST_CPUS = 4;

/** The memory of the machine, which containers without a limit may use. */
export const MEMORY_LIMIT = 8 * 1024 ** 3;

/** One look at the containers. */
export function statsText(call: DockerCall): string {
  const { engine, flags } = call;
  const chosen =
    call.args.length > 0 ? call.args.map((reference) => engine.get(reference)) : [...engine.containers.values()];
  const rows = chosen
    .filter((container) => flags.on('all') || call.args.length > 0 || container.running)
    .map((container) => {
      const processes = container.machine?.processes.list() ?? [];
      const memory = processes.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
      const limit = container.resources.memory === 0 ? MEMORY_LIMIT : container.resources.memory;
      const cpu = processes.reduce((sum, { cpuNanocores }) => sum + cpuNanocores, 0) / 1e7;
      return {
        ID: container.id.slice(0, 12),
        Container: container.id.slice(0, 12),
        Name: container.name,
        CPUPerc: `${cpu.toFixed(2)}%`,
        MemUsage: `${binarySize(memory)} / ${binarySize(limit)}`,
        MemPerc: `${((memory / limit) * 100).toFixed(2)}%`,
        NetIO: '0B / 0B',
        BlockIO: '0B / 0B',
        PIDs: String(processes.length),
      };
    });
  return formatListing({
    columns: {
      ID: 'CONTAINER ID',
      Name: 'NAME',
      CPUPerc: 'CPU %',
      MemUsage: 'MEM USAGE / LIMIT',
      MemPerc: 'MEM %',
      NetIO: 'NET I/O',
      BlockIO: 'BLOCK I/O',
      PIDs: 'PIDS',
    },
    rows,
    type: '*container.statsContext',
    format: flags.value('format'),
  });
}

/** How often the screen is written, and the codes that the client puts in (docker/cli stats.go). */
const STATS_MS = 500;
const HOME = '\u001b[H';
const ERASE_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';

export const statsCommand = defineDockerCommand({
  name: 'stats',
  usage: '[OPTIONS] [CONTAINER...]',
  short: 'Display a live stream of container(s) resource usage statistics',
  flags: '-a --all, --format=, --no-stream, --no-trunc',
  *run(call) {
    if (call.flags.on('no-stream')) {
      yield* call.out(statsText(call));
      return 0;
    }
    for (;;) {
      yield* sleep(STATS_MS);
      const table = `${HOME}${statsText(call)}`;
      const erased = table.split('\n').map((line) => `${line} ${ERASE_LINE}\n`);
      if (!(yield* call.process.stdout.write(`${table}${erased.join('')}${ERASE_BELOW}`))) return 0;
    }
  },
});
