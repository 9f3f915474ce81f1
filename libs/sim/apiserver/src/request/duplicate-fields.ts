/** One member of a JSON document, in the order of the text. */
export interface JsonMember {
  /** `spec.containers[0].image` */
  readonly path: string;
  /** The object had this member before. */
  readonly duplicate: boolean;
}

const MAX_DEPTH = 1000;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const SCALAR = /[^\s,\]}]+/y;

/** Walks a text that is known to be JSON and notes every member. */
class Members {
  readonly found: JsonMember[] = [];
  duplicates = 0;
  private at = 0;

  constructor(private readonly text: string) {}

  private blanks(): string {
    while (/[\s,:]/.test(this.text.charAt(this.at))) this.at++;
    return this.text.charAt(this.at);
  }

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text)?.[0] ?? this.text.charAt(this.at);
    this.at += Math.max(1, match.length);
    return match;
  }

  value(path: string, depth: number): void {
    const character = this.blanks();
    if (character === '{' && depth < MAX_DEPTH) this.object(path, depth);
    else if (character === '[' && depth < MAX_DEPTH) this.array(path, depth);
    else this.skip(character === '"' ? STRING : SCALAR);
  }

  private object(path: string, depth: number): void {
    this.at++;
    const seen = new Set<string>();
    while (this.blanks() === '"') {
      const key = JSON.parse(this.skip(STRING)) as string;
      const member = path === '' ? key : `${path}.${key}`;
      const duplicate = seen.has(key);
      if (duplicate) this.duplicates++;
      seen.add(key);
      this.found.push({ path: member, duplicate });
      this.value(member, depth + 1);
    }
    this.at++;
  }

  private array(path: string, depth: number): void {
    this.at++;
    for (let index = 0; this.at < this.text.length && this.blanks() !== ']'; index++)
      this.value(`${path}[${index}]`, depth + 1);
    this.at++;
  }
}

/**
 * The strict errors of a JSON text: the unknown fields that decoding found and the members that come twice, in the
 * order of the text (sigs.k8s.io/json UnmarshalStrict). What stands inside unknown fields is not looked at.
 */
export function withDuplicateFields(text: string, unknown: readonly string[]): readonly string[] {
  const members = new Members(text);
  members.value('', 0);
  if (members.duplicates === 0) return unknown;
  const strict = new Set(unknown);
  const errors = new Set<string>();
  const skipped: string[] = [];
  for (const { path, duplicate } of members.found) {
    if (skipped.some((outer) => path.startsWith(outer))) continue;
    const field = `unknown field ${JSON.stringify(path)}`;
    if (strict.has(field)) {
      errors.add(field);
      skipped.push(`${path}.`, `${path}[`);
    } else if (duplicate) errors.add(`duplicate field ${JSON.stringify(path)}`);
  }
  for (const left of unknown) errors.add(left);
  return [...errors];
}
