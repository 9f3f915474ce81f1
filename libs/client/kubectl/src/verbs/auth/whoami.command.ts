import { compareStrings, isJsonObject } from '@seatrial/kernel';
import { goTypedObject } from '@seatrial/schema';
import { defineVerb } from '../../command/command.js';
import { PRINT_FLAGS, objectPrinter, outputFormat } from '../../printers/object-printer.js';
import { TABLE_LAYOUT, alignColumns } from '../../printers/tab-writer.js';
import { listAt, textOf, valueAt } from '../../resource/resource-info.js';
import { createSelfReview } from './self-review.js';

/** `kubectl auth whoami`. */
export const whoamiCommand = defineVerb({
  name: 'whoami',
  short: 'Experimental: Check self subject attributes',
  flags: PRINT_FLAGS,
  *run(k) {
    const review = yield* createSelfReview(k, 'selfsubjectreviews', 'SelfSubjectReview', {});
    if (outputFormat(k) !== '') {
      yield* k.out(objectPrinter(k, '', [], true)(goTypedObject(review)));
      return 0;
    }
    const user = valueAt(review, 'status', 'userInfo');
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
