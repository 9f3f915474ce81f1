import { ENGINE_DIGEST } from './engine-digest.gen.js';

const RELEASE = '0.2.0';

/**
 * The release, and the beginning of a SHA-256 over the sources, reference data and packages that verdicts come from
 * (semantic versioning's build metadata): two engines of one version give the same verdicts.
 */
export const ENGINE_VERSION = `${RELEASE}+${ENGINE_DIGEST}`;
