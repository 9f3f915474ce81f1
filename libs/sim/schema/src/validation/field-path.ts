/** A place in an object as error texts write it (k8s.io/apimachinery/pkg/util/validation/field.Path). Immutable. */
export class FieldPath {
  private constructor(
    private readonly parent: FieldPath | undefined,
    private readonly text: string,
  ) {}

  static root(name: string, ...more: string[]): FieldPath {
    let path = new FieldPath(undefined, name);
    for (const part of more) path = path.child(part);
    return path;
  }

  /** The path of nothing in particular, printed `<nil>`. */
  static readonly nil = new FieldPath(undefined, '<nil>');

  child(name: string, ...more: string[]): FieldPath {
    let path = this === FieldPath.nil ? new FieldPath(undefined, name) : new FieldPath(this, `.${name}`);
    for (const part of more) path = path.child(part);
    return path;
  }

  index(index: number): FieldPath {
    return new FieldPath(this, `[${index}]`);
  }

  key(key: string): FieldPath {
    return new FieldPath(this, `[${key}]`);
  }

  toString(): string {
    return this.parent ? this.parent.toString() + this.text : this.text;
  }
}
