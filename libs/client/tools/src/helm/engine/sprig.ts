import { FunctionFailure, templateFunction, type Charge, type FunctionTable } from '@seatrial/template';
import { compareStrings, encodeBase64 } from '@seatrial/kernel';
import { versionFits, versionProblem } from '../chart/version-constraint.js';
import { semanticVersion } from './semantic-version.js';
import { sprigCrypto } from './sprig-crypto.js';
import { sprigKeys } from './sprig-keys.js';
import { SPRIG } from './sprig-rest.js';
import { sprigTime } from './sprig-time.js';

/** Where Sprig's functions have the time and chance from. */
export interface ClockAndChance {
  readonly now: () => number;
  /** Letters and digits from the replay's own randomness. */
  readonly random: (length: number, alphabet: string) => string;
  readonly charge: Charge;
}

/** What can be printed, from the blank to the tilde. */
const ASCII = String.fromCharCode(...Array.from({ length: 95 }, (_, at) => at + 32));

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
    randAscii: random(ASCII),
    randBytes: templateFunction(['int'], (length: bigint) => encodeBase64(options.random(Number(length), ASCII))),
    randInt: templateFunction(['int', 'int'], (from: bigint, to: bigint) => {
      if (to <= from) throw new FunctionFailure('invalid argument to Intn');
      return from + (BigInt(`0x${hex(14)}`) % (to - from));
    }),
    semver: templateFunction(['string'], semanticVersion),
    semverCompare: templateFunction(['string', 'string'], (constraint: string, version: string) => {
      const problem = versionProblem(constraint, version);
      if (problem !== undefined) throw new FunctionFailure(problem);
      return versionFits(constraint, version);
    }),
    shuffle: templateFunction(['string'], (text: string) => {
      const letters = Array.from(text);
      const keys = letters.map(() => hex(8));
      return letters
        .map((_, at) => at)
        .sort((a, b) => compareStrings(keys[a], keys[b]))
        .map((at) => letters[at])
        .join('');
    }),
    ...sprigCrypto(options.random, options.charge),
    ...sprigKeys(options.random),
    uuidv4: templateFunction([], () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`),
  };
}

/** Every function of Sprig. */
export const sprigFunctions = (options: ClockAndChance): FunctionTable => ({ ...SPRIG, ...clockAndChance(options) });
