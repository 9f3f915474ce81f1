import type { LimitRange } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import { defineDescriber } from './describer.js';
import { writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** One line for each resource that a limit names. */
export function writeLimits(w: DescriptionWriter, range: LimitRange, indent: string): void {
  for (const item of range.spec.limits ?? []) {
    const lists = [item.min, item.max, item.defaultRequest, item.default, item.maxLimitRequestRatio];
    const names = new Set(lists.flatMap((list) => Object.keys(list ?? {})));
    for (const name of [...names].sort(compareStrings)) {
      const values = lists.map((list) => (list?.[name] === undefined ? '-' : Quantity.of(list[name]).toString()));
      w.write(0, `${indent}${item.type}\t${name}\t${values.join('\t')}\n`);
    }
  }
}

/** LimitRange: its limits. Go's order of the resources is random; here they come by name. */
export const limitRangeDescribe = defineDescriber<LimitRange>({
  group: '',
  kind: 'LimitRange',
  describe: (range) => {
    const w = new DescriptionWriter();
    writeName(w, range);
    w.write(0, 'Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n');
    w.write(0, '----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n');
    writeLimits(w, range, '');
    return w.text();
  },
});
