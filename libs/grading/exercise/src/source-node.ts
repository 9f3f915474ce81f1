import { parseFraction, type Fraction, type LocalizedText } from '@seatrial/contracts';
import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { LineCounter, isCollection, isMap, isNode, isScalar, parseDocument, type Document } from 'yaml';

/** What is wrong with an exercise, and where. Lines and columns count from 1. */
export interface ExerciseError {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

interface Source {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
  readonly errors: ExerciseError[];
}

/** Aliases that one document may expand to (a “billion laughs” stops here). */
const MAX_ALIASES = 100;

type Path = readonly (string | number)[];

/**
 * A value of a YAML file that knows its place. Its readers take what they need and note an error, with its place, for
 * what is missing, of another type or unknown; they then return a neutral value, so that reading goes on.
 */
export class SourceNode {
  constructor(
    private readonly source: Source,
    private readonly path: Path,
    readonly value: unknown,
  ) {}

  get present(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** Where this value, or else the nearest thing around it, stands in its file. */
  /** A mapping rather than a text, where both are allowed. */
  get isMapping(): boolean {
    return isJsonObject(this.value);
  }

  get place(): { readonly file: string; readonly line: number; readonly column: number } {
    for (let length = this.path.length; length >= 0; length--) {
      const node = this.source.document.getIn(this.path.slice(0, length), true);
      const parent = length > 0 ? this.source.document.getIn(this.path.slice(0, length - 1), true) : undefined;
      const key = isMap(parent)
        ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === this.path[length - 1])?.key
        : undefined;
      const range = isNode(key) ? key.range : isNode(node) ? node.range : undefined;
      if (!range) continue;
      const { line, col } = this.source.lines.linePos(range[0]);
      return { file: this.source.file, line, column: col };
    }
    return { file: this.source.file, line: 1, column: 1 };
  }

  /** The same value, whose readers note errors elsewhere. */
  collectingInto(errors: ExerciseError[]): SourceNode {
    return new SourceNode({ ...this.source, errors }, this.path, this.value);
  }

  error(message: string): void {
    const name = this.path.length > 0 ? `${this.path.join('.')}: ` : '';
    this.source.errors.push({ ...this.place, message: `${name}${message}` });
  }

  /** A member; one that is not there is a node whose value is undefined. */
  member(name: string): SourceNode {
    const value = isJsonObject(this.value) && Object.hasOwn(this.value, name) ? this.value[name] : undefined;
    return new SourceNode(this.source, [...this.path, name], value);
  }

  /** The members of a mapping, in order; with `known`, others are errors with a suggestion. */
  mapping(known?: readonly string[]): ReadonlyMap<string, SourceNode> {
    const members = new Map<string, SourceNode>();
    if (!this.present) return members;
    if (!isJsonObject(this.value)) {
      this.error('must be a mapping');
      return members;
    }
    for (const name of Object.keys(this.value)) {
      if (known && !known.includes(name)) {
        this.member(name).error(`is not known here; it can be ${known.join(', ')}`);
      } else members.set(name, this.member(name));
    }
    return members;
  }

  list(): readonly SourceNode[] {
    if (!this.present) return [];
    if (Array.isArray(this.value)) {
      return this.value.map((item: unknown, index) => new SourceNode(this.source, [...this.path, index], item));
    }
    this.error('must be a list');
    return [];
  }

  string(): string {
    if (typeof this.value === 'string') return this.value;
    this.error(this.present ? 'must be a text (quote it)' : 'is required');
    return '';
  }

  optionalString(): string | undefined {
    return this.present ? this.string() : undefined;
  }

  /** A whole number not below `least`. */
  integer(least: number, otherwise?: number): number {
    if (!this.present && otherwise !== undefined) return otherwise;
    if (typeof this.value === 'number' && Number.isSafeInteger(this.value) && this.value >= least) return this.value;
    this.error(this.present ? `must be a whole number of at least ${String(least)}` : 'is required');
    return otherwise ?? least;
  }

  optionalInteger(least: number): number | undefined {
    return this.present ? this.integer(least) : undefined;
  }

  boolean(otherwise: boolean): boolean {
    if (typeof this.value === 'boolean') return this.value;
    if (this.present) this.error('must be true or false');
    return otherwise;
  }

  choice<T extends string>(choices: readonly T[], otherwise?: T): T {
    const found = choices.find((choice) => choice === this.value);
    if (found !== undefined) return found;
    if (this.present || otherwise === undefined) this.error(`must be one of ${choices.join(', ')}`);
    return otherwise ?? choices[0];
  }

  /** Exact points: 3, 0.5 or "1/3". */
  fraction(): Fraction {
    const text = typeof this.value === 'number' ? String(this.value) : this.value;
    const parsed = typeof text === 'string' ? parseFraction(text) : undefined;
    if (!parsed) this.error(this.present ? 'must be points: 3, 0.5 or "1/3"' : 'is required');
    return parsed ?? { numerator: 0, denominator: 1 };
  }

  /** A text in every language of the platform. */
  localized(): LocalizedText {
    const members = this.mapping(['en', 'es']);
    if (!this.present) this.error('is required, with en and es');
    else if (isJsonObject(this.value)) {
      for (const language of ['en', 'es']) if (!members.has(language)) this.error(`has no ${language}`);
    }
    return { en: members.get('en')?.string() ?? '', es: members.get('es')?.string() ?? '' };
  }

  /** Any mapping, as data. */
  object(): JsonObject {
    if (isJsonObject(this.value)) return this.value;
    if (this.present) this.error('must be a mapping');
    return {};
  }
}

/** Reads a YAML file; syntax errors go to `errors` and give undefined. */
export function readSource(file: string, text: string, errors: ExerciseError[]): SourceNode | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    errors.push({ file, line, column: col, message: error.message });
  }
  if (document.errors.length > 0) return undefined;
  const source: Source = { file, document, lines, errors };
  if (!isCollection(document.contents)) {
    errors.push({ file, line: 1, column: 1, message: 'must be a mapping' });
    return undefined;
  }
  return new SourceNode(source, [], document.toJS({ maxAliasCount: MAX_ALIASES }));
}
