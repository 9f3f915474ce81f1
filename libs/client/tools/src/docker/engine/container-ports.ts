import { fail, ok, type Listener, type Result } from '@seatrial/kernel';
import type { Container } from './container.js';
import { publishedService } from './container-network.js';

/** Opens a container's published ports on the host; the error is the daemon's text. */
export function publishPorts(container: Container): Result<Listener[], string> {
  const listeners: Listener[] = [];
  const { engine } = container;
  for (const { containerPort, protocol, hostIp, hostPort } of container.settings.ports) {
    const port = hostPort ?? engine.nextHostPort();
    const service = publishedService(container, containerPort);
    const listening = engine.host.network.listen(port, service, {
      ...(hostIp !== '' && { address: hostIp }),
      protocol: protocol === 'tcp' ? 'TCP' : 'UDP',
    });
    if (!listening.ok) {
      const shown = hostIp === '' ? '0.0.0.0' : hostIp;
      const [endpoint] = [...container.endpoints.values()];
      const failed = engine.usesHostPort(port, container)
        ? `Bind for ${shown}:${port} failed: port is already allocated`
        : `failed to bind host port for ${shown}:${port}:${endpoint?.address ?? ''}:${containerPort}/${protocol}: address already in use`;
      for (const listener of listeners) listener.close();
      return fail(
        `failed to set up container networking: driver failed programming external connectivity on endpoint ${container.name} (${endpoint?.endpointId ?? ''}): ${failed}`,
      );
    }
    listeners.push(listening.value);
    const key = `${containerPort}/${protocol}`;
    const bound = container.bound.get(key) ?? [];
    bound.push({ hostIp, hostPort: port });
    container.bound.set(key, bound);
  }
  return ok(listeners);
}
