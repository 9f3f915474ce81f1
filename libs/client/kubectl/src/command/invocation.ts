import type { Coroutine, Process } from '@seatrial/kernel';
import { klogLine } from '@seatrial/schema';
import type { KubeConfig } from '../client/kube-config.js';
import { loadKubeConfig } from '../client/load-kube-config.js';
import { ApiConnection, connect } from '../client/api-connection.js';
import { discoveryTries } from '../client/discovery-tries.js';
import { CommandFailure, failUsage, failWith } from './failure.js';
import type { FlagSet } from './flag-set.js';
import type { VerbDefinition } from './command.js';

/** `--dry-run`'s strategies. */
export type DryRun = 'none' | 'client' | 'server';

/** One run of one command: its flags, its process's streams, the cluster it talks to. */
export class Invocation {
  private config: KubeConfig | undefined;
  private connection: ApiConnection | undefined;
  private dryRunStrategy: DryRun | undefined;
  /** YAML documents that the command's printer has printed. */
  readonly printed = { documents: 0 };
  /** Warnings of the server that were shown. */
  readonly received = { warnings: 0 };
  /** Messages of klog count source lines and process ids; this is the process's. */
  readonly pid: number;

  constructor(
    readonly process: Process,
    readonly root: VerbDefinition,
    readonly verb: VerbDefinition,
    readonly path: string,
    readonly flags: FlagSet,
  ) {
    this.pid = process.pid;
  }

  get args(): readonly string[] {
    return this.flags.args;
  }

  /** klog's `-v`. */
  get verbosity(): number {
    return this.flags.has('v') ? this.flags.int('v') : 0;
  }

  now(): number {
    return this.process.machine.simulation.now();
  }

  /** Prints on stdout; ends quietly when nobody reads. */
  *out(text: string): Coroutine<void> {
    if (text === '') return;
    this.process.machine.simulation.charge('bytes', text.length);
    yield* this.process.stdout.write(text);
  }

  *err(text: string): Coroutine<void> {
    if (text !== '') yield* this.process.stderr.write(text);
  }

  /** The effective kubeconfig: files and flags merged. */
  kubeConfig(): KubeConfig {
    this.config ??= loadKubeConfig(this.process, this.flags);
    return this.config;
  }

  /** The namespace commands act in, and whether the user asked for it with --namespace. */
  namespace(): { readonly namespace: string; readonly enforced: boolean } {
    return this.kubeConfig().namespace();
  }

  /** The connection to the API server; the first use connects, after so many tries of discovery. */
  *api(tries = discoveryTries(this)): Coroutine<ApiConnection> {
    this.connection ??= yield* connect(this, tries);
    return this.connection;
  }

  /** The connection that was made, if there was one. */
  currentApi(): ApiConnection | undefined {
    return this.connection;
  }

  usageError(text: string): never {
    return failUsage(this.path, text);
  }

  /** cmdutil.GetDryRunStrategy: what is deprecated is said once. */
  *dryRun(): Coroutine<DryRun> {
    this.dryRunStrategy ??= yield* this.readDryRun();
    return this.dryRunStrategy;
  }

  private *readDryRun(): Coroutine<DryRun> {
    if (!this.flags.has('dry-run')) return 'none';
    const value = this.flags.changed('dry-run') ? this.flags.string('dry-run') : 'none';
    switch (value) {
      case 'none':
      case 'client':
      case 'server':
        return value;
      case 'unchanged':
        yield* this.klog('W', 'helpers.go:719', '--dry-run is deprecated and can be replaced with --dry-run=client.');
        return 'client';
      case 'true':
      case 'True':
      case '1':
      case 't':
        yield* this.klog(
          'W',
          'helpers.go:733',
          `--dry-run=${value} is deprecated (boolean value) and can be replaced with --dry-run=client.`,
        );
        return 'client';
      case 'false':
      case 'False':
      case '0':
      case 'f':
        yield* this.klog(
          'W',
          'helpers.go:736',
          `--dry-run=${value} is deprecated (boolean value) and can be replaced with --dry-run=none.`,
        );
        return 'none';
      default:
        return failWith(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
    }
  }

  /** A line of klog on stderr. */
  *klog(level: 'I' | 'W' | 'E', where: string, text: string): Coroutine<void> {
    yield* this.err(`${klogLine(this.now(), level, where, text, this.pid)}\n`);
  }

  /** klog.Exit: the line is the last that the command says. */
  klogExit(where: string, text: string): never {
    throw new CommandFailure([{ type: 'text', text: klogLine(this.now(), 'F', where, text, this.pid), bare: true }]);
  }
}
