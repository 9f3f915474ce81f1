import { defineKind } from '@seatrial/apiserver';
import type * as networking from 'kubernetes-types/networking/v1.js';
import { NONE, ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';
import { validateIngressClass, validateIngressClassUpdate } from './ingressclass.validation.js';

/** IngressClasses (k8s.io/kubernetes/pkg/registry/networking/ingressclass, v1.35). */
export const ingressClassKind = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'ingressclasses',
  kind: 'IngressClass',
  defaults: (draft) => {
    const { parameters } = draftAs<networking.IngressClass>(draft).spec ?? {};
    if (parameters) parameters.scope ??= 'Cluster';
  },
  validate: validateIngressClass,
  validateUpdate: validateIngressClassUpdate,
  table: {
    columns: columnsOf('networking.k8s.io/v1', 'ingressclasses'),
    cells: (object, now) => {
      const { metadata, spec } = draftAs<networking.IngressClass>(object);
      const parameters = spec?.parameters;
      const kind = parameters?.apiGroup ? `${parameters.kind}.${parameters.apiGroup}` : parameters?.kind;
      return [
        metadata?.name,
        spec?.controller,
        parameters ? `${kind ?? ''}/${parameters.name}` : NONE,
        ageCell(metadata?.creationTimestamp, now),
      ];
    },
  },
});
