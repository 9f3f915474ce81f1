import { defineBench } from './bench-group.js';
import { measureEach } from './measure.js';

const CELLS = 2 ** 22;
const READS = 200_000;
const STEPS = 2_000_000;
const TIMES = 100;

/** Reads each of which says where the next one is, all over 16 MiB: what memory and the processor's caches take. */
function dependentReads(): () => void {
  const cells = Int32Array.from({ length: CELLS }, (_, i) => (Math.imul(i, 1_103_515_245) + 12_345) & (CELLS - 1));
  return () => {
    let at = 0;
    for (let i = 0; i < READS; i++) at = ((cells[at] ?? 0) + i) & (CELLS - 1);
    if (at < 0) throw new Error('never');
  };
}

/** Arithmetic that stays in registers: what the processor alone takes. */
function arithmetic(): void {
  let value = 0;
  for (let i = 0; i < STEPS; i++) value = (Math.imul(value, 31) + i) | 0;
  if (Number.isNaN(value)) throw new Error('never');
}

/** (0) The machine itself, for figures of two days to be held against each other. */
export const machineBench = defineBench({
  name: 'machine',
  run: () => [
    { what: '(0) the machine: 2,000,000 steps in registers', value: measureEach(arithmetic, TIMES) },
    { what: 'the machine: 200,000 dependent reads in 16 MiB', value: measureEach(dependentReads(), TIMES) },
  ],
});
