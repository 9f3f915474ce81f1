import { parsePem, type CertificateSigningRequest, type KindDefinition, type KubeObject } from '@seatrial/apiserver';
import { decodeBase64, type JsonObject } from '@seatrial/kernel';
import {
  FieldPath,
  fieldErrors,
  formatTime,
  goQuote,
  isDns1123Label,
  isDns1123Subdomain,
  type Complaints,
  type FieldError,
} from '@seatrial/schema';
import { draftAs, separateStatus } from '../registry/draft.js';

const SPEC = FieldPath.root('spec');
const SHORTEST_SECONDS = 600;

function validateRequest(encoded: string | undefined): FieldError[] {
  const decoded = decodeBase64(encoded ?? '');
  const text = 'text' in decoded ? decoded.text : '';
  if (parsePem(text)?.label === 'CERTIFICATE REQUEST') return [];
  return [fieldErrors.invalid(SPEC.child('request'), encoded ?? null, 'PEM block type must be CERTIFICATE REQUEST')];
}

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

function validateUsages(usages: readonly string[]): FieldError[] {
  const path = SPEC.child('usages');
  if (usages.length === 0) return [fieldErrors.required(path)];
  return [
    ...usages.flatMap((usage, index) =>
      USAGES.includes(usage) ? [] : [fieldErrors.notSupported(path.index(index), usage, USAGES)],
    ),
    ...usages.flatMap((usage, index) =>
      usages.indexOf(usage) < index ? [fieldErrors.duplicate(path.index(index), usage)] : [],
    ),
  ];
}

const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';

/** The first part of a signer's name that is not as it should be. */
function validateLabels(part: string, rule: (label: string) => Complaints): FieldError[] {
  for (const label of part.split('.')) {
    const complaints = rule(label);
    if (complaints.length > 0)
      return complaints.map((complaint) =>
        fieldErrors.invalid(SPEC.child('signerName'), part, `validating label ${goQuote(label)}: ${complaint}`),
      );
  }
  return [];
}

/** ValidateSignerName (pkg/apis/core/validation, v1.35). */
function validateSigner(signer: string): FieldError[] {
  const path = SPEC.child('signerName');
  if (signer === '') return [fieldErrors.required(path)];
  if (signer === LEGACY_SIGNER)
    return [fieldErrors.invalid(path, signer, 'the legacy signerName is not allowed via this API version')];
  const [domain, name, ...more] = signer.split('/');
  if ((name as string | undefined) === undefined || more.length > 0)
    return [
      fieldErrors.invalid(
        path,
        signer,
        "must be a fully qualified domain and path of the form 'example.com/signer-name'",
      ),
    ];
  return [
    ...(domain.length > 253 ? [fieldErrors.tooLong(path, 253)] : []),
    ...validateLabels(domain, isDns1123Label),
    ...(domain.includes('.')
      ? []
      : [fieldErrors.invalid(path, domain, 'should be a domain with at least two segments separated by dots')]),
    ...validateLabels(name, isDns1123Subdomain),
  ];
}

function validate(object: KubeObject): FieldError[] {
  const { request, usages, signerName, expirationSeconds } = draftAs<CertificateSigningRequest>(object).spec;
  const errors = [...validateRequest(request), ...validateUsages(usages ?? []), ...validateSigner(signerName)];
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
  nameRule: 'any',
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
