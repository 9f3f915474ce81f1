import type { Result } from '@seatrial/kernel';
import { CelError, CelUint, type CelMap, type CelValue } from './values.js';

/** A key under which equal keys are the same: numbers of all types by what they are. */
export function mapKey(key: CelValue): string | undefined {
  switch (typeof key) {
    case 'string':
      return `s${key}`;
    case 'bigint':
      return `n${key}`;
    case 'number':
      return Number.isInteger(key) ? `n${BigInt(key)}` : `d${key}`;
    case 'boolean':
      return `b${key}`;
    default:
      return key instanceof CelUint ? `n${key.value}` : undefined;
  }
}

/** A map that an expression makes. */
export class LiteralMap implements CelMap {
  readonly isObject = false;

  private constructor(private readonly entries: ReadonlyMap<string, readonly [key: CelValue, value: CelValue]>) {}

  static readonly empty = new LiteralMap(new Map());

  static of(entries: Iterable<readonly [key: CelValue, value: CelValue]>): LiteralMap {
    const map = new Map<string, readonly [CelValue, CelValue]>();
    for (const entry of entries) map.set(mapKey(entry[0]) ?? `o${map.size}`, entry);
    return new LiteralMap(map);
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: CelValue): CelValue | undefined {
    const text = mapKey(key);
    return text === undefined ? undefined : this.entries.get(text)?.[1];
  }

  keys(): readonly CelValue[] {
    return [...this.entries.values()].map(([key]) => key);
  }

  /** With another entry; undefined when the key is there. */
  with(key: CelValue, value: CelValue): LiteralMap | undefined {
    const text = mapKey(key) ?? `o${this.entries.size}`;
    if (this.entries.has(text)) return undefined;
    return new LiteralMap(new Map([...this.entries, [text, [key, value]]]));
  }
}

/** A map or object of JSON whose members become values when they are asked for. */
export class JsonMap implements CelMap {
  private readonly known = new Map<string, CelValue>();
  private names: readonly string[] | undefined;

  constructor(
    readonly json: Readonly<Record<string, unknown>>,
    readonly isObject: boolean,
    private readonly adapt: (name: string, value: unknown) => CelValue,
    /** A member's name in the expression, and back. */
    private readonly escape: (name: string) => string = (name) => name,
    private readonly unescape: (name: string) => string = (name) => name,
  ) {}

  private memberNames(): readonly string[] {
    this.names ??= Object.keys(this.json).filter((name) => this.json[name] !== undefined);
    return this.names;
  }

  get size(): number {
    return this.memberNames().length;
  }

  get(key: CelValue): CelValue | undefined {
    if (typeof key !== 'string') return undefined;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const name = this.unescape(key);
    if (!Object.hasOwn(this.json, name) || this.json[name] === undefined) return undefined;
    const value = this.adapt(name, this.json[name]);
    this.known.set(key, value);
    return value;
  }

  keys(): readonly CelValue[] {
    return this.memberNames().map(this.escape);
  }
}

/** An object whose members are worked out when they are asked for, and may fail. */
export class LazyMembers implements CelMap {
  readonly isObject = true;
  readonly size = 0;

  constructor(private readonly member: (name: string) => Result<CelValue, string> | undefined) {}

  get(key: CelValue): CelValue | undefined {
    const result = typeof key === 'string' ? this.member(key) : undefined;
    return result && (result.ok ? result.value : new CelError(result.error));
  }

  keys(): readonly CelValue[] {
    return [];
  }
}
