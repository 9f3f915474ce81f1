import { SIGNALS, type Signal } from '@seatrial/kernel';
import { fillVolumes, parseVolume, tmpfs } from '../commands/container-mounts.js';
import { parsePort } from '../commands/container-ports.js';
import { containerEnvironment } from '../commands/container-settings.js';
import type { ContainerSettings } from '../engine/container-contract.js';
import type { DockerEngine } from '../engine/docker-engine.js';
import type { LocalImage } from '../engine/local-image.js';
import type { ComposeFile, ComposeService } from './compose-model.js';

const signalOf = (text: string | undefined): Signal | undefined => {
  const name = text?.replace(/^SIG/, '');
  return name !== undefined && Object.hasOwn(SIGNALS, name) ? (name as Signal) : undefined;
};

/** What a service's containers are created with; `labels` are Compose's own. */
export function serviceContainer(
  engine: DockerEngine,
  file: ComposeFile,
  service: ComposeService,
  container: {
    readonly id: string;
    readonly image: LocalImage;
    readonly imageName: string;
    readonly labels: Readonly<Record<string, string>>;
  },
): ContainerSettings {
  const { id, image, imageName, labels } = container;
  const now = engine.simulation.now();
  const mounts = service.volumes.map((volume) => {
    const [source, ...rest] = volume.split(':');
    const named = rest.length > 0 ? file.volumes.get(source) : undefined;
    return parseVolume(engine, named ? [named.name, ...rest].join(':') : volume, file.directory);
  });
  mounts.push(...service.tmpfs.map((path) => tmpfs(path, false, now)));
  for (const target of image.config.volumes ?? [])
    if (!mounts.some((mount) => mount.target === target)) mounts.push(parseVolume(engine, target, file.directory));
  fillVolumes(image, mounts, now);
  const hostname = service.hostname ?? id.slice(0, 12);
  const user = service.user ?? image.config.user ?? '';
  const plainUser = user === '' || user === '0' ? 'root' : user;
  const [restart, maximum] = service.restart.split(':');
  const { healthCheck } = service;
  return {
    imageName,
    image,
    entrypoint: service.entrypoint ?? image.config.entrypoint ?? [],
    cmd: service.command ?? (service.entrypoint ? [] : (image.config.cmd ?? [])),
    env: containerEnvironment(image, service.environment, { hostname, tty: service.tty, user: plainUser }),
    cwd: service.workingDir ?? image.config.workingDir ?? '/',
    user: plainUser,
    hostname,
    tty: service.tty,
    openStdin: false,
    labels: { ...image.config.labels, ...service.labels, ...labels },
    ports: service.ports.map(parsePort),
    exposed: [...(image.config.exposedPorts ?? []), ...service.expose],
    restart: { name: restart === '' ? 'no' : restart, maximum: Number(maximum ?? 0) || 0 },
    autoRemove: false,
    mounts,
    stopSignal: signalOf(service.stopSignal) ?? image.config.stopSignal ?? 'TERM',
    healthCheck: healthCheck === 'none' ? undefined : (healthCheck ?? image.config.healthCheck),
    readOnly: service.readOnly,
    extraHosts: service.extraHosts,
    ...(service.resources && { resources: service.resources }),
    ...(service.dns.length > 0 && { dns: service.dns }),
  };
}
