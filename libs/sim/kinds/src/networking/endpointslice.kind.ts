import { defineKind, type KubeObject } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import {
  FieldPath,
  fieldErrors,
  ipWarnings,
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
  isValidIp,
  type Complaints,
  type FieldError,
} from '@seatrial/schema';
import type * as discovery from 'kubernetes-types/discovery/v1.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';
import { validateEndpointIp } from '../validation/endpoint-ip.validation.js';
import { complain, immutable, oneOf } from '../validation/fields.js';

const MAX_SHOWN = 3;
const UNSET = '<unset>';

function listCell(values: readonly string[]): string {
  if (values.length === 0) return UNSET;
  const shown = values.slice(0, MAX_SHOWN).join(',');
  return values.length > MAX_SHOWN ? `${shown} + ${values.length - MAX_SHOWN} more...` : shown;
}

function validateAddress(type: string, address: string, at: FieldPath, index: number): FieldError[] {
  const place = at.index(index);
  if (type === 'FQDN') {
    const errors = complain(place, address, isDns1123Subdomain(address));
    return errors.length === 0 && !address.includes('.')
      ? [fieldErrors.invalid(place, address, 'should be a domain with at least two segments separated by dots')]
      : errors;
  }
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const malformed = complain(place, address, isValidIp(address));
  if (malformed.length > 0) return malformed;
  const other = (type === 'IPv6') !== address.includes(':');
  return [
    ...(other ? [fieldErrors.invalid(at, address, `must be an ${type} address`)] : []),
    ...validateEndpointIp(place, address),
  ];
}

interface Hints {
  readonly forZones?: readonly { readonly name?: string }[];
  readonly forNodes?: readonly { readonly name?: string }[];
}

const MAX_HINTS = 8;

/** Whom an endpoint is meant for. */
function validateHints({ hints = {} }: discovery.Endpoint, at: FieldPath): FieldError[] {
  const { forZones = [], forNodes = [] } = hints as Hints;
  const named = (list: typeof forZones, path: FieldPath, rule: (name: string) => Complaints): FieldError[] => {
    const seen = new Set<string>();
    return list.flatMap(({ name = '' }, index) => {
      const place = path.index(index).child('name');
      const errors = seen.has(name) ? [fieldErrors.duplicate(place, name)] : [];
      seen.add(name);
      return [...errors, ...complain(place, name, rule(name))];
    });
  };
  const zones = at.child('forZones');
  if (forZones.length > MAX_HINTS) return [fieldErrors.tooMany(zones, forZones.length, MAX_HINTS)];
  const nodes = at.child('forNodes');
  return [
    ...named(forZones, zones, isValidLabelValue),
    ...(forNodes.length > MAX_HINTS
      ? [fieldErrors.tooMany(nodes, forNodes.length, MAX_HINTS)]
      : named(forNodes, nodes, isDns1123Subdomain)),
  ];
}

function validateEndpoint(endpoint: discovery.Endpoint, type: string, at: FieldPath): FieldError[] {
  const { nodeName, hostname } = endpoint;
  const addresses = endpoint.addresses ?? [];
  return [
    ...(addresses.length === 0 ? [fieldErrors.required(at.child('addresses'), 'must contain at least 1 address')] : []),
    ...addresses.flatMap((address, index) => validateAddress(type, address, at.child('addresses'), index)),
    ...(nodeName === undefined ? [] : complain(at.child('nodeName'), nodeName, isDns1123Subdomain(nodeName))),
    ...(hostname === undefined ? [] : complain(at.child('hostname'), hostname, isDns1123Label(hostname))),
    ...validateHints(endpoint, at.child('hints')),
  ];
}

/** `old`: what was stored; endpoints that do not change are taken as they are. */
function validateSlice(object: KubeObject, old?: KubeObject): FieldError[] {
  const slice = draftAs<discovery.EndpointSlice>(object);
  const type = slice.addressType;
  const errors: FieldError[] = [];
  if (!type) errors.push(fieldErrors.required(FieldPath.root('addressType')));
  else errors.push(...oneOf(type, ['FQDN', 'IPv4', 'IPv6'], FieldPath.root('addressType')));
  const names = new Set<string>();
  (slice.ports ?? []).forEach((port, index) => {
    const at = FieldPath.root('ports').index(index);
    const name = port.name ?? '';
    if (name !== '') errors.push(...complain(at.child('name'), name, isDns1123Label(name)));
    if (names.has(name)) errors.push(fieldErrors.duplicate(at.child('name'), name));
    names.add(name);
    errors.push(...oneOf(port.protocol, ['SCTP', 'TCP', 'UDP'], at.child('protocol'), 'required'));
    if (port.appProtocol !== undefined)
      errors.push(...complain(at.child('appProtocol'), port.appProtocol, isQualifiedName(port.appProtocol)));
  });
  const before = old && draftAs<discovery.EndpointSlice>(old).endpoints;
  if (old && jsonEqual(before ?? [], slice.endpoints ?? [])) return errors;
  (slice.endpoints ?? []).forEach((endpoint, index) => {
    errors.push(...validateEndpoint(endpoint, type, FieldPath.root('endpoints').index(index)));
  });
  return errors;
}

const OWN_CONTROLLERS = new Set(['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io']);

function sliceWarnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const { addressType, endpoints } = draftAs<discovery.EndpointSlice>(object);
  if (addressType === 'FQDN') return old ? [] : ['spec.addressType: FQDN endpoints are deprecated'];
  // What the controllers write is in order.
  if (OWN_CONTROLLERS.has(object.metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '')) return [];
  return (endpoints ?? []).flatMap(({ addresses }, i) =>
    addresses.flatMap((address, j) =>
      ipWarnings(FieldPath.root('endpoints').index(i).child('addresses').index(j), address),
    ),
  );
}

/** EndpointSlices (k8s.io/kubernetes/pkg/registry/discovery/endpointslice, v1.35). */
export const endpointSliceKind = defineKind({
  group: 'discovery.k8s.io',
  version: 'v1',
  resource: 'endpointslices',
  kind: 'EndpointSlice',
  defaults: (draft) => {
    const slice = draftAs<discovery.EndpointSlice>(draft);
    for (const port of slice.ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
    draft.endpoints ??= null;
    draft.ports ??= null;
  },
  generation: (object, old) => !jsonEqual(contents(object), contents(old)),
  validate: (object) => validateSlice(object),
  warnings: sliceWarnings,
  validateUpdate: (object, old) => [
    ...validateSlice(object, old),
    ...immutable(
      draftAs<discovery.EndpointSlice>(object).addressType,
      draftAs<discovery.EndpointSlice>(old).addressType,
      FieldPath.root('addressType'),
    ),
  ],
  table: {
    columns: columnsOf('discovery.k8s.io/v1', 'endpointslices'),
    cells: (object, now) => {
      const slice = draftAs<discovery.EndpointSlice>(object);
      const ports = (slice.ports ?? []).map(({ port, name }) =>
        port === undefined ? (name ?? '*') || '*' : String(port),
      );
      const addresses = (slice.endpoints ?? []).flatMap((endpoint) => endpoint.addresses ?? []);
      return [
        slice.metadata?.name,
        slice.addressType,
        listCell(ports),
        listCell(addresses),
        ageCell(slice.metadata?.creationTimestamp, now),
      ];
    },
  },
});

/** What a slice's generation counts: everything but metadata other than labels. */
function contents(object: KubeObject): unknown {
  const slice = draftAs<discovery.EndpointSlice>(object);
  return [slice.endpoints ?? [], slice.ports ?? [], slice.metadata?.labels ?? {}];
}
