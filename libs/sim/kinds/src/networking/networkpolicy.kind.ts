import { defineKind, type KubeObject } from '@seatrial/apiserver';
import {
  FieldPath,
  cidrContains,
  cidrWarnings,
  fieldErrors,
  formatLabelSelector,
  isValidCidr,
  isValidPortName,
  isValidPortNumber,
  parseCidr,
  type FieldError,
} from '@seatrial/schema';
import type * as networking from 'kubernetes-types/networking/v1.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';
import { SPEC, complain } from '../validation/fields.js';
import { validateLabelSelector } from '../validation/label-selector.validation.js';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

function validatePort(port: networking.NetworkPolicyPort, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (port.protocol && !PROTOCOLS.includes(port.protocol))
    errors.push(fieldErrors.notSupported(at.child('protocol'), port.protocol, PROTOCOLS));
  if (typeof port.port === 'number') {
    errors.push(...complain(at.child('port'), port.port, isValidPortNumber(port.port)));
    if (port.endPort !== undefined) {
      if (port.endPort < port.port)
        errors.push(fieldErrors.invalid(at.child('endPort'), port.port, 'must be greater than or equal to `port`'));
      errors.push(...complain(at.child('endPort'), port.endPort, isValidPortNumber(port.endPort)));
    }
  } else if (typeof port.port === 'string') {
    if (port.endPort !== undefined)
      errors.push(
        fieldErrors.invalid(at.child('endPort'), port.endPort, 'may not be specified when `port` is non-numeric'),
      );
    errors.push(...complain(at.child('port'), port.port, isValidPortName(port.port)));
  } else if (port.endPort !== undefined)
    errors.push(
      fieldErrors.invalid(at.child('endPort'), port.endPort, 'may not be specified when `port` is not specified'),
    );
  return errors;
}

function validateIpBlock(block: networking.IPBlock, at: FieldPath): FieldError[] {
  if (!block.cidr) return [fieldErrors.required(at.child('cidr'))];
  const errors = complain(at.child('cidr'), block.cidr, isValidCidr(block.cidr));
  const cidr = parseCidr(block.cidr);
  if (!cidr) return errors;
  (block.except ?? []).forEach((text, index) => {
    const path = at.child('except').index(index);
    const complaints = isValidCidr(text);
    errors.push(...complain(path, text, complaints));
    const except = parseCidr(text);
    if (except && (!cidrContains(cidr, except.address) || except.prefix <= cidr.prefix))
      errors.push(fieldErrors.invalid(path, text, 'must be a strict subset of `cidr`'));
  });
  return errors;
}

function validatePeer(peer: networking.NetworkPolicyPeer, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  if (peer.podSelector) {
    count++;
    errors.push(...validateLabelSelector(peer.podSelector, at.child('podSelector')));
  }
  if (peer.namespaceSelector) {
    count++;
    errors.push(...validateLabelSelector(peer.namespaceSelector, at.child('namespaceSelector')));
  }
  if (peer.ipBlock) {
    errors.push(...validateIpBlock(peer.ipBlock, at.child('ipBlock')));
    if (count > 0) errors.push(fieldErrors.forbidden(at, 'may not specify both ipBlock and another peer'));
    count++;
  }
  if (count === 0) errors.push(fieldErrors.required(at, 'must specify a peer'));
  return errors;
}

function validatePolicy(object: KubeObject): FieldError[] {
  const spec = draftAs<networking.NetworkPolicy>(object).spec ?? { podSelector: {} };
  const errors = validateLabelSelector(spec.podSelector, SPEC.child('podSelector'));
  const rules = (
    ports: readonly networking.NetworkPolicyPort[] | undefined,
    peers: readonly networking.NetworkPolicyPeer[] | undefined,
    at: FieldPath,
    side: string,
  ): void => {
    (ports ?? []).forEach((port, index) => errors.push(...validatePort(port, at.child('ports').index(index))));
    (peers ?? []).forEach((peer, index) => errors.push(...validatePeer(peer, at.child(side).index(index))));
  };
  (spec.ingress ?? []).forEach(({ ports, from }, index) =>
    rules(ports, from, SPEC.child('ingress').index(index), 'from'),
  );
  (spec.egress ?? []).forEach(({ ports, to }, index) => rules(ports, to, SPEC.child('egress').index(index), 'to'));
  const types = spec.policyTypes ?? [];
  if (types.length > 2)
    return [
      ...errors,
      fieldErrors.invalid(SPEC.child('policyTypes'), types, 'may not specify more than two policyTypes'),
    ];
  types.forEach((type, index) => {
    if (type !== 'Ingress' && type !== 'Egress')
      errors.push(fieldErrors.notSupported(SPEC.child('policyTypes').index(index), type, ['Ingress', 'Egress']));
  });
  return errors;
}

/** networkPolicyWarnings: ranges in a form of the past, or of two meanings. */
function policyWarnings(object: KubeObject): string[] {
  const { spec } = draftAs<networking.NetworkPolicy>(object);
  const ofPeers = (peers: readonly networking.NetworkPolicyPeer[] | undefined, at: FieldPath): string[] =>
    (peers ?? []).flatMap(({ ipBlock }, index) => {
      if (!ipBlock) return [];
      const path = at.index(index).child('ipBlock');
      const except = (ipBlock.except ?? []).flatMap((cidr, k) => cidrWarnings(path.child('except').index(k), cidr));
      return [...cidrWarnings(path.child('cidr'), ipBlock.cidr), ...except];
    });
  return [
    ...(spec?.ingress ?? []).flatMap(({ from }, i) => ofPeers(from, SPEC.child('ingress').index(i).child('from'))),
    ...(spec?.egress ?? []).flatMap(({ to }, i) => ofPeers(to, SPEC.child('egress').index(i).child('to'))),
  ];
}

/** NetworkPolicies (k8s.io/kubernetes/pkg/registry/networking/networkpolicy, v1.35). */
export const networkPolicyKind = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'networkpolicies',
  kind: 'NetworkPolicy',
  defaults: (draft) => {
    const { spec } = draftAs<networking.NetworkPolicy>(draft);
    if (!spec) return;
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
      for (const port of rule.ports ?? []) port.protocol ??= 'TCP';
    if ((spec.policyTypes ?? []).length === 0)
      spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  },
  validate: validatePolicy,
  validateUpdate: validatePolicy,
  warnings: policyWarnings,
  table: {
    columns: columnsOf('networking.k8s.io/v1', 'networkpolicies'),
    cells: (object, now) => {
      const { metadata, spec } = draftAs<networking.NetworkPolicy>(object);
      return [metadata?.name, formatLabelSelector(spec?.podSelector), ageCell(metadata?.creationTimestamp, now)];
    },
  },
});
