import { FunctionFailure, templateFunction, type FunctionTable } from '@seatrial/template';
import { versionFits } from '../chart/version-constraint.js';
import { SPRIG } from './sprig-rest.js';
import { sprigTime } from './sprig-time.js';

/** Where Sprig's functions have the time and chance from. */
export interface ClockAndChance {
  readonly now: () => number;
  /** Letters and digits from the replay's own randomness. */
  readonly random: (length: number, alphabet: string) => string;
}

/** What Masterminds/semver's NewVersion reads. */
const SEMANTIC_VERSION = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/;

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function clockAndChance(options: ClockAndChance): FunctionTable {
  const random = (alphabet: string) =>
    templateFunction(['int'], (length: bigint) => options.random(Math.min(Number(length), 10_000), alphabet));
  const hex = (length: number): string => options.random(length, '0123456789abcdef');
  return {
    getHostByName: templateFunction(['string'], () => ''),
    ...sprigTime(options.now),
    randAlpha: random(LETTERS),
    randAlphaNum: random(`${LETTERS}0123456789`),
    randNumeric: random('0123456789'),
    semver: templateFunction(['string'], (text: string) => {
      const version = SEMANTIC_VERSION.exec(text);
      if (!version) throw new FunctionFailure('invalid semantic version');
      const [Major, Minor, Patch] = [1, 2, 3].map((part) => BigInt(version[part] ?? 0));
      const [, , , , Prerelease = '', Metadata = ''] = version;
      const suffix = (Prerelease && `-${Prerelease}`) + (Metadata && `+${Metadata}`);
      const String = `${Major}.${Minor}.${Patch}${suffix}`;
      return { Major, Minor, Patch, Prerelease, Metadata, Original: text, String };
    }),
    semverCompare: templateFunction(['string', 'string'], versionFits),
    uuidv4: templateFunction([], () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`),
  };
}

/** Every function of Sprig. */
export const sprigFunctions = (options: ClockAndChance): FunctionTable => ({ ...SPRIG, ...clockAndChance(options) });
