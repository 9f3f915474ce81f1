import { defineKind } from '@seatrial/apiserver';
import type * as appsv1 from 'kubernetes-types/apps/v1.js';
import { ageCell, NONE } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';

/** `deployment.apps/web` of the controlling owner. */
function controllerName(revision: appsv1.ControllerRevision): string {
  const owner = revision.metadata?.ownerReferences?.find(({ controller }) => controller);
  if (!owner) return NONE;
  const group = owner.apiVersion.includes('/') ? owner.apiVersion.slice(0, owner.apiVersion.indexOf('/')) : '';
  return `${owner.kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${owner.name}`;
}

export const controllerRevisionKind = defineKind({
  group: 'apps',
  version: 'v1',
  resource: 'controllerrevisions',
  kind: 'ControllerRevision',
  generation: false,
  table: {
    columns: columnsOf('apps/v1', 'controllerrevisions'),
    cells: (object, now) => {
      const revision = draftAs<appsv1.ControllerRevision>(object);
      return [
        revision.metadata?.name,
        controllerName(revision),
        revision.revision,
        ageCell(revision.metadata?.creationTimestamp, now),
      ];
    },
  },
});
