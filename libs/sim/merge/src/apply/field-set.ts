import { compareStrings, isJsonObject, type JsonObject } from '@seatrial/kernel';

/**
 * A set of field paths (sigs.k8s.io/structured-merge-diff fieldpath.Set). A path is a chain of path elements in the
 * notation of FieldsV1: `f:name` for a field, `k:{"name":"web"}` for an item of a keyed list, `v:"x"` for an item of
 * a set, `i:0` for a position. Sets are immutable once they are handed out.
 */
export class FieldSet {
  constructor(
    /** True when the path that leads here is in the set itself. */
    readonly member: boolean,
    readonly children: ReadonlyMap<string, FieldSet>,
  ) {}

  static readonly EMPTY = new FieldSet(false, new Map());
  static readonly LEAF = new FieldSet(true, new Map());

  get isEmpty(): boolean {
    return !this.member && this.children.size === 0;
  }

  has(path: readonly string[]): boolean {
    const [first, ...rest] = path;
    return first === undefined ? this.member : (this.children.get(first)?.has(rest) ?? false);
  }

  /** Every member is one of the other's too. */
  isSubsetOf(other: FieldSet): boolean {
    if (this === other) return true;
    if (this.member && !other.member) return false;
    for (const [element, child] of this.children) {
      const theirs = other.children.get(element);
      if (!theirs || !child.isSubsetOf(theirs)) return false;
    }
    return true;
  }

  union(other: FieldSet): FieldSet {
    if (other.isEmpty || other === this) return this;
    if (this.isEmpty) return other;
    const children = new Map(this.children);
    for (const [element, child] of other.children) children.set(element, children.get(element)?.union(child) ?? child);
    return new FieldSet(this.member || other.member, children);
  }

  intersection(other: FieldSet): FieldSet {
    if (this.isEmpty || other.isEmpty) return FieldSet.EMPTY;
    const children = new Map<string, FieldSet>();
    for (const [element, child] of this.children) {
      const theirs = other.children.get(element);
      const both = theirs ? child.intersection(theirs) : FieldSet.EMPTY;
      if (!both.isEmpty) children.set(element, both);
    }
    return create(this.member && other.member, children);
  }

  difference(other: FieldSet): FieldSet {
    if (other.isEmpty || this.isEmpty) return this;
    const children = new Map<string, FieldSet>();
    for (const [element, child] of this.children) {
      const theirs = other.children.get(element);
      const rest = theirs ? child.difference(theirs) : child;
      if (!rest.isEmpty) children.set(element, rest);
    }
    return create(this.member && !other.member, children);
  }

  /** The same set without anything at or below the members of `other`. */
  recursiveDifference(other: FieldSet): FieldSet {
    const children = new Map<string, FieldSet>();
    for (const [element, child] of this.children) {
      const theirs = other.children.get(element);
      const rest = theirs?.member ? FieldSet.EMPTY : theirs ? child.recursiveDifference(theirs) : child;
      if (!rest.isEmpty) children.set(element, rest);
    }
    return create(this.member && !other.member, children);
  }

  /** All members, as paths: those of a level before what is below them (fieldpath.Set.Iterate). */
  *paths(prefix: readonly string[] = []): Generator<readonly string[]> {
    if (this.member && prefix.length === 0) yield prefix;
    const elements = [...this.children.keys()].sort(comparePathElements);
    for (const element of elements) if (this.children.get(element)?.member) yield [...prefix, element];
    for (const element of elements) yield* this.children.get(element)?.paths([...prefix, element]) ?? [];
  }

  /** As metadata.managedFields[].fieldsV1 holds it. */
  toFieldsV1(): JsonObject {
    const result: JsonObject = {};
    if (this.member && this.children.size > 0) result['.'] = {};
    for (const element of [...this.children.keys()].sort(comparePathElements)) {
      result[element] = this.children.get(element)?.toFieldsV1();
    }
    return result;
  }

  static fromFieldsV1(fields: JsonObject, top = true): FieldSet {
    const children = new Map<string, FieldSet>();
    for (const [element, value] of Object.entries(fields)) {
      if (element !== '.' && isJsonObject(value)) children.set(element, FieldSet.fromFieldsV1(value, false));
    }
    return create(!top && (children.size === 0 || fields['.'] !== undefined), children);
  }
}

function create(member: boolean, children: ReadonlyMap<string, FieldSet>): FieldSet {
  if (children.size > 0) return new FieldSet(member, children);
  return member ? FieldSet.LEAF : FieldSet.EMPTY;
}

/** Collects members while an object is walked. */
export class FieldSetBuilder {
  private member = false;
  private readonly children = new Map<string, FieldSetBuilder>();

  insert(): void {
    this.member = true;
  }

  child(element: string): FieldSetBuilder {
    let child = this.children.get(element);
    if (!child) {
      child = new FieldSetBuilder();
      this.children.set(element, child);
    }
    return child;
  }

  build(): FieldSet {
    const children = new Map<string, FieldSet>();
    for (const [element, builder] of this.children) {
      const set = builder.build();
      if (!set.isEmpty) children.set(element, set);
    }
    return create(this.member, children);
  }
}

/** Fields first by name, then keyed items, then values, then positions (fieldpath.PathElement.Compare). */
export function comparePathElements(a: string, b: string): number {
  const order = 'fkvi';
  const kind = order.indexOf(a.charAt(0)) - order.indexOf(b.charAt(0));
  return kind === 0 ? compareStrings(a, b) : kind;
}

/** A path as error texts show it: `.spec.containers[name="web"].image`. */
export function formatFieldPath(path: readonly string[]): string {
  return path.map(formatElement).join('');
}

function formatElement(element: string): string {
  const body = element.slice(2);
  if (element.startsWith('f:')) return `.${body}`;
  if (element.startsWith('i:')) return `[${body}]`;
  if (element.startsWith('v:')) return `[=${body}]`;
  const keys = JSON.parse(body) as Record<string, unknown>;
  return `[${Object.entries(keys)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')}]`;
}
