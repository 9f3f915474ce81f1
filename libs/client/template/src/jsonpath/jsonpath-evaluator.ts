import { compareStrings, encodeUtf8, goPlain, isJsonObject } from '@seatrial/kernel';
import { goTypeName } from '../go-format/go-value.js';
import type { Charge } from '../step-budget.js';
import { compareValues } from './jsonpath-comparison.js';
import type { JsonPathNode } from './jsonpath-node.js';

/** A path that fails on this object. */
export class JsonPathProblem extends Error {
  override name = 'JsonPathProblem';
}

type Values = readonly unknown[];

/** What `FindResults(nil)` walks: a place without a value. */
const NOTHING = Symbol('nothing');

/** Go's maps have no order; here members come by name. */
const membersOf = (object: Readonly<Record<string, unknown>>): unknown[] =>
  Object.keys(object)
    .sort(compareStrings)
    .map((key) => object[key]);

/**
 * Evaluates a parsed template as client-go's JSONPath v0.35: each action gives a list of values. Keeps the state of
 * `range` and `end` between actions (and, like the original, between calls).
 */
export class JsonPathEvaluator {
  private beginRange = 0;
  private inRange = 0;
  private endRange = 0;
  private lastEnd = -1;
  private first = 0;

  constructor(
    private readonly nodes: readonly JsonPathNode[],
    private readonly allowMissingKeys: boolean,
    private readonly charge: Charge,
  ) {}

  find(data: unknown): Values[] {
    const results: Values[] = [];
    for (let i = this.first; i < this.nodes.length; i++) {
      const found = this.walk([data], this.nodes[i]);
      if (this.endRange > 0 && this.endRange <= this.inRange) {
        this.endRange--;
        this.lastEnd = i;
        break;
      }
      if (this.beginRange > 0) {
        this.beginRange--;
        this.inRange++;
        for (const value of found.length > 0 ? found : [NOTHING]) {
          this.first = i + 1;
          const inner = this.find(value);
          if (found.length > 0) for (const values of inner) results.push(values);
        }
        this.inRange--;
        // Goes on after the range's end, where there is one.
        if (this.lastEnd > i) i = this.lastEnd;
        continue;
      }
      results.push(found);
    }
    return results;
  }

  private walk(values: Values, node: JsonPathNode): Values {
    this.charge(values.length + 1);
    switch (node.type) {
      case 'list':
        return node.nodes.reduce((current: Values, inner) => this.walk(current, inner), values);
      case 'text':
        return [node.text];
      case 'literal':
        return values.map(() => node.value);
      case 'field':
        return this.field(values, node.name);
      case 'array':
        return this.array(values, node);
      case 'filter':
        return this.filter(values, node);
      case 'wildcard':
        return values.flatMap((value) => this.children(value));
      case 'recursive':
        return this.descend(values);
      case 'union':
        return node.nodes.flatMap((inner) => this.walk(values, inner));
      case 'identifier':
        return this.identifier(values, node.name);
    }
  }

  private identifier(values: Values, name: string): Values {
    if (name === 'range') {
      this.beginRange++;
      return values;
    }
    if (name !== 'end') throw new JsonPathProblem(`unrecognized identifier ${name}`);
    if (this.inRange === 0) throw new JsonPathProblem('not in range, nothing to end');
    this.endRange++;
    return [];
  }

  private field(values: Values, name: string): Values {
    if (values.length === 0) return [];
    const found: unknown[] = [];
    for (const value of values)
      if (isJsonObject(value) && Object.hasOwn(value, name) && value[name] !== undefined) found.push(value[name]);
    if (found.length === 0 && !this.allowMissingKeys) throw new JsonPathProblem(`${name} is not found`);
    return found;
  }

  private array(values: Values, node: Extract<JsonPathNode, { type: 'array' }>): Values {
    const result: unknown[] = [];
    for (const value of values) {
      if (value === null || value === NOTHING) continue;
      if (!Array.isArray(value)) throw new JsonPathProblem(`${goTypeName(value)} is not array or slice`);
      const range = sliceOf(node.parameters, value.length);
      // As in the original, an empty slice ends the whole action.
      if (!range) return result;
      for (let i = range.start; i < range.end; i += range.step) result.push(value[i]);
      this.charge(range.end - range.start);
    }
    return result;
  }

  private filter(values: Values, node: Extract<JsonPathNode, { type: 'filter' }>): Values {
    const results: unknown[] = [];
    for (const value of values) {
      if (!Array.isArray(value)) {
        const text = value === NOTHING ? '<invalid reflect.Value>' : goPlain(value);
        throw new JsonPathProblem(`${text} is not array or slice and cannot be filtered`);
      }
      for (const item of value as unknown[]) if (this.passes(item, node)) results.push(item);
    }
    return results;
  }

  private passes(item: unknown, node: Extract<JsonPathNode, { type: 'filter' }>): boolean {
    if (node.operator === 'exists') return this.exists(item, node.left);
    const left = this.single(item, node.left);
    if (!left) return false;
    const right = this.single(item, node.right);
    if (!right) return false;
    const comparison = compareValues(node.operator, left[0], right[0]);
    if (typeof comparison !== 'boolean') throw new JsonPathProblem(comparison.problem);
    return comparison;
  }

  /** A filter without a comparison takes an error for absence. */
  private exists(item: unknown, node: JsonPathNode): boolean {
    try {
      return this.walk([item], node).length > 0;
    } catch (problem) {
      if (problem instanceof JsonPathProblem) return false;
      throw problem;
    }
  }

  private single(item: unknown, node: JsonPathNode): Values | undefined {
    const found = this.walk([item], node);
    if (found.length > 1) throw new JsonPathProblem('can only compare one element at a time');
    return found.length === 0 ? undefined : found;
  }

  private children(value: unknown): readonly unknown[] {
    if (Array.isArray(value)) return value as unknown[];
    if (isJsonObject(value)) return membersOf(value);
    // A string's elements are its bytes.
    return typeof value === 'string' ? Array.from(encodeUtf8(value)) : [];
  }

  private descend(values: Values): Values {
    const result: unknown[] = [];
    const visit = (items: Values): void => {
      for (const item of items) {
        this.charge(1);
        const children = typeof item === 'string' ? [] : this.children(item);
        // A text has elements as well, but these have none.
        if (children.length > 0 || (typeof item === 'string' && item !== '')) result.push(item);
        visit(children);
      }
    };
    visit(values);
    return result;
  }
}

function sliceOf(
  [first, second, third]: Extract<JsonPathNode, { type: 'array' }>['parameters'],
  length: number,
): { start: number; end: number; step: number } | undefined {
  let start = first.known ? first.value : 0;
  if (start < 0) start += length;
  let end = second.known ? second.value : length;
  if (end < 0 || (end === 0 && second.derived)) end += length;
  if (start === end) return undefined;
  const outOfBounds = (index: number): JsonPathProblem =>
    new JsonPathProblem(`array index out of bounds: index ${String(index)}, length ${String(length)}`);
  if (start >= length || start < 0) throw outOfBounds(start);
  if (end > length || end < 0) throw outOfBounds(end - 1);
  if (start > end)
    throw new JsonPathProblem(`starting index ${String(start)} is greater than ending index ${String(end)}`);
  if (third.known && third.value <= 0) throw new JsonPathProblem('step must be > 0');
  return { start, end, step: third.known ? third.value : 1 };
}
