import { defineKind, type KubeObject } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import type * as core from 'kubernetes-types/core/v1.js';
import { FieldPath, type FieldError } from '@seatrial/schema';
import { defaultPodTemplate } from '../pods/pod-template.defaults.js';
import { validatePodTemplateSpec } from '../pods/validation/pod-spec.validation.js';
import { containerCells, labelsCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';

const validateTemplate = (object: KubeObject): FieldError[] =>
  validatePodTemplateSpec(draftAs<core.PodTemplate>(object).template ?? {}, FieldPath.root('template'));

export const podTemplateKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'podtemplates',
  kind: 'PodTemplate',
  generation: (object, old) =>
    !jsonEqual(draftAs<core.PodTemplate>(object).template ?? {}, draftAs<core.PodTemplate>(old).template ?? {}),
  defaults: (draft) => defaultPodTemplate(draftAs<core.PodTemplate>(draft).template),
  validate: validateTemplate,
  validateUpdate: validateTemplate,
  table: {
    columns: columnsOf('v1', 'podtemplates'),
    cells: (object) => {
      const { metadata, template } = draftAs<core.PodTemplate>(object);
      return [metadata?.name, ...containerCells(template?.spec?.containers), labelsCell(template?.metadata?.labels)];
    },
  },
});
