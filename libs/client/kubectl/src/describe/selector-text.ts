import { labelSelectorOf, type LabelSelectorObject } from '@seatrial/schema';

/** A selector as labels.Selector prints itself: also the form that requests take. */
export function selectorText(selector: LabelSelectorObject | undefined): string {
  const result = labelSelectorOf(selector);
  return result.ok ? result.value.toString() : '';
}
