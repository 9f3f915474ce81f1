import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { AtRest, AtRestForm } from '../contract/at-rest.js';

const PROVIDERS = ['aescbc', 'aesgcm', 'secretbox', 'kms'] as const;

interface Period {
  /** The revision after which it holds. */
  readonly after: number;
  readonly configuration: JsonObject | undefined;
}

type Type = Parameters<AtRest['formOf']>[0];

const objects = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];

/** Whether an entry of a rule's resources means a type: `secrets`, `widgets.example.com`, `*.apps`, `*.`, `*.*`. */
function means(entry: JsonValue, { group, resource }: Type): boolean {
  if (entry === '*.*') return true;
  if (entry === `*.${group}`) return true;
  return entry === (group === '' ? resource : `${resource}.${group}`);
}

/** What the first provider of the first rule for a type writes. */
function formBy(configuration: JsonObject | undefined, type: Type): AtRestForm | undefined {
  const rule = objects(configuration?.['resources']).find(
    ({ resources }) => Array.isArray(resources) && resources.some((entry) => means(entry, type)),
  );
  const first = objects(rule?.['providers']).at(0);
  const provider = PROVIDERS.find((name) => first && Object.hasOwn(first, name));
  if (!first || !provider) return undefined;
  const settings = first[provider];
  if (!isJsonObject(settings)) return undefined;
  const name = provider === 'kms' ? settings['name'] : objects(settings['keys']).at(0)?.['name'];
  const version = provider === 'kms' && settings['apiVersion'] === 'v2' ? 'v2' : 'v1';
  return { provider, version, key: typeof name === 'string' ? name : '' };
}

/** Which form objects had when they were written, from the configurations that API servers started with. */
export class EncryptionAtRest implements AtRest {
  private readonly periods: Period[] = [];

  constructor(private readonly revision: () => number) {}

  use(configuration: JsonObject | undefined): void {
    const current = this.periods.at(-1)?.configuration;
    if (current === configuration || (current && configuration && jsonEqual(current, configuration))) return;
    this.periods.push({ after: this.revision(), configuration });
  }

  formOf(type: Type, resourceVersion: string): AtRestForm | undefined {
    const written = Number(resourceVersion);
    return formBy(this.periods.findLast(({ after }) => after < written)?.configuration, type);
  }

  /** Whether an object would be written otherwise now: a write that changes nothing writes it nevertheless. */
  isStale(type: Type, resourceVersion: string): boolean {
    if (this.periods.length === 0) return false;
    const now = formBy(this.periods.at(-1)?.configuration, type);
    const then = this.formOf(type, resourceVersion);
    return now?.provider !== then?.provider || now?.version !== then?.version || now?.key !== then?.key;
  }
}
