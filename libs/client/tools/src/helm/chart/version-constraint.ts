/** A semantic version; `dirty` parts of a constraint's were left out or are wildcards. */
interface Version {
  readonly numbers: readonly [major: number, minor: number, patch: number];
  readonly prerelease: string;
  readonly minorDirty: boolean;
  readonly patchDirty: boolean;
}

const VERSION = /^v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
const isWild = (part: string | undefined): boolean => part === undefined || /^[xX*]$/.test(part);

function parse(text: string): Version | undefined {
  const found = VERSION.exec(text.trim());
  if (!found) return undefined;
  const [, major, minor, patch, prerelease = ''] = found;
  const number = (part: string | undefined): number => (isWild(part) ? 0 : Number(part));
  return {
    numbers: [number(major), number(minor), number(patch)],
    prerelease,
    minorDirty: isWild(major) || isWild(minor),
    patchDirty: isWild(major) || isWild(minor) || isWild(patch),
  };
}

function comparePart(a: string, b: string): number {
  const [left, right] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (left && right) return Number(a) - Number(b);
  if (left !== right) return left ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function comparePrerelease(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '' || b === '') return a === '' ? 1 : -1;
  const [left, right] = [a.split('.'), b.split('.')];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = comparePart(left[index], right[index]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compare(a: Version, b: Version): number {
  for (let index = 0; index < 3; index++)
    if (a.numbers[index] !== b.numbers[index]) return a.numbers[index] - b.numbers[index];
  return comparePrerelease(a.prerelease, b.prerelease);
}

/** The order of two versions; what is none comes first. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  return left && right ? compare(left, right) : Number(left !== undefined) - Number(right !== undefined);
}

function tilde(given: Version, wanted: Version): boolean {
  if (compare(given, wanted) < 0) return false;
  if (wanted.numbers.every((part) => part === 0) && !wanted.minorDirty && !wanted.patchDirty) return true;
  if (given.numbers[0] !== wanted.numbers[0]) return wanted.minorDirty && wanted.numbers[0] === 0;
  return wanted.minorDirty || given.numbers[1] === wanted.numbers[1];
}

function caret(given: Version, wanted: Version): boolean {
  const [major, minor, patch] = given.numbers;
  const [least, lessMinor, lessPatch] = wanted.numbers;
  if (compare(given, wanted) < 0) return false;
  if (least > 0 || wanted.minorDirty) return major === least;
  if (major > 0) return false;
  if (lessMinor > 0 || wanted.patchDirty) return minor === lessMinor;
  return minor === 0 && patch === lessPatch;
}

function greater(given: Version, wanted: Version): boolean {
  if (!wanted.patchDirty) return compare(given, wanted) > 0;
  const [major, minor] = given.numbers;
  if (major !== wanted.numbers[0]) return major > wanted.numbers[0];
  return !wanted.minorDirty && minor > wanted.numbers[1];
}

function atMost(given: Version, wanted: Version): boolean {
  if (!wanted.patchDirty) return compare(given, wanted) <= 0;
  const [major, minor] = given.numbers;
  if (major > wanted.numbers[0]) return false;
  return !(major === wanted.numbers[0] && minor > wanted.numbers[1] && !wanted.minorDirty);
}

function differs(given: Version, wanted: Version): boolean {
  if (!wanted.patchDirty) return compare(given, wanted) !== 0;
  if (given.numbers[0] !== wanted.numbers[0]) return true;
  return !wanted.minorDirty && given.numbers[1] !== wanted.numbers[1];
}

function holds(operator: string, given: Version, wanted: Version, any: boolean): boolean {
  if (given.prerelease !== '' && wanted.prerelease === '') return false;
  switch (operator) {
    case '>':
      return greater(given, wanted);
    case '>=':
    case '=>':
      return compare(given, wanted) >= 0;
    case '<':
      return compare(given, wanted) < 0;
    case '<=':
    case '=<':
      return atMost(given, wanted);
    case '!=':
      return differs(given, wanted);
    case '^':
      return caret(given, wanted);
    case '~':
    case '~>':
      return tilde(given, wanted);
    default:
      return any || (wanted.patchDirty ? tilde(given, wanted) : compare(given, wanted) === 0);
  }
}

const TERM = /([<>=!~^]*)\s*(v?[\dxX*][\w.*+-]*)/g;

/** The terms of each alternative; undefined for what is no constraint. */
function termsOf(constraint: string): RegExpMatchArray[][] | undefined {
  const alternatives = constraint.split('||').map((alternative) => {
    const range = alternative.replace(/(\S+)\s+-\s+(\S+)/g, '>=$1 <=$2');
    return range.replace(TERM, '').replace(/[\s,]/g, '') === '' ? [...range.matchAll(TERM)] : undefined;
  });
  return alternatives.every((terms) => terms !== undefined) ? alternatives : undefined;
}

/** Why Masterminds/semver refuses a constraint or a version; undefined where it does not. */
export function versionProblem(constraint: string, given: string): string | undefined {
  if (
    !termsOf(constraint)
      ?.flat()
      .every(([, , text]) => parse(text))
  )
    return `improper constraint: ${constraint}`;
  return parse(given) && !/[xX*]/.test(given.split(/[-+]/)[0]) ? undefined : 'invalid semantic version';
}

/**
 * Whether a version meets a constraint (github.com/Masterminds/semver v3): terms that all must hold, `||` between
 * alternatives, `a - b` for a range, wildcards and missing parts for anything. A prerelease meets only terms with one.
 */
export function versionFits(constraint: string, given: string): boolean {
  const version = parse(given);
  if (!version) return false;
  return (termsOf(constraint) ?? []).some((terms) =>
    terms.every(([, operator, text]) => {
      const wanted = parse(text);
      return wanted !== undefined && holds(operator, version, wanted, isWild(text.split('.')[0]));
    }),
  );
}
