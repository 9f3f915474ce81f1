import { jsonEqual } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import { mayUseSigner } from '../authorization/signer-use.js';
import type { CertificateSigningRequest } from '../contract/object.js';
import { forbidden } from '../status/status-errors.js';
import { attributesName, defineAdmission } from './admission.js';

/** Only who may use a signer issues certificates of it (plugin/pkg/admission/certificates/signing). */
export const certificateSigningAdmission = defineAdmission({
  name: 'CertificateSigning',
  operations: ['UPDATE'],
  resources: ['certificates.k8s.io/certificatesigningrequests/status'],
  validate: (attributes) => {
    if (attributes.scope.trusted) return undefined;
    const old = attributes.old as CertificateSigningRequest;
    const now = attributes.object as unknown as CertificateSigningRequest;
    if (jsonEqual(old.status ?? {}, now.status ?? {})) return undefined;
    const { signerName } = old.spec;
    return mayUseSigner(attributes.scope.server.store, attributes.scope.user, 'sign', signerName)
      ? undefined
      : forbidden(
          attributes.scope.rest.api,
          attributesName(attributes),
          `user not permitted to sign requests with signerName ${goQuote(signerName)}`,
        );
  },
});
