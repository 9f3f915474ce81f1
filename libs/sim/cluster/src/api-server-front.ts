import type { ApiServer, Status } from '@seatrial/apiserver';

/** What the API answers when its etcd does not (storage errors have no reason of their own). */
const TIMED_OUT: Status = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'etcdserver: request timed out',
  code: 500,
};

/** An API server whose etcd has no quorum, while those of other nodes may still have one. */
export function withoutEtcd(apiServer: ApiServer): ApiServer {
  return {
    simulation: apiServer.simulation,
    authority: apiServer.authority,
    store: apiServer.store,
    kubelets: apiServer.kubelets,
    dialFailures: apiServer.dialFailures,
    webhooks: apiServer.webhooks,
    authenticate: (credentials) => apiServer.authenticate(credentials),
    handle: () => ({ code: 500, body: TIMED_OUT, warnings: [] }),
    watch: () => ({ ok: false, error: TIMED_OUT }),
    connect: () => ({ ok: false, error: TIMED_OUT }),
    locate: () => ({ ok: false, error: TIMED_OUT }),
    resourceType: (group, resource, version) => apiServer.resourceType(group, resource, version),
    resources: () => apiServer.resources(),
    aggregation: apiServer.aggregation,
    addIndex: (index) => apiServer.addIndex(index),
    client: (component) => apiServer.client(component),
    recorder: (component, options) => apiServer.recorder(component, options),
    atRest: apiServer.atRest,
    available: false,
    rewind: (length, bump) => apiServer.rewind(length, bump),
    forget: (resource, stored) => {
      apiServer.forget(resource, stored);
    },
    revisionAt: (length) => apiServer.revisionAt(length),
  };
}
