import type { IdentifierBinding, SourcePlace } from '@seatrial/contracts';
import type { BroughtFile } from '../handed-in-files.js';
import { foreseeNodes } from './align-nodes.js';
import { alignOutput } from './align-output.js';
import { existsInWorld, findCandidates, type BindingWorld } from './candidates.js';
import { linesNeverPrinted, linesNeverWatched } from './claimed-output.js';
import { findIdentifiers, symbolicLines, type Identifier } from './identifiers.js';

/** A command about to be run. */
export interface BoundCommand {
  readonly text: string;
  readonly step: number;
  readonly place: SourcePlace;
  /** What the transcript shows as its output. */
  readonly output?: string;
}

interface Bound {
  readonly kind: IdentifierBinding['kind'];
  readonly to: string;
  readonly how: IdentifierBinding['how'];
}

/** A piece of a command to be typed otherwise. */
interface Replacement {
  readonly start: number;
  readonly from: string;
  readonly to: string;
}

const CONTAINER_TOOLS = /\b(?:docker|podman|nerdctl|crictl|ctr)\b/;
const NODE_COMMANDS = /\b(?:nodes?|no|cordon|uncordon|drain|taint|ssh|ping|curl|scp|nodeName|hostname)\b/;
const KEPT_COMMAND = 200;
/** Identifiers that are no object's name or address: where a command needs one it can only have been printed. */
const ONLY_PRINTED = /[0-9a-f]{12}|\b[a-z0-9]{6}\.[a-z0-9]{16}\b|\beyJ/;
const SEARCHED_OUTPUT = 262_144;
const NONE: ReadonlySet<string> = new Set();

/**
 * Identifiers of the student's own cluster and what they stand for in the replay: learnt from outputs in the transcript,
 * else found as the only thing that the name, owner, service or port can mean. Commands are rewritten before they run; an
 * identifier that stands for nothing stays as it was typed.
 */
export class SessionBindings {
  private readonly bound = new Map<string, Bound>();
  /** What the replay's own commands printed that has not been searched yet; few sessions ever ask. */
  private readonly unsearched: string[] = [];
  /** Identifiers that the replay's own commands printed, by kind and form. */
  private readonly printed = new Map<string, Set<string>>();
  /** Ids that the transcript showed of what the replay has not: nothing else is meant by them. */
  private readonly foreign = new Set<string>();
  private readonly used = new Map<string, IdentifierBinding>();

  constructor(private readonly world: BindingWorld) {}

  /** Learns the names of the student's nodes ahead: a transcript often shows them only after they were used. */
  foresee(outputs: readonly string[]): void {
    for (const { from, to } of foreseeNodes(outputs, this.world.list('Node') ?? []))
      this.bound.set(from.text, { kind: 'node', to: to.text, how: 'output' });
  }

  /** The bindings that changed a command, in the order of their first use. */
  get bindings(): readonly IdentifierBinding[] {
    return [...this.used.values()];
  }

  /** Files that a command looked for elsewhere than where they were handed in. */
  noteFiles(brought: readonly BroughtFile[], command: BoundCommand): void {
    for (const { from, to } of brought) this.record(from, { kind: 'file', to, how: 'candidate' }, command);
  }

  /** The command as it is run here. */
  rewrite(command: BoundCommand): string {
    const replacements = [
      ...findIdentifiers(command.text).flatMap((identifier) => this.replaceIdentifier(identifier, command) ?? []),
      ...this.replaceWords(command),
    ].sort((a, b) => a.start - b.start);
    let text = '';
    let at = 0;
    for (const { start, from, to } of replacements) {
      if (start < at) continue;
      text += command.text.slice(at, start) + to;
      at = start + from.length;
    }
    return text + command.text.slice(at);
  }

  /** Learns from what the command printed here and there; returns the lines of the transcript that were never printed. */
  learn(claimedOutput: string | undefined, output: string, watched = false): string[] {
    if (output !== '') this.unsearched.push(output.slice(0, SEARCHED_OUTPUT));
    if (claimedOutput === undefined) return [];
    const actual = symbolicLines(output);
    const claimed = symbolicLines(claimedOutput);
    const known = new Map([...this.bound].map(([from, { to }]) => [from, to]));
    const here = new Set(actual.flatMap(({ identifiers }) => identifiers.map(({ text }) => text)));
    for (const { from, to } of alignOutput(claimed, actual, known)) {
      const before = this.bound.get(from.text);
      if (before && (before.how === 'output' || before.to === to.text) && (here.has(before.to) || from.kind === 'node'))
        continue;
      this.bound.set(from.text, { kind: from.kind, to: to.text, how: 'output' });
    }
    for (const { kind, text } of claimed.flatMap(({ identifiers }) => identifiers))
      if (kind === 'containerId' && !this.bound.has(text)) this.foreign.add(text);
    const lines = claimed.filter(({ text }) => !this.isNamedBack(text, output));
    return watched ? linesNeverWatched(lines, actual) : linesNeverPrinted(lines, actual);
  }

  /** `docker stop f1c` prints the abbreviation that was typed; here the one that it stands for. */
  private isNamedBack(line: string, output: string): boolean {
    const to = this.used.get(line.trim())?.to;
    return to !== undefined && output.split('\n').includes(to);
  }

  /** Identifiers of a kind and form that were printed. */
  private printedOf(wanted: string): ReadonlySet<string> {
    for (const output of this.unsearched.splice(0)) {
      if (!ONLY_PRINTED.test(output)) continue;
      for (const { kind, form, text } of findIdentifiers(output)) {
        if (kind === 'name' || kind === 'address' || kind === 'nodePort') continue;
        const key = `${kind} ${form}`;
        this.printed.set(key, (this.printed.get(key) ?? new Set()).add(text));
      }
    }
    return this.printed.get(wanted) ?? NONE;
  }

  private replaceIdentifier(identifier: Identifier, command: BoundCommand): Replacement | undefined {
    const { text: from, start } = identifier;
    const bound = this.bound.get(from) ?? this.bindToCandidate(identifier, command);
    if (!bound || bound.to === from) return undefined;
    this.record(from, bound, command);
    return { start, from, to: bound.to };
  }

  private bindToCandidate(identifier: Identifier, { text, output }: BoundCommand): Bound | undefined {
    const { kind, text: from, start } = identifier;
    const body = text.indexOf('<<');
    const creates = /\b(?:kubectl|k|oc)\s+(?:create|run|apply|expose)\b|\bdocker\s+run\b/.test(text);
    if ((body >= 0 && start > body) || (kind === 'name' && creates)) return undefined;
    if (output?.includes(`"${from}" not found`) === true || this.foreign.has(from)) return undefined;
    const groups = this.candidatesOf(identifier, text);
    const [group] = groups;
    if (!group || existsInWorld(identifier, this.world)) return undefined;
    const to = group[0];
    if (to === undefined) return undefined;
    const bound: Bound = { kind, to, how: groups.length > 1 ? 'ambiguous' : 'candidate' };
    this.bound.set(from, bound);
    return bound;
  }

  /** What it may stand for; what already stands for another identifier is left out. */
  private candidatesOf(identifier: Identifier, command: string): string[][] {
    const taken = new Set([...this.bound.values()].map(({ to }) => to));
    const { kind, form } = identifier;
    const known = kind === 'name' || kind === 'address' || kind === 'nodePort';
    const all = known
      ? findCandidates(identifier, command, this.world).groups
      : [...this.printedOf(`${kind} ${form}`)].map((text) => [text]);
    if (!known && all.some(([text]) => text === identifier.text)) return [];
    const shared = identifier.kind === 'address' || identifier.kind === 'nodePort';
    const free = all.map((group) => group.filter((text) => !taken.has(text))).filter((group) => group.length > 0);
    return free.length > 0 || !shared ? free : all.map((group) => [...group]);
  }

  /** Abbreviated container ids, and names of nodes: words that only a binding makes identifiers. */
  private replaceWords(command: BoundCommand): Replacement[] {
    const { text } = command;
    const containers = CONTAINER_TOOLS.test(text);
    const nodes = NODE_COMMANDS.test(text);
    if (!containers && !nodes) return [];
    const replacements: Replacement[] = [];
    for (const match of text.matchAll(/[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/g)) {
      const [from] = match;
      const before = text.slice(0, match.index).trimEnd();
      if (before === '' || /[|;&(]$/.test(before)) continue;
      const bound = (nodes ? this.nodeNamed(from) : undefined) ?? (containers ? this.containerLike(from) : undefined);
      if (!bound || bound.to === from) continue;
      this.record(from, bound, command);
      replacements.push({ start: match.index, from, to: bound.to });
    }
    return replacements;
  }

  private nodeNamed(word: string): Bound | undefined {
    const bound = this.bound.get(word);
    return bound?.kind === 'node' ? bound : undefined;
  }

  private containerLike(word: string): Bound | undefined {
    if (!/^[0-9a-f]{2,64}$/.test(word)) return undefined;
    const like = [...this.bound].filter(
      ([from, { kind }]) =>
        kind === 'containerId' && (from.startsWith(word) || (word.length >= 12 && word.startsWith(from))),
    );
    const targets = new Set(like.map(([, { to }]) => to.slice(0, 12)));
    const [longest] = like.sort((a, b) => b[0].length - a[0].length);
    return longest && targets.size === 1
      ? { ...longest[1], to: longest[1].to.slice(0, Math.max(12, word.length)) }
      : undefined;
  }

  private record(from: string, { kind, to, how }: Bound, { text, step, place }: BoundCommand): void {
    if (this.used.get(from)?.to === to) return;
    const command = (text.split('\n')[0] ?? '').slice(0, KEPT_COMMAND);
    this.used.set(from, { kind, from, to, how, step, place, command });
  }
}
