import type { Secret } from '@seatrial/apiserver';
import { compareStrings, decodeBase64 } from '@seatrial/kernel';
import { decodedLength } from './config-map.describe.js';
import { defineDescriber } from './describer.js';
import { writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** Secret: sizes of its data; only a service account's token is shown. */
export const secretDescribe = defineDescriber<Secret>({
  group: '',
  kind: 'Secret',
  describe: (secret) => {
    const w = new DescriptionWriter();
    writeName(w, secret);
    writeLabelsAndAnnotations(w, secret);
    w.write(0, `\nType:\t${secret.type ?? ''}\n`);
    w.write(0, '\nData\n====\n');
    for (const key of Object.keys(secret.data ?? {}).sort(compareStrings)) {
      const value = secret.data?.[key] ?? '';
      const decoded = decodeBase64(value);
      const token = key === 'token' && secret.type === 'kubernetes.io/service-account-token' && 'text' in decoded;
      w.field(key, token ? decoded.text : `${String(decodedLength(value))} bytes`);
    }
    return w.text();
  },
});
