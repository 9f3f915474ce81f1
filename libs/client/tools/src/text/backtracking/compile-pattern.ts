import type { AssertionKind, PatternNode } from './pattern-node.js';

/** A step of the matcher. Targets are indexes of steps. */
export type Step =
  | { readonly op: 'character'; readonly test: (char: string) => boolean }
  /** Goes on at `first`, and at `second` when that fails. */
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'save'; readonly slot: number }
  /** Remembers the place, so that a round of a loop that matches nothing is its last. */
  | { readonly op: 'mark'; readonly slot: number }
  | { readonly op: 'progress'; readonly slot: number }
  | { readonly op: 'assertion'; readonly kind: AssertionKind }
  | { readonly op: 'back-reference'; readonly index: number }
  | { readonly op: 'look'; readonly behind: boolean; readonly negative: boolean; readonly program: readonly Step[] }
  | { readonly op: 'atomic'; readonly program: readonly Step[] }
  | { readonly op: 'match' };

export interface PatternProgram {
  readonly steps: readonly Step[];
  /** Places it keeps: two a group (0 is the match), then the marks of loops. */
  readonly slots: number;
}

const MAX_STEPS = 20_000;

/** A pattern that would need too many steps (nested counted repetitions). */
export class PatternTooLarge extends Error {}

class Compiler {
  constructor(private readonly slots: { count: number }) {}
  readonly steps: Step[] = [];

  add(step: Step): number {
    if (this.steps.length >= MAX_STEPS) throw new PatternTooLarge('regular expression is too large');
    return this.steps.push(step) - 1;
  }

  private inner(node: PatternNode): readonly Step[] {
    const compiler = new Compiler(this.slots);
    compiler.compile(node);
    compiler.add({ op: 'match' });
    return compiler.steps;
  }

  compile(node: PatternNode): void {
    switch (node.type) {
      case 'empty':
        return;
      case 'character':
        this.add({ op: 'character', test: node.test });
        return;
      case 'sequence':
        for (const item of node.items) this.compile(item);
        return;
      case 'alternatives':
        this.alternatives(node.branches);
        return;
      case 'group':
        this.add({ op: 'save', slot: node.index * 2 });
        this.compile(node.body);
        this.add({ op: 'save', slot: node.index * 2 + 1 });
        return;
      case 'repeat':
        if (node.style === 'possessive') this.add({ op: 'atomic', program: this.inner({ ...node, style: 'greedy' }) });
        else this.repeat(node);
        return;
      case 'assertion':
        this.add({ op: 'assertion', kind: node.kind });
        return;
      case 'back-reference':
        this.add({ op: 'back-reference', index: node.index });
        return;
      case 'look':
        this.add({ op: 'look', behind: node.behind, negative: node.negative, program: this.inner(node.body) });
        return;
      case 'atomic':
        this.add({ op: 'atomic', program: this.inner(node.body) });
        return;
      case 'keep':
        this.add({ op: 'save', slot: 0 });
    }
  }

  private alternatives(branches: readonly PatternNode[]): void {
    const ends: number[] = [];
    for (const [index, branch] of branches.entries()) {
      if (index === branches.length - 1) {
        this.compile(branch);
        break;
      }
      const split = this.add({ op: 'match' });
      this.compile(branch);
      ends.push(this.add({ op: 'match' }));
      this.steps[split] = { op: 'split', first: split + 1, second: this.steps.length };
    }
    for (const end of ends) this.steps[end] = { op: 'jump', to: this.steps.length };
  }

  private repeat(node: Extract<PatternNode, { type: 'repeat' }>): void {
    for (let round = 0; round < node.min; round++) this.compile(node.body);
    if (node.max === Infinity) {
      this.loop(node);
      return;
    }
    const splits: number[] = [];
    for (let round = node.min; round < node.max; round++) {
      splits.push(this.add({ op: 'match' }));
      this.compile(node.body);
    }
    for (const split of splits) this.steps[split] = this.choice(node.style === 'lazy', split + 1, this.steps.length);
  }

  private loop(node: Extract<PatternNode, { type: 'repeat' }>): void {
    const slot = this.slots.count++;
    const split = this.add({ op: 'match' });
    this.add({ op: 'mark', slot });
    this.compile(node.body);
    this.add({ op: 'progress', slot });
    this.add({ op: 'jump', to: split });
    this.steps[split] = this.choice(node.style === 'lazy', split + 1, this.steps.length);
  }

  private choice(lazy: boolean, body: number, after: number): Step {
    return lazy ? { op: 'split', first: after, second: body } : { op: 'split', first: body, second: after };
  }
}

/** The steps of a pattern. Throws {@link PatternTooLarge}. */
export function compileSteps(root: PatternNode, groups: number): PatternProgram {
  const slots = { count: (groups + 1) * 2 };
  const compiler = new Compiler(slots);
  compiler.add({ op: 'save', slot: 0 });
  compiler.compile(root);
  compiler.add({ op: 'save', slot: 1 });
  compiler.add({ op: 'match' });
  return { steps: compiler.steps, slots: slots.count };
}
