import { decodeBase64 } from '@seatrial/kernel';
import { nameParts, parsePem } from '../certificate/pem-text.js';
import type { CertificateSigningRequest } from '../contract/object.js';
import { forbidden } from '../status/status-errors.js';
import { attributesName, defineAdmission } from './admission.js';

const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';
const MASTERS = 'system:masters';

/** Nobody asks for a certificate of the group that may do everything (plugin/pkg/admission/certificates/subjectrestriction). */
export const certificateSubjectRestrictionAdmission = defineAdmission({
  name: 'CertificateSubjectRestriction',
  operations: ['CREATE'],
  resources: ['certificates.k8s.io/certificatesigningrequests'],
  validate: (attributes) => {
    if (attributes.scope.trusted) return undefined;
    const { signerName, request } = (attributes.object as unknown as CertificateSigningRequest).spec;
    if (signerName !== CLIENT_SIGNER) return undefined;
    const decoded = decodeBase64(request);
    const subject = ('text' in decoded ? parsePem(decoded.text)?.fields.get('subject') : undefined) ?? '';
    return nameParts(subject).some(([type, value]) => type === 'O' && value === MASTERS)
      ? forbidden(
          attributes.scope.rest.api,
          attributesName(attributes),
          `use of ${CLIENT_SIGNER} signer with ${MASTERS} group is not allowed`,
        )
      : undefined;
  },
});
