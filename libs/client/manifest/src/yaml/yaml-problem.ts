/** A text that is not YAML, or not YAML that goyaml takes; ends the reading and becomes a value at the lib's edge. */
export class YamlProblem extends Error {
  override name = 'YamlProblem';
}

/** Where a problem lies; lines count from 0 as in goyaml's marks. */
export interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

/** A problem the scanner found, at the reader's place: goyaml counts such lines from 1, and omits the first. */
export function scannerProblem(problem: string, mark: Mark, context: Mark): YamlProblem {
  return located(problem, mark.line === 0 ? context.line : mark.line + 1);
}

/** A problem the parser found, at a token: goyaml names the line before it (counted from 1), or its context's. */
export function parserProblem(problem: string, mark: Mark, context?: Mark): YamlProblem {
  return located(problem, mark.line === 0 ? (context?.line ?? 0) : mark.line);
}

function located(problem: string, line: number): YamlProblem {
  return new YamlProblem(line === 0 ? problem : `line ${String(line)}: ${problem}`);
}
