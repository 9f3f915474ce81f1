import type { KindDefinition } from '@seatrial/apiserver';
import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { age, name, simple } from '../registry/simple-kind.js';
import { part, text } from '../registry/untyped.js';
import { validateIpAddress, validateServiceCidr, validateServiceCidrUpdate } from './address.validation.js';

/** `services/default/kubernetes` */
function parentReference(object: JsonObject): string {
  const parent = part(object, 'spec', 'parentRef');
  if (!isJsonObject(parent)) return '';
  const group = text(parent.group);
  const resource = group === '' ? text(parent.resource) : `${text(parent.resource)}.${group}`;
  return [resource, text(parent.namespace), text(parent.name)].filter((one) => one !== '').join('/');
}

/** The addresses of Services and the ranges that they come from (pkg/registry/networking, v1.35). */
export const addressKinds: readonly KindDefinition[] = [
  simple({
    group: 'networking.k8s.io',
    version: 'v1',
    resource: 'ipaddresses',
    kind: 'IPAddress',
    generation: false,
    cells: [name, parentReference],
    rest: { nameRule: 'ip-address', validate: validateIpAddress },
  }),
  simple({
    group: 'networking.k8s.io',
    version: 'v1',
    resource: 'servicecidrs',
    kind: 'ServiceCIDR',
    generation: false,
    rest: { validate: validateServiceCidr, validateUpdate: validateServiceCidrUpdate },
    cells: [
      name,
      (object) => {
        const cidrs = part(object, 'spec', 'cidrs');
        return Array.isArray(cidrs) ? cidrs.map(text).join(',') : '';
      },
      age,
    ],
  }),
];
