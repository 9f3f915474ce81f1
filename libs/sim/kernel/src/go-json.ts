import { canonicalJson } from './json.js';

const ESCAPED = /[<>&\u2028\u2029]/g;

/** An escape of JSON; six characters long where it is one of half a surrogate pair. */
const ESCAPE = /\\(?:ud[89a-f][0-9a-f]{2}|.)/g;

/** Go writes what is not UTF-8 as U+FFFD. */
const replaceSurrogates = (json: string): string =>
  json.includes('\\ud') ? json.replace(ESCAPE, (escape) => (escape.length === 6 ? '\\ufffd' : escape)) : json;

const escapeForHtml = (json: string): string =>
  replaceSurrogates(json).replace(
    ESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/**
 * JSON as Go's encoding/json writes a struct: members in the given order, what could end a script in HTML escaped;
 * with `indent` as MarshalIndent does by so many spaces. `undefined` is null.
 */
export const goJson = (value: unknown, indent?: number): string =>
  escapeForHtml(JSON.stringify(value ?? null, null, indent));

/** JSON as Go's encoding/json writes a map: compact, members by name. */
export const goCanonicalJson = (value: unknown): string => escapeForHtml(canonicalJson(value));
