import { compareStrings, goQuote, isJsonObject } from '@seatrial/kernel';
import { templateCallText, type BranchNode, type PipeNode, type TemplateNode, type TemplateTree } from './node.js';
import { PipelineEvaluator, type Environment } from './pipeline-evaluator.js';
import { TemplateProblem } from './template-problem.js';
import { TemplateStruct, isTrue, printed, type TemplateValue } from './value.js';

/** Templates that call each other without end stop here (Go allows 100000, JavaScript's stack does not). */
const MAX_DEPTH = 250;

type Control = 'break' | 'continue' | undefined;

/** Runs a template on data. Throws {@link TemplateProblem}. */
export function evaluateTemplate(tree: TemplateTree, data: TemplateValue, environment: Environment): string {
  if (environment.depth >= MAX_DEPTH)
    throw new TemplateProblem(`template: ${tree.source}: exceeded maximum template depth (100000)`);
  environment.depth++;
  const evaluator = new Evaluator(tree, data, environment);
  try {
    return evaluator.run();
  } catch (problem) {
    if (problem instanceof TemplateProblem) problem.output = evaluator.written() + problem.output;
    throw problem;
  } finally {
    environment.depth--;
  }
}

/** Walks a template's nodes. */
class Evaluator extends PipelineEvaluator {
  private readonly output: string[] = [];

  /** What is printed so far. */
  written(): string {
    return this.output.join('');
  }

  run(): string {
    this.walkList(this.data, this.tree.nodes);
    return this.written();
  }

  private write(text: string): void {
    this.environment.charge(1 + (text.length >> 6));
    this.output.push(text);
  }

  private walkList(dot: TemplateValue, nodes: readonly TemplateNode[]): Control {
    for (const node of nodes) {
      const control = this.walk(dot, node);
      if (control) return control;
    }
    return undefined;
  }

  private walk(dot: TemplateValue, node: TemplateNode): Control {
    this.environment.charge(1);
    switch (node.type) {
      case 'text':
        this.write(node.text);
        return undefined;
      case 'action': {
        const value = this.pipeline(dot, node.pipe);
        if (node.pipe.variables.length === 0) this.write(printed(value, this.environment.numbers));
        return undefined;
      }
      case 'template':
        this.callTemplate(dot, node);
        return undefined;
      case 'break':
      case 'continue':
        return node.type;
      default:
        return this.branch(dot, node);
    }
  }

  private callTemplate(dot: TemplateValue, node: Extract<TemplateNode, { type: 'template' }>): void {
    const text = templateCallText(node.name, node.pipe);
    this.at = { type: 'template', position: node.position, text };
    const tree = this.environment.templates.get(node.name);
    if (!tree) this.fail(`template ${goQuote(node.name)} not defined`);
    const data = node.pipe ? this.pipeline(dot, node.pipe) : undefined;
    this.write(evaluateTemplate(tree, data, this.environment));
  }

  private branch(dot: TemplateValue, node: BranchNode): Control {
    const scope = this.variables.length;
    let control: Control;
    if (node.type === 'range') control = this.range(dot, node);
    else {
      const value = this.pipeline(dot, node.pipe);
      if (isTrue(value))
        control = node.type === 'with' ? this.within(value, false, node.list) : this.walkList(dot, node.list);
      else if (node.otherwise) control = this.walkList(dot, node.otherwise);
    }
    this.variables.length = scope;
    return control;
  }

  /** Walks a body whose dot is a value of its own. */
  private within(dot: TemplateValue, isElement: boolean, nodes: readonly TemplateNode[]): Control {
    const outer = this.dotIsElement;
    this.dotIsElement = isElement;
    const control = this.walkList(dot, nodes);
    this.dotIsElement = outer;
    return control;
  }

  private range(dot: TemplateValue, node: BranchNode): Control {
    const value = this.pipeline(dot, node.pipe, false);
    const entries = this.entriesOf(value, node.pipe);
    if (entries.length === 0) return node.otherwise ? this.walkList(dot, node.otherwise) : undefined;
    const { variables, assign } = node.pipe;
    const scope = this.variables.length;
    for (const [key, item] of entries) {
      this.environment.charge(1);
      if (variables.length === 2) this.bind(variables[0], key, assign);
      if (variables.length > 0) this.bind(variables[variables.length - 1], item, assign, true);
      const control = this.within(item, true, node.list);
      this.variables.length = scope;
      if (control === 'break') break;
    }
    return undefined;
  }

  private entriesOf(given: TemplateValue, pipe: PipeNode): (readonly [TemplateValue, TemplateValue])[] {
    const value = given instanceof TemplateStruct ? (given.entries ?? given) : given;
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return value.map((item: TemplateValue, i) => [BigInt(i), item] as const);
    if (typeof value === 'bigint' || (this.environment.numbers === 'int64' && Number.isSafeInteger(value))) {
      const count = Number(value);
      if (pipe.variables.length > 1) this.fail(`can't use ${String(count)} to iterate over more than one variable`);
      this.environment.charge(Math.max(0, count));
      return Array.from({ length: Math.max(0, count) }, (_, i) => [undefined, BigInt(i)] as const);
    }
    if (isJsonObject(value) && !(value instanceof TemplateStruct))
      return Object.keys(value)
        .filter((key) => value[key] !== undefined)
        .sort(compareStrings)
        .map((key) => [key, value[key]] as const);
    // Where the pipeline was last looked at, which is its last operand.
    this.fail(`range can't iterate over ${printed(value, this.environment.numbers)}`);
  }
}
