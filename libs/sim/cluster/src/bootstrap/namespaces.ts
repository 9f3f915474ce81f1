import { NAMESPACES, type ApiClient } from '@seatrial/apiserver';
import { invariant } from '@seatrial/kernel';

/** The namespaces that every API server creates for itself (pkg/controlplane/controller/systemnamespaces, v1.35). */
export function createSystemNamespaces(client: ApiClient): void {
  for (const name of ['kube-system', 'kube-public', 'kube-node-lease', 'default']) {
    const created = client.create(NAMESPACES, { metadata: { name }, spec: {} });
    invariant(created.ok, `bootstrap: namespace ${name}`);
  }
}
