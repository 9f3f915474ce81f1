import type { Environment } from '@marcbachmann/cel-js';
import { compareStrings } from '@seatrial/kernel';

const NUMBER = '(0|[1-9]\\d*)';
const PATTERN = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);

class Semver {
  constructor(
    readonly numbers: readonly bigint[],
    readonly prerelease: readonly string[],
  ) {}
}

/** `v1.2` as `1.2.0` (normalizeAndParse). */
function normalized(text: string): string {
  const [, core, rest] = /^v?([^-+]*)(.*)$/.exec(text) ?? ['', text, ''];
  const parts = core.split('.').map((part) => part.replace(/^0+(?=\d)/, ''));
  while (parts.length < 3) parts.push('0');
  return parts.join('.') + rest;
}

function parse(text: string, normalize = false): Semver | undefined {
  const match = PATTERN.exec(normalize ? normalized(text) : text);
  if (!match) return undefined;
  const prerelease = (match[4] as string | undefined)?.split('.') ?? [];
  return new Semver(match.slice(1, 4).map(BigInt), prerelease);
}

function mustParse(text: string, normalize = false): Semver {
  const version = parse(text, normalize);
  if (!version) throw new Error('No Major.Minor.Patch elements found');
  return version;
}

function comparePart(a: string, b: string): number {
  const [x, y] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (x && y) return Math.sign(Number(a) - Number(b));
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

/** Versions (k8s.io/apiserver/pkg/cel/library semverlib.go, version 1). */
export function registerSemverLibrary(env: Environment): void {
  env.registerType('Semver', Semver);
  env.registerFunction('isSemver(string): bool', (text: string) => parse(text) !== undefined);
  env.registerFunction(
    'isSemver(string, bool): bool',
    (text: string, normalize: boolean) => parse(text, normalize) !== undefined,
  );
  env.registerFunction('semver(string): Semver', (text: string) => mustParse(text));
  env.registerFunction('semver(string, bool): Semver', mustParse);
  env.registerFunction('Semver.major(): int', ({ numbers }: Semver) => numbers[0]);
  env.registerFunction('Semver.minor(): int', ({ numbers }: Semver) => numbers[1]);
  env.registerFunction('Semver.patch(): int', ({ numbers }: Semver) => numbers[2]);
  env.registerFunction('Semver.isGreaterThan(Semver): bool', (a: Semver, b: Semver) => compare(a, b) > 0);
  env.registerFunction('Semver.isLessThan(Semver): bool', (a: Semver, b: Semver) => compare(a, b) < 0);
  env.registerFunction('Semver.compareTo(Semver): int', (a: Semver, b: Semver) => BigInt(compare(a, b)));
}
