import { NAMESPACES, SERVICE_ACCOUNTS, createApiServer, type ApiServer } from '@seatrial/apiserver';
import { Simulation } from '@seatrial/kernel';
import { allKinds } from './kinds.js';

/** Who sends the requests of the registry's specs. */
export const ADMIN = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/** An API server of every kind without a cluster: the namespace `default` and its service account, for the registry's specs. */
export function startEmptyApiServer(seed: string, startTime = 0): ApiServer {
  const apiServer = createApiServer({
    simulation: new Simulation({ startTime, seed }),
    kinds: allKinds,
    serviceCidr: '10.96.0.0/16',
    nodePortRange: [30000, 32767],
    version: 'v1.35.4',
  });
  const client = apiServer.client('setup');
  client.create(NAMESPACES, { metadata: { name: 'default' } } as never);
  client.create(SERVICE_ACCOUNTS, { metadata: { name: 'default', namespace: 'default' } });
  return apiServer;
}
