/** A text that is not YAML, or not YAML that goyaml takes; ends the reading and becomes a value at the lib's edge. */
export class YamlProblem extends Error {
  override name = 'YamlProblem';

  /** `contextual`: the text as goyaml v3 has it, which names the line of what was being read. */
  constructor(
    message: string,
    readonly contextual = message,
  ) {
    super(message);
  }
}

/** Where a problem lies; lines count from 0 as in goyaml's marks. */
export interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

/** A problem the scanner found, at the reader's place: goyaml counts such lines from 1, and omits the first. */
export function scannerProblem(problem: string, mark: Mark, context: Mark): YamlProblem {
  return located(
    problem,
    mark.line === 0 ? context.line : mark.line + 1,
    context.line !== 0 ? context.line + 1 : mark.line === 0 ? 0 : mark.line + 1,
  );
}

/** A problem the parser found, at a token: goyaml names the line before it (counted from 1), or its context's. */
export function parserProblem(problem: string, mark: Mark, context?: Mark): YamlProblem {
  const around = context?.line ?? 0;
  return located(problem, mark.line || around, around || mark.line);
}

function located(problem: string, line: number, contextLine: number): YamlProblem {
  const at = (n: number): string => (n === 0 ? problem : `line ${String(n)}: ${problem}`);
  return new YamlProblem(at(line), at(contextLine));
}
