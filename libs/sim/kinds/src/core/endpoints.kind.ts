import { jsonEqual } from '@seatrial/kernel';
import { defineKind, type KubeObject } from '@seatrial/apiserver';
import {
  FieldPath,
  fieldErrors,
  ipWarnings,
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidIp,
  isValidPortNumber,
  type FieldError,
} from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { NONE, ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';
import { validateEndpointIp } from '../validation/endpoint-ip.validation.js';
import { complain, oneOf } from '../validation/fields.js';

const MAX_SHOWN = 3;

function endpointsCell(subsets: readonly core.EndpointSubset[] | undefined): string {
  if (!subsets || subsets.length === 0) return NONE;
  const shown: string[] = [];
  let count = 0;
  for (const { addresses = [], ports = [] } of subsets) {
    if (ports.length === 0) {
      count += addresses.length;
      for (const { ip } of addresses) if (shown.length < MAX_SHOWN) shown.push(ip);
      continue;
    }
    for (const { port } of ports) {
      count += addresses.length;
      for (const { ip } of addresses)
        if (shown.length < MAX_SHOWN) shown.push(ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);
    }
  }
  const text = shown.join(',');
  return count > MAX_SHOWN ? `${text} + ${count - MAX_SHOWN} more...` : text;
}

function validateAddress(address: core.EndpointAddress, at: FieldPath): FieldError[] {
  const { ip, hostname, nodeName } = address;
  return [
    ...complain(at.child('ip'), ip, isValidIp(ip)),
    ...(hostname ? complain(at.child('hostname'), hostname, isDns1123Label(hostname)) : []),
    ...(nodeName === undefined ? [] : complain(at.child('nodeName'), nodeName, isDns1123Subdomain(nodeName))),
    ...validateEndpointIp(at.child('ip'), ip),
  ];
}

function validatePort(port: core.EndpointPort, named: boolean, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (port.name) errors.push(...complain(at.child('name'), port.name, isDns1123Label(port.name)));
  else if (named) errors.push(fieldErrors.required(at.child('name')));
  errors.push(...complain(at.child('port'), port.port, isValidPortNumber(port.port)));
  errors.push(...oneOf(port.protocol, ['SCTP', 'TCP', 'UDP'], at.child('protocol'), 'required'));
  if (port.appProtocol !== undefined)
    errors.push(...complain(at.child('appProtocol'), port.appProtocol, isQualifiedName(port.appProtocol)));
  return errors;
}

function validateEndpoints(object: KubeObject): FieldError[] {
  return (draftAs<core.Endpoints>(object).subsets ?? []).flatMap((subset, index) => {
    const at = FieldPath.root('subsets').index(index);
    const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
    const errors: FieldError[] = [];
    if (addresses.length === 0 && notReadyAddresses.length === 0)
      errors.push(fieldErrors.required(at, 'must specify `addresses` or `notReadyAddresses`'));
    addresses.forEach((one, i) => errors.push(...validateAddress(one, at.child('addresses').index(i))));
    notReadyAddresses.forEach((one, i) => errors.push(...validateAddress(one, at.child('notReadyAddresses').index(i))));
    ports.forEach((one, i) => errors.push(...validatePort(one, ports.length > 1, at.child('ports').index(i))));
    return errors;
  });
}

/** Addresses in a form of the past, but for what the controller writes. */
function endpointsWarnings(object: KubeObject): string[] {
  if (object.metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller') return [];
  return (draftAs<core.Endpoints>(object).subsets ?? []).flatMap((subset, i) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap((list) =>
      (subset[list] ?? []).flatMap(({ ip }, j) =>
        ipWarnings(FieldPath.root('subsets').index(i).child(list).index(j).child('ip'), ip),
      ),
    ),
  );
}

/** Endpoints (k8s.io/kubernetes/pkg/registry/core/endpoint, v1.35). */
export const endpointsKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'endpoints',
  kind: 'Endpoints',
  generation: false,
  defaults: (draft) => {
    for (const { ports } of draftAs<core.Endpoints>(draft).subsets ?? [])
      for (const port of ports ?? []) port.protocol ??= 'TCP';
  },
  validate: validateEndpoints,
  validateUpdate: (object, old) =>
    jsonEqual(draftAs<core.Endpoints>(object).subsets ?? [], draftAs<core.Endpoints>(old).subsets ?? [])
      ? []
      : validateEndpoints(object),
  warnings: endpointsWarnings,
  table: {
    columns: columnsOf('v1', 'endpoints'),
    cells: (object, now) => {
      const { metadata, subsets } = draftAs<core.Endpoints>(object);
      return [metadata?.name, endpointsCell(subsets), ageCell(metadata?.creationTimestamp, now)];
    },
  },
});
