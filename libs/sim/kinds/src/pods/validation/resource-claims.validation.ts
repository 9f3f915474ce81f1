import { fieldErrors, isDns1123Label, isDns1123Subdomain, type FieldError, type FieldPath } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { complain } from '../../validation/fields.js';

interface PodClaim {
  readonly name: string;
  readonly resourceClaimName?: string;
  readonly resourceClaimTemplateName?: string;
}

const shown = ({ name, resourceClaimName, resourceClaimTemplateName }: PodClaim) => ({
  Name: name,
  ResourceClaimName: resourceClaimName ?? null,
  ResourceClaimTemplateName: resourceClaimTemplateName ?? null,
});

function validateClaim(claim: PodClaim, seen: Set<string>, path: FieldPath): FieldError[] {
  const { name, resourceClaimName: claimName, resourceClaimTemplateName: templateName } = claim;
  const errors: FieldError[] = [];
  if (!name) errors.push(fieldErrors.required(path.child('name')));
  else if (seen.has(name)) errors.push(fieldErrors.duplicate(path.child('name'), name));
  else errors.push(...complain(path.child('name'), name, isDns1123Label(name)));
  seen.add(name);
  const [both, none] = [
    'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified',
    'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
  ];
  const given = [claimName, templateName].filter((one) => one !== undefined).length;
  if (given !== 1) errors.push(fieldErrors.invalid(path, shown(claim), given === 2 ? both : none));
  for (const [field, value] of Object.entries({
    resourceClaimName: claimName,
    resourceClaimTemplateName: templateName,
  }))
    if (value !== undefined) errors.push(...complain(path.child(field), value, isDns1123Subdomain(value)));
  return errors;
}

/** The devices that a pod asks for (validatePodResourceClaims). */
export function validatePodClaims(spec: core.PodSpec, path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return ((spec.resourceClaims ?? []) as readonly PodClaim[]).flatMap((claim, index) =>
    validateClaim(claim, seen, path.child('resourceClaims').index(index)),
  );
}
