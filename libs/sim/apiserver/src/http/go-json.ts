const ESCAPED = /[<>&\u2028\u2029]/g;

/** JSON as encoding/json writes it: what could end a script in HTML is escaped. */
export function goJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    ESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
