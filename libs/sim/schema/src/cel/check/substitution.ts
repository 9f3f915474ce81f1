import {
  DYN,
  isDyn,
  isDynOrError,
  listType,
  mapType,
  opaqueType,
  sameType,
  typeType,
  type CelType,
} from './cel-type.js';

/* Type inference (cel-go checker/types.go, mapping.go). */

const NULLABLE: ReadonlySet<string> = new Set(['opaque', 'object', 'duration', 'timestamp', 'dyn']);

function isEqualOrLessSpecific(a: CelType, b: CelType): boolean {
  if (isDyn(a) || a.kind === 'parameter') return true;
  if (isDyn(b) || b.kind === 'parameter') return false;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  if (a.kind === 'opaque' && (a.name !== b.name || a.parameters.length !== b.parameters.length)) return false;
  if (a.kind === 'opaque' || a.kind === 'list' || a.kind === 'map')
    return a.parameters.every((parameter, index) => isEqualOrLessSpecific(parameter, b.parameters[index]));
  return sameType(a, b);
}

export const mostGeneral = (a: CelType, b: CelType): CelType => (isEqualOrLessSpecific(a, b) ? a : b);

/** What type parameters stand for, with a journal to take back what did not fit. */
export class Substitution {
  private readonly known = new Map<string, CelType>();
  private readonly journal: (readonly [name: string, before: CelType | undefined])[] = [];

  add(parameter: CelType, type: CelType): void {
    this.journal.push([parameter.name, this.known.get(parameter.name)]);
    this.known.set(parameter.name, type);
  }

  private find(type: CelType): CelType | undefined {
    return type.kind === 'parameter' ? this.known.get(type.name) : undefined;
  }

  /** Whether values of one list of types can be given where the other is wanted; what was learnt stays. */
  assign(from: readonly CelType[], to: readonly CelType[]): boolean {
    const mark = this.journal.length;
    if (this.assignableList(from, to)) return true;
    for (const [name, before] of this.journal.splice(mark).reverse())
      if (before) this.known.set(name, before);
      else this.known.delete(name);
    return false;
  }

  private assignableList(a: readonly CelType[], b: readonly CelType[]): boolean {
    return a.length === b.length && a.every((type, index) => this.assignable(type, b[index]));
  }

  private assignable(a: CelType, b: CelType): boolean {
    if (b.kind === 'parameter') {
      const { valid, known } = this.validSubstitution(a, b);
      if (valid) return true;
      if (known) return false;
    }
    if (a.kind === 'parameter') return this.validSubstitution(b, a).valid;
    if (isDynOrError(a) || isDynOrError(b)) return true;
    if (a.kind === 'null') return b.kind === 'null' || NULLABLE.has(b.kind);
    if (b.kind === 'null') return NULLABLE.has(a.kind);
    switch (a.kind) {
      case 'type':
        return b.kind === 'type';
      case 'opaque':
      case 'list':
      case 'map':
        return a.kind === b.kind && a.name === b.name && this.assignableList(a.parameters, b.parameters);
      default:
        return a.kind === b.kind && a.name === b.name;
    }
  }

  private validSubstitution(type: CelType, parameter: CelType): { readonly valid: boolean; readonly known: boolean } {
    if (type.kind === parameter.kind && sameType(type, parameter)) return { valid: true, known: true };
    const known = this.find(parameter);
    if (known) {
      if (type.kind === known.kind && sameType(type, known)) return { valid: true, known: true };
      if (!this.assignable(type, known)) return { valid: false, known: true };
      const general = mostGeneral(type, known);
      if (this.notReferencedIn(parameter, general)) this.add(parameter, general);
      return { valid: true, known: true };
    }
    if (!this.notReferencedIn(parameter, type)) return { valid: false, known: false };
    this.add(parameter, type);
    return { valid: true, known: false };
  }

  private notReferencedIn(type: CelType, within: CelType): boolean {
    if (sameType(type, within)) return false;
    if (within.kind === 'parameter') {
      const known = this.find(within);
      return !known || this.notReferencedIn(type, known);
    }
    return within.parameters.every((parameter) => this.notReferencedIn(type, parameter));
  }

  /** A type with its parameters put in; those that nothing is known of become dyn when `toDyn`. */
  apply(type: CelType, toDyn: boolean): CelType {
    const known = this.find(type);
    if (known) return this.apply(known, toDyn);
    if (type.kind === 'parameter') return toDyn ? DYN : type;
    if (type.parameters.length === 0) return type;
    const parameters = type.parameters.map((parameter) => this.apply(parameter, toDyn));
    if (parameters.every((parameter, index) => parameter === type.parameters[index])) return type;
    switch (type.kind) {
      case 'list':
        return listType(parameters[0]);
      case 'map':
        return mapType(parameters[0], parameters[1]);
      case 'type':
        return typeType(...parameters);
      default:
        return opaqueType(type.name, ...parameters);
    }
  }
}
