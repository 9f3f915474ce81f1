import { fail, ok, type Result } from '@seatrial/kernel';

/** One condition on a field: the path as text, equal or not equal to a value. */
export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let term = '';
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '\\' && i + 1 < text.length) term += character + text.charAt(++i);
    else if (character === ',') {
      terms.push(term);
      term = '';
    } else term += character;
  }
  return [...terms, term].filter((part) => part !== '');
}

const unescape = (value: string): string => value.replace(/\\([\\,=])/g, '$1');

/** Parses the text of `--field-selector` (k8s.io/apimachinery/pkg/fields.ParseSelector). */
export function parseFieldSelector(text: string): Result<readonly FieldRequirement[], string> {
  const requirements: FieldRequirement[] = [];
  for (const term of splitTerms(text)) {
    const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
    if (!match) return fail(`invalid selector: '${text}'; can't understand '${term}'`);
    requirements.push({ field: match[1], operator: match[2] === '!=' ? '!=' : '=', value: unescape(match[3]) });
  }
  return ok(requirements);
}

/** Whether an object's selectable fields meet all requirements; an absent field counts as empty. */
export function fieldSelectorMatches(
  requirements: readonly FieldRequirement[],
  fields: Readonly<Record<string, string>>,
): boolean {
  return requirements.every(({ field, operator, value }) => (operator === '=') === ((fields[field] ?? '') === value));
}
