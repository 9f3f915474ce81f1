import { defineKind, type KubeObject } from '@seatrial/apiserver';
import {
  FieldPath,
  fieldErrors,
  isDns1123Label,
  isValidIp,
  isValidPortNumber,
  type FieldError,
} from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { NONE, ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';
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

function validateEndpoints(object: KubeObject): FieldError[] {
  return (draftAs<core.Endpoints>(object).subsets ?? []).flatMap((subset, index) => {
    const at = FieldPath.root('subsets').index(index);
    const errors: FieldError[] = [];
    if ((subset.addresses ?? []).length === 0 && (subset.notReadyAddresses ?? []).length === 0)
      errors.push(fieldErrors.required(at, 'must specify `addresses` or `notReadyAddresses`'));
    for (const field of ['addresses', 'notReadyAddresses'] as const)
      (subset[field] ?? []).forEach(({ ip }, i) =>
        errors.push(...complain(at.child(field).index(i).child('ip'), ip, isValidIp(ip))),
      );
    const several = (subset.ports ?? []).length > 1;
    (subset.ports ?? []).forEach((port, i) => {
      const place = at.child('ports').index(i);
      if (several && !port.name) errors.push(fieldErrors.required(place.child('name')));
      else if (port.name) errors.push(...complain(place.child('name'), port.name, isDns1123Label(port.name)));
      errors.push(...complain(place.child('port'), port.port, isValidPortNumber(port.port)));
      errors.push(...oneOf(port.protocol, ['SCTP', 'TCP', 'UDP'], place.child('protocol'), 'required'));
    });
    return errors;
  });
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
  validateUpdate: validateEndpoints,
  table: {
    columns: columnsOf('v1', 'endpoints'),
    cells: (object, now) => {
      const { metadata, subsets } = draftAs<core.Endpoints>(object);
      return [metadata?.name, endpointsCell(subsets), ageCell(metadata?.creationTimestamp, now)];
    },
  },
});
