import { goQuote } from '@seatrial/schema';
import { mayUseSigner } from '../authorization/signer-use.js';
import type { CertificateSigningRequest } from '../contract/object.js';
import { forbidden } from '../status/status-errors.js';
import { attributesName, defineAdmission } from './admission.js';

/** Only who may use a signer approves its requests (plugin/pkg/admission/certificates/approval). */
export const certificateApprovalAdmission = defineAdmission({
  name: 'CertificateApproval',
  operations: ['UPDATE'],
  resources: ['certificates.k8s.io/certificatesigningrequests/approval'],
  validate: (attributes) => {
    if (attributes.scope.trusted) return undefined;
    const signer = (attributes.old as CertificateSigningRequest).spec.signerName;
    return mayUseSigner(attributes.scope.server.store, attributes.scope.user, 'approve', signer)
      ? undefined
      : forbidden(
          attributes.scope.rest.api,
          attributesName(attributes),
          `user not permitted to approve requests with signerName ${goQuote(signer)}`,
        );
  },
});
