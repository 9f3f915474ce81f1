import type { JsonObject } from '@seatrial/kernel';
import type { DockerEngine, EngineVolume } from '../engine/docker-engine.js';
import { gatewayOf, macOf, prefixLengthOf, subnetOf, type EngineNetwork } from '../engine/engine-network.js';
import { apiTime } from '../engine/human-units.js';
import type { LocalImage } from '../engine/local-image.js';
import { healthCheckObject } from './inspect-container.js';
import { exposedPorts, listOrNull, variables } from './inspect-parts.js';

/** What `docker image inspect` prints. */
export function imageObject(engine: DockerEngine, image: LocalImage): JsonObject {
  const { config } = image;
  return {
    Id: image.id,
    RepoTags: [...engine.images.tagsOf(image.id)],
    RepoDigests: [...engine.images.digestsOf(image.id)],
    Parent: '',
    Comment: image.comment ?? 'buildkit.dockerfile.v0',
    Created: apiTime(image.createdAt),
    DockerVersion: '',
    Author: image.author ?? '',
    Config: {
      User: config.user ?? '',
      ...(config.exposedPorts && { ExposedPorts: exposedPorts(config.exposedPorts) }),
      Env: variables(Object.entries(config.env ?? {})),
      Cmd: listOrNull(config.cmd),
      WorkingDir: config.workingDir ?? '/',
      Entrypoint: listOrNull(config.entrypoint),
      ...(config.healthCheck && { Healthcheck: healthCheckObject(config.healthCheck) }),
      ...(config.volumes && { Volumes: Object.fromEntries(config.volumes.map((path) => [path, {}])) }),
      Labels: config.labels ? { ...config.labels } : null,
    },
    Architecture: 'amd64',
    Os: 'linux',
    Size: image.sizeBytes,
    RootFS: { Type: 'layers', Layers: [...image.layers] },
  };
}

/** What `docker network inspect` prints. */
export function networkObject(network: EngineNetwork): JsonObject {
  const bridge = network.prefix !== '';
  return {
    Name: network.name,
    Id: network.id,
    Created: apiTime(network.createdAt),
    Scope: 'local',
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: network.name === 'bridge' ? null : {},
      Config: bridge ? [{ Subnet: subnetOf(network), Gateway: gatewayOf(network) }] : null,
    },
    Internal: false,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: Object.fromEntries(
      [...network.attached].map(([id, container]) => {
        const endpoint = container.endpoints.get(network.name);
        const address = endpoint?.address ?? '';
        return [
          id,
          {
            Name: container.name,
            EndpointID: endpoint?.endpointId ?? '',
            MacAddress: macOf(endpoint?.endpointId ?? '', address),
            IPv4Address: address === '' ? '' : `${address}/${prefixLengthOf(network)}`,
            IPv6Address: '',
          },
        ];
      }),
    ),
    Options: {},
    Labels: { ...network.labels },
  };
}

/** What `docker volume inspect` prints. */
export function volumeObject(volume: EngineVolume): JsonObject {
  return {
    CreatedAt: `${apiTime(volume.createdAt).slice(0, 19)}Z`,
    Driver: 'local',
    Labels: Object.keys(volume.labels).length > 0 ? { ...volume.labels } : null,
    Mountpoint: `/var/lib/docker/volumes/${volume.name}/_data`,
    Name: volume.name,
    Options: null,
    Scope: 'local',
  };
}
