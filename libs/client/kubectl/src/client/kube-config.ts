import { decodeBase64, rememberRecent, type JsonObject } from '@seatrial/kernel';
import { CommandFailure, failWith } from '../command/failure.js';
import type { FlagSet } from '../command/flag-set.js';

/** clientcmd/api/v1 entries, as far as they act here. */
export interface ClusterEntry {
  server?: string;
  'certificate-authority'?: string;
  'certificate-authority-data'?: string;
  'insecure-skip-tls-verify'?: boolean;
  'tls-server-name'?: string;
  'proxy-url'?: string;
}

export interface UserEntry {
  'client-certificate'?: string;
  'client-certificate-data'?: string;
  'client-key'?: string;
  'client-key-data'?: string;
  token?: string;
  tokenFile?: string;
  username?: string;
  password?: string;
  as?: string;
  'as-uid'?: string;
  'as-groups'?: string[];
  'auth-provider'?: JsonObject;
  exec?: JsonObject;
}

export interface ContextEntry {
  cluster?: string;
  user?: string;
  namespace?: string;
}

/** One merged kubeconfig: maps by name, in the order they were met. */
export interface KubeConfigData {
  currentContext: string;
  preferences: JsonObject;
  readonly extensions: JsonObject[];
  readonly clusters: Map<string, ClusterEntry>;
  readonly users: Map<string, UserEntry>;
  readonly contexts: Map<string, ContextEntry>;
  /** Which file each entry came from (`clusters/name`), for relative paths and for writing back. */
  readonly origins: Map<string, string>;
}

export const emptyKubeConfig = (): KubeConfigData => ({
  currentContext: '',
  preferences: {},
  extensions: [],
  clusters: new Map(),
  users: new Map(),
  contexts: new Map(),
  origins: new Map(),
});

/** The kubeconfig with the flags' overrides: who connects where, in which namespace (clientcmd.DirectClientConfig). */
export class KubeConfig {
  constructor(
    readonly data: KubeConfigData,
    private readonly flags: FlagSet,
    /** The namespace of the pod that kubectl runs in, when no kubeconfig is there. */
    private readonly podNamespace?: string,
  ) {}

  get contextName(): string {
    return this.flags.string('context') || this.data.currentContext;
  }

  context(): ContextEntry {
    const name = this.contextName;
    const entry = this.data.contexts.get(name);
    if (!entry && this.flags.string('context') !== '')
      throw new CommandFailure([
        { type: 'configuration', text: `context was not found for specified context: ${name}` },
      ]);
    if (!entry && name !== '')
      throw new CommandFailure([
        { type: 'configuration', text: `context was not found for specified context: ${name}` },
      ]);
    return entry ?? {};
  }

  cluster(): ClusterEntry {
    const name = this.flags.string('cluster') || (this.context().cluster ?? '');
    const found = this.data.clusters.get(name);
    if (!found && this.flags.string('cluster') !== '') failWith(`no server found for cluster ${JSON.stringify(name)}`);
    const server = this.flags.string('server') || found?.server;
    const { server: _, ...rest } = found ?? {};
    return server ? { server, ...rest } : rest;
  }

  user(): UserEntry {
    const name = this.flags.single('user') || (this.context().user ?? '');
    const found = this.data.users.get(name);
    if (!found && this.flags.single('user') !== '') failWith(`auth info ${JSON.stringify(name)} does not exist`);
    return found ?? {};
  }

  namespace(): { readonly namespace: string; readonly enforced: boolean } {
    const given = this.flags.string('namespace');
    if (given !== '') return { namespace: given, enforced: true };
    const entry = this.data.contexts.get(this.contextName);
    return { namespace: entry?.namespace || this.podNamespace || 'default', enforced: false };
  }

  isEmpty(): boolean {
    return this.data.clusters.size === 0 && this.data.users.size === 0 && this.data.contexts.size === 0;
  }
}

const decodeText = rememberRecent((data: string): string => {
  const decoded = decodeBase64(data);
  return 'text' in decoded ? decoded.text : '';
});

/** Text of base64 data in a kubeconfig; '' when it is none. */
export const decodedData = (data: string | undefined): string => (data ? decodeText(data) : '');
