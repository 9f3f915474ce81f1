import type { Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';

/** Larger numbers take longer to factor than a session lasts. */
const MOST_TRIALS = 2_000_000;

/** The arguments, or the words of standard input. */
function* wordsOf(tool: Tool, operands: readonly string[]): Coroutine<readonly string[]> {
  return operands.length > 0 ? operands : (yield* tool.readStdin()).split(/\s+/).filter((word) => word !== '');
}

function primeFactors(tool: Tool, number: bigint): bigint[] {
  const factors: bigint[] = [];
  let rest = number;
  let trials = 0;
  for (let by = 2n; by * by <= rest; by += by === 2n ? 1n : 2n) {
    if ((++trials & 1023) === 0) tool.charge(1024);
    if (trials > MOST_TRIALS) tool.charge(Number.MAX_SAFE_INTEGER);
    for (; rest % by === 0n; rest /= by) factors.push(by);
  }
  return rest > 1n ? [...factors, rest] : factors;
}

/** factor(1) of coreutils. */
export const factor = defineCommand({
  name: 'factor',
  program: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('-h --exponents');
    let status = 0;
    for (const word of yield* wordsOf(tool, operands)) {
      if (!/^\+?\d+$/.test(word)) {
        yield* tool.complain(`${tool.quote(word)} is not a valid positive integer`);
        status = 1;
        continue;
      }
      const number = BigInt(word.replace('+', ''));
      yield* tool.out(`${[`${String(number)}:`, ...primeFactors(tool, number)].join(' ')}\n`);
    }
    return status;
  }),
});

const LETTERS = ['', 'K', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

/** A number with a unit, rounded away from zero; one decimal below ten. */
function withUnit(value: number, base: number, binaryMark: string): string {
  let power = 0;
  let rest = Math.abs(value);
  while (rest >= base && power < LETTERS.length - 1) {
    rest /= base;
    power++;
  }
  const away = (number: number): number => Math.ceil(Number(number.toFixed(9)));
  let shown = power === 0 ? String(rest) : rest < 10 ? (away(rest * 10) / 10).toFixed(1) : String(away(rest));
  if (shown === '10.0') shown = '10';
  if (power > 0 && Number(shown) >= base && power < LETTERS.length - 1) {
    shown = '1.0';
    power++;
  }
  const letter = base === 1000 && power === 1 ? 'K' : LETTERS[power];
  return `${value < 0 ? '-' : ''}${shown}${letter}${power > 0 ? binaryMark : ''}`;
}

function parseNumber(text: string, from: string): number | undefined {
  const found = /^(-?\d+(?:\.\d+)?)([KMGTPEZY]?)(i?)$/.exec(text);
  if (
    !found ||
    (found[2] !== '' && from === '') ||
    (from === 'iec-i') !== (found[3] === 'i' || (from === 'iec-i' && found[2] === ''))
  )
    return undefined;
  const base = from === 'si' || (from === 'auto' && found[3] === '') ? 1000 : 1024;
  return Number(found[1]) * base ** LETTERS.indexOf(found[2]);
}

/** numfmt(1) of coreutils: the units of `--from` and `--to`, `--suffix`, `--padding`. */
export const numfmt = defineCommand({
  name: 'numfmt',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { values, operands } = yield* tool.options(
      '--from=, --to=, --suffix=, --padding=, --field=, -d --delimiter=, --header=?, --round=, --format=, --grouping, --invalid=, --from-unit=, --to-unit=',
    );
    const setting = (name: string): string => values.get(name)?.at(-1) ?? '';
    const [from, to] = [setting('from'), setting('to')];
    for (const word of yield* wordsOf(tool, operands)) {
      const number = parseNumber(word.replace(setting('suffix'), ''), from);
      if (number === undefined) {
        const unit = /^-?\d/.test(word) ? 'invalid suffix in input' : 'invalid number';
        return yield* tool.die(`${unit}: ${tool.quote(word)}`, 2);
      }
      const text = to === '' ? String(number) : withUnit(number, to === 'si' ? 1000 : 1024, to === 'iec-i' ? 'i' : '');
      yield* tool.out(`${(text + setting('suffix')).padStart(Number(setting('padding')) || 0)}\n`);
    }
    return 0;
  }),
});
