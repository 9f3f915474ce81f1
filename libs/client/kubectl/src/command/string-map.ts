import { splitCommaList } from './comma-list.js';

/** The pairs of one value of pflag's StringToString: with one `=` it is one pair whatever commas it has. */
function pairsOf(text: string): readonly string[] {
  return text.split('=').length > 2 ? splitCommaList(text) : [text.replace(/^"+|"+$/g, '')];
}

/** Why pflag's StringToString does not take a value; undefined where it does. */
export function stringToStringError(text: string): string | undefined {
  const wrong = pairsOf(text).find((pair) => !pair.includes('='));
  return wrong === undefined ? undefined : `${wrong} must be formatted as key=value`;
}

/** What values of pflag's StringToString hold; a later pair replaces an earlier one. */
export function stringToString(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    values.flatMap(pairsOf).map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
