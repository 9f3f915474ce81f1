import type { JsonObject } from '@seatrial/kernel';
import { parseLabelSelector } from '@seatrial/schema';
import { failWith } from '../command/failure.js';

const OPERATORS: Readonly<Record<string, string>> = {
  in: 'In',
  notin: 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
};

/** A selector's text as metav1.LabelSelector (metav1.ParseToLabelSelector). */
export function labelSelectorObject(text: string): JsonObject {
  const parsed = parseLabelSelector(text);
  if (!parsed.ok) failWith(`couldn't parse the selector string "${text}": ${parsed.error}`);
  const requirements = parsed.value.requirements;
  const matchLabels: Record<string, string> = {};
  const matchExpressions: JsonObject[] = [];
  for (const { key, operator, values } of requirements) {
    if (operator === '=' || operator === '==') matchLabels[key] = values[0] ?? '';
    else {
      const converted = OPERATORS[operator];
      if (converted === undefined)
        failWith(
          operator === '!='
            ? '"!=" is not a valid label selector operator'
            : `"${operator}" isn't supported in label selectors`,
        );
      matchExpressions.push({ key, operator: converted, ...(values.length > 0 ? { values: [...values] } : {}) });
    }
  }
  return {
    ...(Object.keys(matchLabels).length > 0 ? { matchLabels } : {}),
    ...(matchExpressions.length > 0 ? { matchExpressions } : {}),
  };
}
