import type { KindDefinition } from '@seatrial/apiserver';
import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { validateApiService } from '../apiregistration/apiservice.validation.js';
import { validateLease } from '../coordination/lease.validation.js';
import { validateRuntimeClass, validateRuntimeClassUpdate } from '../node/runtimeclass.validation.js';
import { signingRequestRules } from '../certificates/signing-request.js';
import { ageCell, NONE } from '../printing/cells.js';
import { age, field, name, simple } from './simple-kind.js';
import { part, text } from './untyped.js';

function apiServiceAvailable(object: JsonObject): string {
  const conditions = part(object, 'status', 'conditions');
  const found = (Array.isArray(conditions) ? conditions : []).find((entry) => part(entry, 'type') === 'Available');
  if (!found) return 'Unknown';
  const status = part(found, 'status') as string;
  return status === 'True' ? 'True' : `${status} (${text(part(found, 'reason'))})`;
}

function certificateCondition(object: JsonObject): string {
  const conditions = part(object, 'status', 'conditions');
  const types = (Array.isArray(conditions) ? conditions : []).map((entry) => text(part(entry, 'type')));
  const shown = ['Approved', 'Denied', 'Failed'].filter((type) => types.includes(type));
  if (shown.length === 0) shown.push('Pending');
  if (typeof part(object, 'status', 'certificate') === 'string') shown.push('Issued');
  return shown.join(',');
}

/** Only the coordinated election of leaders, an alpha feature, reads them. */
function dropElectionFields({ spec }: JsonObject): void {
  if (!isJsonObject(spec)) return;
  delete spec.strategy;
  delete spec.preferredHolder;
}

/** Kinds whose only particulars are their columns. */
export const simpleKinds: readonly KindDefinition[] = [
  simple({
    group: 'apiregistration.k8s.io',
    version: 'v1',
    resource: 'apiservices',
    kind: 'APIService',
    generation: false,
    cells: [
      name,
      (object) =>
        isJsonObject(part(object, 'spec', 'service'))
          ? `${text(part(object, 'spec', 'service', 'namespace'))}/${text(part(object, 'spec', 'service', 'name'))}`
          : 'Local',
      apiServiceAvailable,
      age,
    ],
    rest: {
      defaults: (draft) => {
        const service = part(draft, 'spec', 'service');
        if (isJsonObject(service)) service.port ??= 443;
      },
      nameRule: 'path-segment',
      anyFinalizers: true,
      validate: validateApiService,
      validateUpdate: validateApiService,
    },
  }),
  simple({
    group: 'coordination.k8s.io',
    version: 'v1',
    resource: 'leases',
    kind: 'Lease',
    generation: false,
    cells: [name, field('spec', 'holderIdentity'), age],
    rest: {
      anyFinalizers: true,
      prepareForCreate: dropElectionFields,
      prepareForUpdate: dropElectionFields,
      validate: validateLease,
      validateUpdate: validateLease,
    },
  }),
  simple({
    group: 'node.k8s.io',
    version: 'v1',
    resource: 'runtimeclasses',
    kind: 'RuntimeClass',
    generation: false,
    cells: [name, field('handler'), age],
    rest: { anyFinalizers: true, validate: validateRuntimeClass, validateUpdate: validateRuntimeClassUpdate },
  }),
  simple({
    group: 'certificates.k8s.io',
    version: 'v1',
    resource: 'certificatesigningrequests',
    kind: 'CertificateSigningRequest',
    generation: false,
    cells: [
      name,
      age,
      field('spec', 'signerName'),
      field('spec', 'username'),
      (object) => {
        const seconds = part(object, 'spec', 'expirationSeconds');
        return typeof seconds === 'number' ? requestedDuration(seconds) : NONE;
      },
      certificateCondition,
    ],
    rest: signingRequestRules,
  }),
];

/** `24h`, as duration.HumanDuration prints a whole span. */
function requestedDuration(seconds: number): string {
  return ageCell(new Date(0).toISOString().replace('.000', ''), seconds * 1000);
}
