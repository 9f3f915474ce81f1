import type { JsonObject, JsonValue } from '@seatrial/kernel';

/** Ports as the keys that configurations have them. */
export const exposedPorts = (ports: readonly number[] | undefined): JsonObject =>
  Object.fromEntries((ports ?? []).map((port) => [`${port}/tcp`, {}]));

/** An environment as a list. */
export const variables = (env: Iterable<readonly [string, string]>): string[] =>
  [...env].map(([name, value]) => `${name}=${value}`);

/** A list; null for none, as Go prints it. */
export const listOrNull = (words: readonly string[] | undefined): JsonValue =>
  words && words.length > 0 ? [...words] : null;
