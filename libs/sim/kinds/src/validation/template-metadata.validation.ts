import { isJsonObject, type JsonValue } from '@seatrial/kernel';
import { fieldErrors, validateAnnotations, validateLabels, type FieldError, type FieldPath } from '@seatrial/schema';

/** ObjectMeta's members in the order of its struct, as error paths name them. */
const MEMBERS: readonly (readonly [json: string, shown?: string])[] = [
  ['name'],
  ['generateName'],
  ['namespace'],
  ['selfLink'],
  ['uid', 'uID'],
  ['resourceVersion'],
  ['generation'],
  ['creationTimestamp'],
  ['deletionTimestamp'],
  ['deletionGracePeriodSeconds'],
  ['ownerReferences'],
  ['finalizers'],
  ['managedFields'],
];

/** Metadata of a template for claims: labels and annotations only (ValidateTemplateObjectMeta, v1.35). */
export function validateTemplateMetadata(metadata: JsonValue | undefined, path: FieldPath): FieldError[] {
  if (!isJsonObject(metadata)) return [];
  return [
    ...validateAnnotations(metadata.annotations, path.child('annotations')),
    ...validateLabels(metadata.labels, path.child('labels')),
    ...MEMBERS.filter(([json]) => metadata[json] !== undefined && metadata[json] !== null).map(([json, shown = json]) =>
      fieldErrors.forbidden(path.child(shown), 'cannot be set'),
    ),
  ];
}
