import type { KubeObject } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { IMMUTABLE_COMPLAINT, fieldErrors, isDns1123Subdomain, type FieldError } from '@seatrial/schema';
import type * as storage from 'kubernetes-types/storage/v1.js';
import { draftAs, separateStatus } from '../registry/draft.js';
import { age, field, flag, name, simple } from '../registry/simple-kind.js';
import { SPEC, complain } from '../validation/fields.js';
import { validateCsiDriverName } from './csi-driver-name.js';
import { validatePersistentVolumeSpec } from './persistentvolume.validation.js';

const ONE_SOURCE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

const specOf = (object: KubeObject): Partial<storage.VolumeAttachmentSpec> =>
  draftAs<Partial<storage.VolumeAttachment>>(object).spec ?? {};

function validateSource({ inlineVolumeSpec, persistentVolumeName }: storage.VolumeAttachmentSource): FieldError[] {
  const at = SPEC.child('source');
  if (inlineVolumeSpec && persistentVolumeName !== undefined) return [fieldErrors.forbidden(at, ONE_SOURCE)];
  if (inlineVolumeSpec)
    return validatePersistentVolumeSpec(inlineVolumeSpec, at.child('inlineVolumeSpec'), { owner: '', inline: true });
  if (persistentVolumeName === undefined) return [fieldErrors.required(at, ONE_SOURCE)];
  return persistentVolumeName === ''
    ? [fieldErrors.required(at.child('persistentVolumeName'), 'must specify non empty persistentVolumeName')]
    : [];
}

/** ValidateVolumeAttachment (pkg/apis/storage/validation, v1.35). */
function validateSpec(object: KubeObject): FieldError[] {
  const { attacher, source = {}, nodeName = '' } = specOf(object);
  return [
    ...(attacher ? [] : [fieldErrors.required(SPEC.child('attacher'))]),
    ...validateSource(source),
    ...complain(SPEC.child('nodeName'), nodeName, isDns1123Subdomain(nodeName)),
  ];
}

/** What new attachments are asked besides (ValidateVolumeAttachmentV1). */
function validate(object: KubeObject): FieldError[] {
  const { attacher, source } = specOf(object);
  const volume = source?.persistentVolumeName;
  return [
    ...validateSpec(object),
    ...validateCsiDriverName(attacher, SPEC.child('attacher')),
    ...(volume === undefined
      ? []
      : complain(SPEC.child('source', 'persistentVolumeName'), volume, isDns1123Subdomain(volume))),
  ];
}

function validateUpdate(object: KubeObject, before: KubeObject): FieldError[] {
  const [now, old] = [specOf(object), specOf(before)];
  const errors = validateSpec(object);
  if (!jsonEqual(now, old)) errors.push(fieldErrors.invalid(SPEC, now, IMMUTABLE_COMPLAINT));
  return errors;
}

/** VolumeAttachments (pkg/registry/storage/volumeattachment, v1.35). */
export const volumeAttachmentKind = simple({
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'volumeattachments',
  kind: 'VolumeAttachment',
  generation: false,
  cells: [
    name,
    field('spec', 'attacher'),
    field('spec', 'source', 'persistentVolumeName'),
    field('spec', 'nodeName'),
    flag('status', 'attached'),
    age,
  ],
  rest: {
    prepareForCreate: (draft) => {
      draft.status = { attached: false };
    },
    prepareForUpdate: (draft, old, { subresource }) => separateStatus(draft, old, subresource),
    validate,
    validateUpdate,
  },
});
