import type { NodeGroup } from './node-group.js';

/** The settings of an autoscaler, from its command line (cluster-autoscaler 1.35 config/flags). */
export interface AutoscalerFlags {
  readonly scanMs: number;
  readonly unneededMs: number;
  readonly delayAfterAddMs: number;
  readonly utilization: number;
  readonly scaleDown: boolean;
  readonly skipLocalStorage: boolean;
  readonly skipSystemPods: boolean;
  /** Sizes given on the command line, by group. */
  readonly sizes: ReadonlyMap<string, { readonly minSize: number; readonly maxSize: number }>;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function duration(text: string | undefined, otherwise: number): number {
  const parts = text === undefined ? [] : [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0) return otherwise;
  return parts.reduce((sum, [, value, unit]) => sum + Number(value) * UNITS[unit], 0);
}

export function readFlags(argv: readonly string[]): AutoscalerFlags {
  const values = new Map<string, string[]>();
  for (const word of argv) {
    const found = /^--?([a-z-]+)(?:=(.*))?$/.exec(word);
    if (found) values.set(found[1], [...(values.get(found[1]) ?? []), found[2] ?? 'true']);
  }
  const last = (name: string): string | undefined => values.get(name)?.at(-1);
  const sizes = new Map<string, { minSize: number; maxSize: number }>();
  for (const word of values.get('nodes') ?? []) {
    const found = /^(\d+):(\d+):(.+)$/.exec(word);
    if (found) sizes.set(found[3], { minSize: Number(found[1]), maxSize: Number(found[2]) });
  }
  return {
    scanMs: Math.max(duration(last('scan-interval'), 10_000), 1000),
    unneededMs: duration(last('scale-down-unneeded-time'), 600_000),
    delayAfterAddMs: duration(last('scale-down-delay-after-add'), 600_000),
    utilization: Number(last('scale-down-utilization-threshold') ?? '0.5'),
    scaleDown: last('scale-down-enabled') !== 'false',
    skipLocalStorage: last('skip-nodes-with-local-storage') !== 'false',
    skipSystemPods: last('skip-nodes-with-system-pods') !== 'false',
    sizes,
  };
}

/** A group's bounds: those of the command line before the cloud's. */
export const boundsOf = (group: NodeGroup, { sizes }: AutoscalerFlags): { minSize: number; maxSize: number } =>
  sizes.get(group.name) ?? { minSize: group.minSize, maxSize: group.maxSize };
