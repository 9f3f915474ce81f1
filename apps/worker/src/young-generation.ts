const MOST_MB = 192;

/**
 * What a thread may have for new objects (three times V8's semi-space), MiB. A replay makes some 10 MB of them: with room
 * for several, less of a cluster outlives a collection and is copied. Small limits of memory leave less. The bench runs
 * with as much (`--max-semi-space-size=64`).
 */
export const youngGenerationMb = (memoryMb: number): number =>
  Math.max(1, Math.min(MOST_MB, Math.floor((memoryMb * 3) / 8)));
