import type { CelValue } from './values.js';

/** The list that a loop adds to: its own until the loop ends, so that adding need not copy (types.NewMutableList). */
export class ListBuilder extends Array<CelValue> {
  /** The list as a value of its own. */
  finish(): readonly CelValue[] {
    return Array.from<CelValue>(this);
  }
}
