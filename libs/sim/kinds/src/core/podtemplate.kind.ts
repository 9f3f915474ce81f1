import { defineKind } from '@seatrial/apiserver';
import type * as core from 'kubernetes-types/core/v1.js';
import { defaultPodTemplate } from '../pods/pod-template.defaults.js';
import { containerCells, labelsCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';

export const podTemplateKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'podtemplates',
  kind: 'PodTemplate',
  defaults: (draft) => defaultPodTemplate(draftAs<core.PodTemplate>(draft).template),
  table: {
    columns: columnsOf('v1', 'podtemplates'),
    cells: (object) => {
      const { metadata, template } = draftAs<core.PodTemplate>(object);
      return [metadata?.name, ...containerCells(template?.spec?.containers), labelsCell(template?.metadata?.labels)];
    },
  },
});
