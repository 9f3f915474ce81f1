import type { Charge } from '@seatrial/template';
import type { Chart } from '../chart/chart.js';
import type { Values } from '../values/set-parser.js';
import type { KubeVersion } from './kube-version.js';

/** What templates see as `.Release`. */
export interface ReleaseOptions {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  readonly isUpgrade: boolean;
}

export interface RenderOptions {
  readonly chart: Chart;
  /** The user's values. */
  readonly values: Values;
  readonly release: ReleaseOptions;
  /** `apps/v1`, `apps/v1/Deployment`…: `.Capabilities.APIVersions.Has`. */
  readonly hasApiVersion: (version: string) => boolean;
  /** What `.Capabilities.APIVersions` prints. */
  readonly apiVersions: readonly string[];
  /** `lookup`; without it nothing is found. */
  readonly lookup?: (apiVersion: string, kind: string, namespace: string, name: string) => unknown;
  readonly now: () => number;
  /** Letters and digits from the replay's own randomness. */
  readonly random: (length: number, alphabet: string) => string;
  readonly charge: Charge;
  /** The cluster's version, `--kube-version`, or what the client was built with. */
  readonly kubeVersion: KubeVersion;
  /** Told of what functions are given that nobody here knows what they make of. */
  readonly onUnsupported?: (what: string) => void;
  /** Linting: a missing value of `required` and a message of `fail` are told here, and nothing fails. */
  readonly onComplaint?: (from: 'nothing' | 'empty' | 'fail', message: string) => void;
}
