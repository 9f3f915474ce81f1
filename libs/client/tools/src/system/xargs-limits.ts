/** How xargs cuts its input, and what it says where options contradict each other. */
export interface XargsLimits {
  readonly words?: string;
  readonly lines?: string;
  readonly replace?: string;
  readonly warnings: readonly string[];
}

/** The names that a warning gives an option as the one before and as the one that wins. */
const NAMES = {
  words: ['--max-args', '--max-args/-n'],
  lines: ['--max-lines', '-L'],
  replace: ['--replace', '--replace/-I/-i'],
} as const;

type Limit = keyof typeof NAMES;

/** Options in the order given: of -n, -L and -I the last one wins (findutils 4.9 xargs.c); -n1 goes with -I. */
export function xargsLimits(order: readonly { readonly name: string; readonly value?: string }[]): XargsLimits {
  const limits: Partial<Record<Limit, string>> = {};
  const warnings: string[] = [];
  const set = (limit: Limit, value: string): void => {
    for (const other of ['words', 'lines', 'replace'] as const) {
      if (other === limit || limits[other] === undefined) continue;
      const before = NAMES[other][0];
      warnings.push(
        `warning: options ${before} and ${NAMES[limit][1]} are mutually exclusive, ignoring previous ${before} value`,
      );
      limits[other] = undefined;
    }
    limits[limit] = value;
  };
  for (const { name, value = '' } of order) {
    if (name === 'n' && !(value === '1' && limits.replace !== undefined)) set('words', value);
    else if (name === 'L') set('lines', value);
    else if (name === 'I') set('replace', value);
    else if (name === 'i') set('replace', '{}');
  }
  return { ...limits, warnings };
}
