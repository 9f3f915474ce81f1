import { parsePem, type CertificateSigningRequest, type KindDefinition, type KubeObject } from '@seatrial/apiserver';
import { decodeBase64, type JsonObject } from '@seatrial/kernel';
import { FieldPath, fieldErrors, formatTime, type FieldError } from '@seatrial/schema';
import { draftAs, separateStatus } from '../registry/draft.js';

const SPEC = FieldPath.root('spec');
const SHORTEST_SECONDS = 600;

function validateRequest(encoded = ''): FieldError[] {
  const decoded = decodeBase64(encoded);
  const text = 'text' in decoded ? decoded.text : '';
  if (parsePem(text)?.label === 'CERTIFICATE REQUEST') return [];
  return [fieldErrors.invalid(SPEC.child('request'), encoded, 'PEM block type must be CERTIFICATE REQUEST')];
}

function validate(object: KubeObject): FieldError[] {
  const { request, usages, signerName, expirationSeconds } = draftAs<CertificateSigningRequest>(object).spec;
  const errors = validateRequest(request);
  if (!usages || usages.length === 0) errors.push(fieldErrors.required(SPEC.child('usages')));
  if (!signerName) errors.push(fieldErrors.required(SPEC.child('signerName')));
  else if (!signerName.includes('/'))
    errors.push(
      fieldErrors.invalid(
        SPEC.child('signerName'),
        signerName,
        "must be a fully qualified domain and path of the form 'example.com/signer-name'",
      ),
    );
  if (expirationSeconds !== undefined && expirationSeconds < SHORTEST_SECONDS)
    errors.push(
      fieldErrors.invalid(
        SPEC.child('expirationSeconds'),
        expirationSeconds,
        'may not specify a duration less than 600 seconds (10 minutes)',
      ),
    );
  return errors;
}

/** The strategies of certificate signing requests (pkg/registry/certificates/certificates, v1.35). */
export const signingRequestRules: Partial<KindDefinition> = {
  prepareForCreate: (draft, { user }) => {
    const spec = draft.spec as JsonObject;
    spec.username = user.username;
    spec.groups = [...user.groups];
    if (user.uid) spec.uid = user.uid;
    draft.status = {};
  },
  prepareForUpdate: (draft, old, { subresource, now }) => {
    separateStatus(draft, old, subresource);
    draft.spec = (old as unknown as JsonObject).spec;
    const status = draftAs<CertificateSigningRequest>(draft).status;
    for (const condition of subresource ? (status?.conditions ?? []) : []) {
      condition.lastUpdateTime ??= formatTime(now);
      condition.lastTransitionTime ??= formatTime(now);
    }
  },
  validate,
};
