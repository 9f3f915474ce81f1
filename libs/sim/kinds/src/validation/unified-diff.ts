/*
 * Unified diffs of lines as github.com/pmezard/go-difflib makes them (Python's difflib with its "popular line" rule),
 * through which k8s.io/apimachinery/pkg/util/diff shows what an update changed.
 */

interface Match {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

type Opcode = readonly [tag: 'equal' | 'replace' | 'delete' | 'insert', i1: number, i2: number, j1: number, j2: number];

function lineIndex(b: readonly string[]): Map<string, number[]> {
  const index = new Map<string, number[]>();
  b.forEach((line, at) => {
    const places = index.get(line);
    if (places) places.push(at);
    else index.set(line, [at]);
  });
  if (b.length >= 200) {
    const limit = Math.floor(b.length / 100) + 1;
    for (const [line, places] of [...index]) if (places.length > limit) index.delete(line);
  }
  return index;
}

class Matcher {
  private readonly index: Map<string, number[]>;
  constructor(
    private readonly a: readonly string[],
    private readonly b: readonly string[],
  ) {
    this.index = lineIndex(b);
  }

  private longest(alo: number, ahi: number, blo: number, bhi: number): Match {
    let best: Match = { a: alo, b: blo, size: 0 };
    let lengths = new Map<number, number>();
    for (let i = alo; i < ahi; i++) {
      const next = new Map<number, number>();
      for (const j of this.index.get(this.a[i]) ?? []) {
        if (j < blo) continue;
        if (j >= bhi) break;
        const size = (lengths.get(j - 1) ?? 0) + 1;
        next.set(j, size);
        if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
      }
      lengths = next;
    }
    return this.extend(best, alo, ahi, blo, bhi);
  }

  /** Grows a match over equal lines next to it, popular ones too. */
  private extend(match: Match, alo: number, ahi: number, blo: number, bhi: number): Match {
    let { a, b, size } = match;
    while (a > alo && b > blo && this.a[a - 1] === this.b[b - 1]) {
      a--;
      b--;
      size++;
    }
    while (a + size < ahi && b + size < bhi && this.a[a + size] === this.b[b + size]) size++;
    return { a, b, size };
  }

  blocks(): Match[] {
    const found: Match[] = [];
    const queue: (readonly [number, number, number, number])[] = [[0, this.a.length, 0, this.b.length]];
    for (let part = queue.pop(); part; part = queue.pop()) {
      const [alo, ahi, blo, bhi] = part;
      const match = this.longest(alo, ahi, blo, bhi);
      if (match.size === 0) continue;
      found.push(match);
      if (alo < match.a && blo < match.b) queue.push([alo, match.a, blo, match.b]);
      if (match.a + match.size < ahi && match.b + match.size < bhi)
        queue.push([match.a + match.size, ahi, match.b + match.size, bhi]);
    }
    found.sort((x, y) => x.a - y.a || x.b - y.b);
    return [...found, { a: this.a.length, b: this.b.length, size: 0 }];
  }

  opcodes(): Opcode[] {
    const codes: Opcode[] = [];
    let i = 0;
    let j = 0;
    for (const { a, b, size } of this.blocks()) {
      if (i < a && j < b) codes.push(['replace', i, a, j, b]);
      else if (i < a) codes.push(['delete', i, a, j, b]);
      else if (j < b) codes.push(['insert', i, a, j, b]);
      if (size > 0) codes.push(['equal', a, a + size, b, b + size]);
      i = a + size;
      j = b + size;
    }
    return merged(codes);
  }
}

/** Adjacent equal blocks as one. */
function merged(codes: readonly Opcode[]): Opcode[] {
  const out: Opcode[] = [];
  for (const code of codes) {
    const last = out.at(-1);
    if (last?.[0] === 'equal' && code[0] === 'equal')
      out[out.length - 1] = ['equal', last[1], code[2], last[3], code[4]];
    else out.push(code);
  }
  return out;
}

function grouped(codes: readonly Opcode[], context: number): Opcode[][] {
  const groups: Opcode[][] = [];
  let group: Opcode[] = [];
  codes.forEach((code, index) => {
    const [tag, i1, i2, j1, j2] = code;
    if (tag !== 'equal') {
      group.push(code);
      return;
    }
    const first = index === 0;
    const last = index === codes.length - 1;
    if (first) group.push(['equal', Math.max(i1, i2 - context), i2, Math.max(j1, j2 - context), j2]);
    else if (last || i2 - i1 > context * 2) {
      group.push(['equal', i1, Math.min(i2, i1 + context), j1, Math.min(j2, j1 + context)]);
      groups.push(group);
      group = last ? [] : [['equal', Math.max(i1, i2 - context), i2, Math.max(j1, j2 - context), j2]];
    } else group.push(code);
  });
  if (group.length > 0) groups.push(group);
  return groups.filter((entry) => entry.some(([tag]) => tag !== 'equal'));
}

function range(start: number, stop: number): string {
  const length = stop - start;
  if (length === 1) return String(start + 1);
  return `${length === 0 ? start : start + 1},${length}`;
}

/** The hunks between two texts, three lines of context; empty when they are equal. Ends with a newline. */
export function unifiedDiff(before: string, after: string): string {
  const a = before.split('\n');
  const b = after.split('\n');
  let out = '';
  for (const group of grouped(new Matcher(a, b).opcodes(), 3)) {
    const first = group[0];
    const last = group[group.length - 1];
    out += `@@ -${range(first[1], last[2])} +${range(first[3], last[4])} @@\n`;
    for (const [tag, i1, i2, j1, j2] of group) {
      if (tag === 'equal') for (const line of a.slice(i1, i2)) out += ` ${line}\n`;
      if (tag === 'replace' || tag === 'delete') for (const line of a.slice(i1, i2)) out += `-${line}\n`;
      if (tag === 'replace' || tag === 'insert') for (const line of b.slice(j1, j2)) out += `+${line}\n`;
    }
  }
  return out;
}
