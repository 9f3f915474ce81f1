import { defineKind } from '@seatrial/apiserver';
import { fieldErrors } from '@seatrial/schema';
import type * as networking from 'kubernetes-types/networking/v1.js';
import { NONE, ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';
import { SPEC, immutable } from '../validation/fields.js';

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
  validate: (object) =>
    draftAs<networking.IngressClass>(object).spec?.controller ? [] : [fieldErrors.required(SPEC.child('controller'))],
  validateUpdate: (object, old) =>
    immutable(
      draftAs<networking.IngressClass>(object).spec?.controller,
      draftAs<networking.IngressClass>(old).spec?.controller,
      SPEC.child('controller'),
    ),
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
