import { NAMESPACES } from '../contract/resource.js';
import type { Status } from '../contract/status.js';
import { failure, forbidden, notFound } from '../status/status-errors.js';
import { attributesName, defineAdmission, type AdmissionAttributes } from './admission.js';

const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

function checkDelete({ scope }: AdmissionAttributes): Status | undefined {
  const { api } = scope.rest;
  if (api.group !== '' || api.resource !== 'namespaces' || !IMMORTAL.has(scope.name)) return undefined;
  return forbidden(api, scope.name, 'this namespace may not be deleted');
}

function checkCreate(attributes: AdmissionAttributes): Status | undefined {
  const { scope } = attributes;
  const { namespace } = scope;
  const { api } = scope.rest;
  if (!api.namespaced || namespace === undefined || scope.subresource === 'binding') return undefined;
  const found = scope.server.store.get(NAMESPACES, undefined, namespace);
  if (!found) return notFound(NAMESPACES, namespace);
  if (found.metadata.deletionTimestamp === undefined) return undefined;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const refusal = forbidden(api, attributesName(attributes), why);
  return failure(403, 'Forbidden', refusal.message, {
    ...refusal.details,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  });
}

/** Objects are created in namespaces that are there and stay (plugin/pkg/admission/namespace/lifecycle). */
export const namespaceLifecycleAdmission = defineAdmission({
  name: 'NamespaceLifecycle',
  operations: ['CREATE', 'DELETE'],
  mutate: (attributes) => (attributes.operation === 'CREATE' ? checkCreate(attributes) : undefined),
  validate: (attributes) => (attributes.operation === 'DELETE' ? checkDelete(attributes) : undefined),
});
