import { defineKind, type KubeObject } from '@seatrial/apiserver';
import {
  FieldPath,
  fieldErrors,
  isDns1035Label,
  isDns1123Subdomain,
  isValidPathSegmentName,
  isValidPortName,
  isValidPortNumber,
  isWildcardDns1123Subdomain,
  parseIp,
  type FieldError,
} from '@seatrial/schema';
import type * as networking from 'kubernetes-types/networking/v1.js';
import { NONE, ageCell } from '../printing/cells.js';
import { validateLoadBalancerStatus } from './load-balancer-status.validation.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, emptyStatus, separateStatus } from '../registry/draft.js';
import { SPEC, complain } from '../validation/fields.js';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_SUFFIXES = ['/..', '/.'];

/** validateIngressTypedLocalObjectReference. */
function validateResourceReference(
  { apiGroup, kind, name }: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string },
  at: FieldPath,
): FieldError[] {
  return [
    ...(apiGroup === undefined ? [] : complain(at.child('apiGroup'), apiGroup, isDns1123Subdomain(apiGroup))),
    ...Object.entries({ kind, name }).flatMap(([field, value]) =>
      value ? complain(at.child(field), value, isValidPathSegmentName(value)) : [fieldErrors.required(at.child(field))],
    ),
  ];
}

function validateBackend(backend: networking.IngressBackend | undefined, at: FieldPath): FieldError[] {
  const { service, resource } = backend ?? {};
  if (service && resource) return [fieldErrors.invalid(at, '', 'cannot set both resource and service backends')];
  if (resource) return validateResourceReference(resource, at.child('resource'));
  if (!service) return [fieldErrors.invalid(at, '', 'resource or service backend is required')];
  const errors: FieldError[] = [];
  const path = at.child('service');
  if (!service.name) errors.push(fieldErrors.required(path.child('name')));
  else errors.push(...complain(path.child('name'), service.name, isDns1035Label(service.name)));
  const { name, number } = service.port ?? {};
  if (name && number) errors.push(fieldErrors.invalid(at, '', 'cannot set both port name & port number'));
  else if (name) errors.push(...complain(path.child('port', 'name'), name, isValidPortName(name)));
  else if (number) errors.push(...complain(path.child('port', 'number'), number, isValidPortNumber(number)));
  else errors.push(fieldErrors.required(at, 'port name or number is required'));
  return errors;
}

function validatePath(entry: networking.HTTPIngressPath, at: FieldPath): FieldError[] {
  const path = entry.path ?? '';
  if (entry.pathType === undefined) return [fieldErrors.required(at.child('pathType'), 'pathType must be specified')];
  const errors: FieldError[] = [];
  if (entry.pathType === 'Exact' || entry.pathType === 'Prefix') {
    if (!path.startsWith('/')) errors.push(fieldErrors.invalid(at.child('path'), path, 'must be an absolute path'));
    if (path.length > 0) {
      for (const sequence of BAD_SEQUENCES)
        if (path.includes(sequence))
          errors.push(fieldErrors.invalid(at.child('path'), path, `must not contain '${sequence}'`));
      for (const suffix of BAD_SUFFIXES)
        if (path.endsWith(suffix))
          errors.push(fieldErrors.invalid(at.child('path'), path, `cannot end with '${suffix}'`));
    }
  } else if (entry.pathType === 'ImplementationSpecific') {
    if (path !== '' && !path.startsWith('/'))
      errors.push(fieldErrors.invalid(at.child('path'), path, 'must be an absolute path'));
  } else errors.push(fieldErrors.notSupported(at.child('pathType'), entry.pathType, PATH_TYPES));
  return [...errors, ...validateBackend(entry.backend, at.child('backend'))];
}

function validateRule(rule: networking.IngressRule, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const host = rule.host ?? '';
  if (host !== '') {
    const path = at.child('host');
    if (parseIp(host)) errors.push(fieldErrors.invalid(path, host, 'must be a DNS name, not an IP address'));
    else
      errors.push(
        ...complain(path, host, host.includes('*') ? isWildcardDns1123Subdomain(host) : isDns1123Subdomain(host)),
      );
  }
  if (!rule.http) return errors;
  const paths = at.child('http', 'paths');
  const entries = rule.http.paths ?? [];
  if (entries.length === 0) errors.push(fieldErrors.required(paths));
  entries.forEach((entry, index) => errors.push(...validatePath(entry, paths.index(index))));
  return errors;
}

function validateIngress(object: KubeObject): FieldError[] {
  const spec = draftAs<networking.Ingress>(object).spec ?? {};
  const errors: FieldError[] = [];
  const rules = spec.rules ?? [];
  if (rules.length === 0 && !spec.defaultBackend)
    errors.push(fieldErrors.invalid(SPEC, spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified'));
  if (spec.defaultBackend) errors.push(...validateBackend(spec.defaultBackend, SPEC.child('defaultBackend')));
  rules.forEach((rule, index) => errors.push(...validateRule(rule, SPEC.child('rules').index(index))));
  (spec.tls ?? []).forEach((tls, index) => {
    const at = SPEC.child('tls').index(index);
    (tls.hosts ?? []).forEach((host, i) =>
      errors.push(
        ...complain(
          at.child('hosts').index(i),
          host,
          host.includes('*') ? isWildcardDns1123Subdomain(host) : isDns1123Subdomain(host),
        ),
      ),
    );
    if (tls.secretName)
      errors.push(...complain(at.child('secretName'), tls.secretName, isDns1123Subdomain(tls.secretName)));
  });
  if (spec.ingressClassName !== undefined)
    errors.push(
      ...complain(SPEC.child('ingressClassName'), spec.ingressClassName, isDns1123Subdomain(spec.ingressClassName)),
    );
  return errors;
}

function hostsCell(rules: readonly networking.IngressRule[] | undefined): string {
  const hosts = (rules ?? []).map(({ host }) => host ?? '').filter((host) => host !== '');
  if (hosts.length === 0) return '*';
  const shown = hosts.slice(0, 3).join(',');
  return hosts.length > 3 ? `${shown} + ${hosts.length - 3} more...` : shown;
}

const addressCell = (ingress: networking.Ingress): string =>
  (ingress.status?.loadBalancer?.ingress ?? [])
    .map(({ ip, hostname }) => ip ?? hostname ?? '')
    .filter((address) => address !== '')
    .sort()
    .join(',');

/** Ingresses (k8s.io/kubernetes/pkg/registry/networking/ingress, v1.35). */
export const ingressKind = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'ingresses',
  kind: 'Ingress',
  prepareForCreate: (draft) => {
    draft.status = emptyStatus({ group: 'networking.k8s.io', version: 'v1', kind: 'Ingress' });
  },
  prepareForUpdate: (draft, old, { subresource }) => separateStatus(draft, old, subresource),
  validate: validateIngress,
  validateUpdate: (object, _old, { subresource }) =>
    subresource === 'status'
      ? validateLoadBalancerStatus(draftAs<networking.Ingress>(object).status, false)
      : validateIngress(object),
  warnings: (object, old) =>
    !old &&
    Object.hasOwn(object.metadata.annotations ?? {}, CLASS_ANNOTATION) &&
    !draftAs<networking.Ingress>(object).spec?.ingressClassName
      ? [`annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`]
      : [],
  table: {
    columns: columnsOf('networking.k8s.io/v1', 'ingresses'),
    cells: (object, now) => {
      const ingress = draftAs<networking.Ingress>(object);
      const annotated = ingress.metadata?.annotations?.[CLASS_ANNOTATION];
      return [
        ingress.metadata?.name,
        ingress.spec?.ingressClassName ?? annotated ?? NONE,
        hostsCell(ingress.spec?.rules),
        addressCell(ingress),
        (ingress.spec?.tls ?? []).length > 0 ? '80, 443' : '80',
        ageCell(ingress.metadata?.creationTimestamp, now),
      ];
    },
  },
});
