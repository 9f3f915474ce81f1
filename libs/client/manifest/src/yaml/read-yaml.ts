import { fail, ok, type JsonValue, type Result } from '@seatrial/kernel';
import { JsonProblem, decodeDocument } from './decode.js';
import { parseDocument } from './parser.js';
import { YamlProblem } from './yaml-problem.js';

/** How to read: `strict` refuses a key that is given twice in a mapping (UnmarshalStrict). */
export interface YamlOptions {
  readonly strict?: boolean;
  /** Members keep their order, and YAML 1.1's other words for true and false are text (goyaml v3). */
  readonly ordered?: boolean;
  /** Errors name the line where what was being read began (goyaml v3), not the one where it broke (v2). */
  readonly contextLines?: boolean;
}

/**
 * The first document of a text as JSON, as sigs.k8s.io/yaml v1.6 `YAMLToJSON` reads it (goyaml v2: YAML 1.1 booleans
 * and octals, merge keys). An empty text is null. The error is its text, mostly `yaml: line N: …`.
 */
export function yamlToJson(text: string, options: YamlOptions = {}): Result<JsonValue, string> {
  try {
    const node = parseDocument(text);
    return ok(node === undefined ? null : decodeDocument(node, options.strict, options.ordered));
  } catch (problem) {
    if (problem instanceof YamlProblem)
      return fail(`yaml: ${options.contextLines ? problem.contextual : problem.message}`);
    if (problem instanceof JsonProblem) return fail(problem.message);
    throw problem;
  }
}
