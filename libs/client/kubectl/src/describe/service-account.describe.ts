import type { ServiceAccount } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** ServiceAccount: image pull secrets, events. */
export const serviceAccountDescribe = defineDescriber<ServiceAccount>({
  group: '',
  kind: 'ServiceAccount',
  describe: (account, context) => {
    const w = new DescriptionWriter();
    writeName(w, account);
    writeLabelsAndAnnotations(w, account);
    const title = 'Image pull secrets:';
    const names = (account.imagePullSecrets ?? []).map(({ name }) => name ?? '');
    if (names.length === 0) w.write(0, `${title}\t<none>\n`);
    names.forEach((name, index) => w.write(0, `${index === 0 ? title : ' '.repeat(title.length)}\t${name}\n`));
    writeEventsOf(w, account, context);
    return w.text();
  },
});
