import { fail, goPlain, goQuote, isJsonObject, ok, type GoNumbers, type Result } from '@seatrial/kernel';
import { StepLimitError, limitedSteps, type Charge } from '../step-budget.js';
import { builtinFunctions } from './builtins.js';
import { evaluateTemplate } from './evaluator.js';
import type { Environment, MissingKey } from './pipeline-evaluator.js';
import type { TemplateTree } from './node.js';
import { parseTemplate } from './parser.js';
import { TemplateProblem } from './template-problem.js';
import { FunctionFailure, TemplateStruct, templateFunction, type FunctionTable, type TemplateValue } from './value.js';

export interface TemplateOptions {
  /** Functions beside Go's predefined ones. */
  readonly functions?: FunctionTable;
  readonly missingKey?: MissingKey;
  readonly charge?: Charge;
  /** What the numbers of JSON values are. */
  readonly numbers?: GoNumbers;
}

/** A set of templates that can call each other (Go's text/template, as of Go 1.26). */
export class TemplateSet {
  private readonly templates: Map<string, TemplateTree>;
  private readonly environment: Environment;

  constructor(
    /** The root's name, which only errors show. */
    readonly name: string,
    options: TemplateOptions = {},
    base?: TemplateSet,
  ) {
    this.templates = new Map(base?.templates);
    this.environment = {
      templates: this.templates,
      functions: { ...builtinFunctions(options.numbers ?? 'float64'), ...options.functions },
      numbers: options.numbers ?? 'float64',
      missingKey: options.missingKey ?? 'default',
      charge: options.charge ?? limitedSteps(),
      depth: 0,
    };
  }

  /** Parses a text as the template of a name; what it defines joins the set. Throws TemplateProblem. */
  parse(name: string, text: string): void {
    const known = this.environment.functions;
    const isFunction = (called: string): boolean => called === 'and' || called === 'or' || Object.hasOwn(known, called);
    for (const tree of parseTemplate(name, text, isFunction)) {
      // An empty definition does not replace one with content.
      const blank = tree.nodes.every((node) => node.type === 'text' && node.text.trim() === '');
      if (blank && this.templates.has(tree.name)) continue;
      this.templates.set(tree.name, tree);
    }
  }

  has(name: string): boolean {
    return this.templates.has(name);
  }

  /** Runs a template of the set. Throws TemplateProblem. */
  execute(name: string, data: TemplateValue): string {
    const tree = this.templates.get(name);
    if (tree) return evaluateTemplate(tree, data, this.environment);
    throw new TemplateProblem(`template: no template ${goQuote(name)} associated with template ${goQuote(this.name)}`);
  }
}

/** Runs `use`; a template's problem becomes its message. */
export function templateResult<T>(use: () => T): Result<T, TemplateProblem> {
  try {
    return ok(use());
  } catch (problem) {
    if (problem instanceof TemplateProblem) return fail(problem);
    if (problem instanceof StepLimitError) return fail(new TemplateProblem(problem.message));
    throw problem;
  }
}

/** `exists MAP KEY…`, kubectl's own function: whether the path leads to something that is not nil. */
function exists(item: TemplateValue, ...keys: TemplateValue[]): boolean {
  let value = item;
  for (const key of keys) {
    if (Array.isArray(value) && typeof key === 'bigint') value = (value as TemplateValue[])[Number(key)];
    else if (isJsonObject(value) && !(value instanceof TemplateStruct) && typeof key === 'string')
      value = Object.hasOwn(value, key) ? value[key] : undefined;
    else return false;
  }
  return value !== null && value !== undefined;
}

/** A parsed `-o go-template`, with kubectl's functions and error texts (cli-runtime's GoTemplatePrinter v0.35). */
export class GoTemplate {
  private constructor(
    readonly template: string,
    private readonly set: TemplateSet,
  ) {}

  /** The error is Go's text (`template: output:1: unexpected "}" in operand`). */
  static parse(
    template: string,
    options: {
      readonly allowMissingKeys?: boolean;
      readonly decodeBase64: (text: string) => Result<string, string>;
      readonly charge?: Charge;
    },
  ): Result<GoTemplate, string> {
    const base64decode = templateFunction(['string'], (text: string) => {
      const decoded = options.decodeBase64(text);
      if (!decoded.ok) throw new FunctionFailure(`base64 decode failed: ${decoded.error}`);
      return decoded.value;
    });
    const set = new TemplateSet('output', {
      functions: { base64decode, exists: templateFunction(['any'], exists, 'any') },
      numbers: 'int64',
      missingKey: options.allowMissingKeys === false ? 'error' : 'default',
      ...(options.charge && { charge: options.charge }),
    });
    const parsed = templateResult(() => {
      set.parse('output', template);
    });
    return parsed.ok ? ok(new GoTemplate(template, set)) : fail(parsed.error.message);
  }

  /** What is printed; on failure also kubectl's explanation on standard output, and the error's text. */
  print(object: unknown): { readonly output: string; readonly error?: string } {
    const run = templateResult(() => this.set.execute('output', object));
    if (run.ok) return { output: run.value };
    const { message, output: written } = run.error;
    const output =
      `${written}Error executing template: ${message}. Printing more information for debugging the template:\n` +
      `\ttemplate was:\n\t\t${this.template}\n\traw data was:\n\t\t${JSON.stringify(object)}\n` +
      `\tobject given to template engine was:\n\t\t${goPlain(object)}\n\n`;
    return { output, error: `error executing template ${goQuote(this.template)}: ${message}` };
  }
}
