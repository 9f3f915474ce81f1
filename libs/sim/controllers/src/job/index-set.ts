/** A set of completion indexes, written `0-2,5` (job controller's orderedIntervals). */
export class IndexSet {
  private readonly members: Set<number>;

  constructor(members: Iterable<number> = []) {
    this.members = new Set(members);
  }

  /** Reads the text of a status or success policy; indexes at or beyond `limit` are left out. */
  static parse(text: string | undefined, limit: number): IndexSet {
    const set = new IndexSet();
    for (const part of (text ?? '').split(',')) {
      const match = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
      if (!match) continue;
      const last = Math.min(Number(match[2] ?? match[1]), limit - 1);
      for (let index = Number(match[1]); index <= last; index++) set.add(index);
    }
    return set;
  }

  get size(): number {
    return this.members.size;
  }

  add(index: number): void {
    this.members.add(index);
  }

  has(index: number): boolean {
    return this.members.has(index);
  }

  /** How many members the other set has too. */
  common(other: IndexSet): number {
    let count = 0;
    for (const index of this.members) if (other.has(index)) count++;
    return count;
  }

  toString(): string {
    const sorted = [...this.members].sort((a, b) => a - b);
    const parts: string[] = [];
    for (let i = 0; i < sorted.length;) {
      let end = i;
      while (end + 1 < sorted.length && sorted[end + 1] === sorted[end] + 1) end++;
      if (end === i) parts.push(String(sorted[i]));
      else if (end === i + 1) parts.push(String(sorted[i]), String(sorted[end]));
      else parts.push(`${sorted[i]}-${sorted[end]}`);
      i = end + 1;
    }
    return parts.join(',');
  }
}
