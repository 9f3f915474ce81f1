import { compareStrings, isJsonObject } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { TABLE_LAYOUT, alignColumns } from '../../printers/tab-writer.js';
import { listAt, textOf, valueAt } from '../../resource/resource-info.js';
import { selfReview } from './self-review.js';

/** `kubectl auth whoami`. */
export const whoamiCommand = defineVerb({
  name: 'whoami',
  short: 'Experimental: Check self subject attributes',
  *run(k) {
    const status = yield* selfReview(k, 'selfsubjectreviews', 'SelfSubjectReview', {});
    const user = valueAt(status, 'userInfo');
    const rows = ['ATTRIBUTE\tVALUE', `Username\t${textOf(valueAt(user, 'username'))}`];
    const uid = textOf(valueAt(user, 'uid'));
    if (uid !== '') rows.push(`UID\t${uid}`);
    const groups = listAt(user, 'groups').map(textOf);
    if (groups.length > 0) rows.push(`Groups\t[${groups.join(' ')}]`);
    const extra = valueAt(user, 'extra');
    if (isJsonObject(extra)) {
      for (const key of Object.keys(extra).sort(compareStrings))
        rows.push(`Extra: ${key}\t[${listAt(extra, key).map(textOf).join(' ')}]`);
    }
    yield* k.out(alignColumns(rows.map((row) => `${row}\n`).join(''), TABLE_LAYOUT));
    return 0;
  },
});
