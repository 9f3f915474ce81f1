import { compareStrings, type JsonObject } from '@seatrial/kernel';
import type { ResourceType } from '../contract/resource.js';
import { defineAdmission } from './admission.js';

const INGRESS_CLASSES: ResourceType = {
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'ingressclasses',
  kind: 'IngressClass',
  namespaced: false,
};

/** An ingress that names no class gets the default one (plugin/pkg/admission/network/defaultingressclass). */
export const defaultIngressClassAdmission = defineAdmission({
  name: 'DefaultIngressClass',
  operations: ['CREATE'],
  resources: ['networking.k8s.io/ingresses'],
  mutate: (attributes) => {
    if (!attributes.object) return undefined;
    const { object, scope } = attributes;
    const spec = (object.spec ?? {}) as JsonObject;
    const annotations = object.metadata.annotations as JsonObject | undefined;
    if (spec.ingressClassName !== undefined || annotations?.['kubernetes.io/ingress.class'] !== undefined)
      return undefined;
    const defaults = scope.server.store
      .list(INGRESS_CLASSES)
      .filter(({ metadata }) => metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true')
      .sort(
        ({ metadata: a }, { metadata: b }) =>
          compareStrings(b.creationTimestamp, a.creationTimestamp) || compareStrings(a.name, b.name),
      );
    if (defaults.length > 0) object.spec = { ...spec, ingressClassName: defaults[0].metadata.name };
    return undefined;
  },
});
