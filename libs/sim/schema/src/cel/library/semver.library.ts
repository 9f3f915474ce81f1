import { compareStrings, goQuote } from '@seatrial/kernel';
import { CelError, CelNative } from '../evaluate/values.js';
import { implement, type CelLibrary } from './cel-library.js';

/* Versions (k8s.io/apiserver/pkg/cel/library semverlib.go version 1, github.com/blang/semver/v4). */

class Semver extends CelNative {
  readonly typeName = 'kubernetes.Semver';
  constructor(
    readonly numbers: readonly bigint[],
    readonly prerelease: readonly string[],
    readonly build: string,
  ) {
    super();
  }
  equals(other: CelNative): boolean {
    return other instanceof Semver && compare(this, other) === 0;
  }
  toString(): string {
    const prerelease = this.prerelease.length > 0 ? `-${this.prerelease.join('.')}` : '';
    return `${this.numbers.join('.')}${prerelease}${this.build}`;
  }
}

const NAMES = ['Major', 'Minor', 'Patch'];
const IDENTIFIER = /^[0-9A-Za-z-]+$/;
const MAX_NUMBER = 2n ** 64n - 1n;

function numberProblem(name: string, text: string): string | undefined {
  if (!/^\d*$/.test(text)) return `Invalid character(s) found in ${name.toLowerCase()} number ${goQuote(text)}`;
  if (text.length > 1 && text.startsWith('0')) return `${name} number must not contain leading zeroes ${goQuote(text)}`;
  if (text === '') return 'strconv.ParseUint: parsing "": invalid syntax';
  return BigInt(text) > MAX_NUMBER ? `strconv.ParseUint: parsing ${goQuote(text)}: value out of range` : undefined;
}

function prereleaseProblem(part: string): string | undefined {
  if (part === '') return 'Prerelease is empty';
  if (/^\d+$/.test(part))
    return part.length > 1 && part.startsWith('0')
      ? `Numeric PreRelease version must not contain leading zeroes ${goQuote(part)}`
      : undefined;
  return IDENTIFIER.test(part) ? undefined : `Invalid character(s) found in prerelease ${goQuote(part)}`;
}

function buildProblem(part: string): string | undefined {
  if (part === '') return 'Build meta data is empty';
  return IDENTIFIER.test(part) ? undefined : `Invalid character(s) found in build meta data ${goQuote(part)}`;
}

/** semver.Parse. */
function parse(text: string): Semver | string {
  if (text === '') return 'Version string empty';
  const first = text.indexOf('.');
  const second = first < 0 ? -1 : text.indexOf('.', first + 1);
  if (second < 0) return 'No Major.Minor.Patch elements found';
  const last = text.slice(second + 1);
  const plus = last.indexOf('+');
  const build = plus < 0 ? undefined : last.slice(plus + 1).split('.');
  const core = plus < 0 ? last : last.slice(0, plus);
  const dash = core.indexOf('-');
  const prerelease = dash < 0 ? undefined : core.slice(dash + 1).split('.');
  const numbers = [text.slice(0, first), text.slice(first + 1, second), dash < 0 ? core : core.slice(0, dash)];
  const problem =
    numbers.map((number, index) => numberProblem(NAMES[index], number)).find((found) => found !== undefined) ??
    prerelease?.map(prereleaseProblem).find((found) => found !== undefined) ??
    build?.map(buildProblem).find((found) => found !== undefined);
  return problem ?? new Semver(numbers.map(BigInt), prerelease ?? [], build ? `+${build.join('.')}` : '');
}

/** `v1.2` as `1.2.0` (normalizeAndParse). */
function parseLeniently(text: string): Semver | string {
  const [major, minor, ...rest] = text.replace(/^v/, '').split('.');
  const parts = [major, ...(minor === undefined ? [] : [minor]), ...(rest.length > 0 ? [rest.join('.')] : [])];
  const trimmed = parts.map((part) => {
    if (part.length <= 1) return part;
    const bare = part.replace(/^0+/, '');
    return /^\d/.test(bare) ? bare : `0${bare}`;
  });
  if (trimmed.length < 3 && /[+-]/.test(trimmed[trimmed.length - 1]))
    return 'short version cannot contain PreRelease/Build meta data';
  while (trimmed.length < 3) trimmed.push('0');
  return parse(trimmed.join('.'));
}

const read = (text: string, normalize: boolean): Semver | CelError => {
  const version = normalize ? parseLeniently(text) : parse(text);
  return typeof version === 'string' ? new CelError(version) : version;
};

function comparePart(a: string, b: string): number {
  const [x, y] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (x && y) return BigInt(a) === BigInt(b) ? 0 : BigInt(a) < BigInt(b) ? -1 : 1;
  return x === y ? compareStrings(a, b) : x ? -1 : 1;
}

function compare(a: Semver, b: Semver): number {
  for (let i = 0; i < 3; i++) if (a.numbers[i] !== b.numbers[i]) return a.numbers[i] < b.numbers[i] ? -1 : 1;
  if (a.prerelease.length === 0 || b.prerelease.length === 0)
    return Math.sign(b.prerelease.length - a.prerelease.length);
  for (let i = 0; i < Math.min(a.prerelease.length, b.prerelease.length); i++) {
    const order = comparePart(a.prerelease[i], b.prerelease[i]);
    if (order !== 0) return order;
  }
  return Math.sign(a.prerelease.length - b.prerelease.length);
}

export const semverLibrary: CelLibrary = {
  is_semver_string: implement((text: string) => read(text, false) instanceof Semver),
  is_semver_string_bool: implement((text: string, normalize: boolean) => read(text, normalize) instanceof Semver),
  semver_compare_to: implement((a: Semver, b: Semver) => BigInt(compare(a, b))),
  semver_is_greater_than: implement((a: Semver, b: Semver) => compare(a, b) > 0),
  semver_is_less_than: implement((a: Semver, b: Semver) => compare(a, b) < 0),
  semver_major: implement(({ numbers }: Semver) => numbers[0]),
  semver_minor: implement(({ numbers }: Semver) => numbers[1]),
  semver_patch: implement(({ numbers }: Semver) => numbers[2]),
  string_bool_to_semver: implement(read),
  string_to_semver: implement((text: string) => read(text, false)),
};
