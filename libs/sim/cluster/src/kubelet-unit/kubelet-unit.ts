import { isJsonObject, type FileSystem, type JsonValue, type Result } from '@seatrial/kernel';
import type { ClusterProfile } from '../profile/cluster-profile.js';
import { kubeletConfigProblem } from './kubelet-config-problem.js';
import { parseKubeletFlags } from './kubelet-flags.js';
import { KUBELET_PROGRAM, commandOf, execStartOf, readUnit, sameUnit, type LoadedUnit } from './unit-files.js';

/** What comes of starting the kubelet with its unit and settings as they are. */
export type KubeletStart =
  | { readonly outcome: 'started' }
  /** It ends at once: its error. */
  | { readonly outcome: 'failed'; readonly error: string }
  /** systemd cannot run what the unit says. */
  | { readonly outcome: 'not-executed'; readonly program: string }
  /** It runs and never gets through to an API server. */
  | { readonly outcome: 'unreachable'; readonly server: string };

export interface KubeletUnitOptions {
  readonly files: FileSystem;
  readonly profile: ClusterProfile;
  readonly readYaml: (text: string) => Result<JsonValue, string>;
  /** Told of what a flag asks for that the simulated kubelet does not do. */
  readonly onUnsupported: (what: string) => void;
}

/** Flags that say where things are, as the installer has them or as this unit looks at them itself. */
const READ = [
  'config', 'kubeconfig', 'bootstrap-kubeconfig', 'client-ca-file', 'container-runtime-endpoint', 'v', 'vmodule', 'cgroup-driver',
  'cert-dir', 'root-dir', 'hostname-override', 'node-ip', 'fail-swap-on', 'anonymous-auth', 'authorization-mode', 'cluster-domain',
  'rotate-certificates', 'fail-cgroupv1', 'runtime-cgroups', 'log-flush-frequency',
]; // prettier-ignore

const SOCKETS = [
  '/run/containerd/containerd.sock',
  '/var/run/containerd/containerd.sock',
  '/var/run/cri-dockerd.sock',
  '/run/cri-dockerd.sock',
];

const missing = (verb: 'open' | 'stat', path: string): string => `${verb} ${path}: no such file or directory`;

/** The kubelet's unit as systemd has it loaded, and what starting it comes to. */
export class KubeletUnit {
  private loaded: LoadedUnit;

  constructor(private readonly options: KubeletUnitOptions) {
    this.loaded = readUnit(options.files);
  }

  /** The files that systemd has loaded, the unit's own first. */
  get files(): LoadedUnit['files'] {
    return this.loaded.files;
  }

  /** Whether the files on disk are others than those that systemd has loaded. */
  get isStale(): boolean {
    return !sameUnit(this.loaded, readUnit(this.options.files));
  }

  /** `systemctl daemon-reload`. */
  reload(): void {
    this.loaded = readUnit(this.options.files);
  }

  /** How the loaded unit starts it, as it is written there. */
  get execStart(): string {
    return execStartOf(this.loaded) ?? KUBELET_PROGRAM;
  }

  /** The words of the command that a start now runs. */
  command(): readonly string[] | undefined {
    return commandOf(this.loaded, this.options.files);
  }

  /** The kubelet is root's, whoever has it started. */
  start(): KubeletStart {
    return this.options.files.privileged(() => this.startAsRoot());
  }

  private startAsRoot(): KubeletStart {
    const { files, profile, readYaml, onUnsupported } = this.options;
    const [program = KUBELET_PROGRAM, ...words] = this.command() ?? [];
    if (program !== KUBELET_PROGRAM && !files.exists(program)) return { outcome: 'not-executed', program };
    const flags = parseKubeletFlags(words);
    if (!flags.ok) return { outcome: 'failed', error: flags.error };
    const config = flags.value.get('config');
    const problem =
      (config === undefined ? undefined : kubeletConfigProblem(files, config, readYaml, flags.value)) ??
      this.connectionProblem(flags.value);
    if (problem !== undefined) return { outcome: 'failed', error: problem };
    for (const name of flags.value.keys()) if (!READ.includes(name)) onUnsupported(`the kubelet's flag --${name}`);
    const server = this.server(flags.value);
    return server === undefined || servesApi(profile, server)
      ? { outcome: 'started' }
      : { outcome: 'unreachable', server };
  }

  /** Why it gets no client for the API server or no runtime (cmd/kubelet/app/server.go, cri-client, v1.35.4). */
  private connectionProblem(flags: ReadonlyMap<string, string>): string | undefined {
    const { files, readYaml } = this.options;
    const kubeconfig = flags.get('kubeconfig');
    if (kubeconfig !== undefined) {
      const bootstrap = flags.get('bootstrap-kubeconfig') ?? '';
      const read = files.readFile(kubeconfig);
      if (!read.ok)
        return bootstrap === ''
          ? `failed to run Kubelet: invalid kubeconfig: ${missing('stat', kubeconfig)}`
          : files.exists(bootstrap)
            ? undefined
            : `failed to run Kubelet: unable to load bootstrap kubeconfig: ${missing('stat', bootstrap)}`;
      const parsed = readYaml(read.value);
      if (!parsed.ok)
        return `failed to run Kubelet: invalid kubeconfig: error loading config file "${kubeconfig}": ${parsed.error}`;
    }
    const socket = flags.get('container-runtime-endpoint');
    const path = socket?.replace(/^unix:\/\//, '');
    return path === undefined || SOCKETS.includes(path)
      ? undefined
      : `failed to run Kubelet: validate service connection: validate CRI v1 runtime API for endpoint "${socket ?? ''}": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix ${path}: connect: no such file or directory"`;
  }

  /** The server of its kubeconfig. */
  private server(flags: ReadonlyMap<string, string>): string | undefined {
    const { files, readYaml } = this.options;
    const read = files.readFile(flags.get('kubeconfig') ?? '');
    const parsed = read.ok ? readYaml(read.value) : undefined;
    if (!parsed?.ok || !isJsonObject(parsed.value) || !Array.isArray(parsed.value.clusters)) return undefined;
    const [first] = parsed.value.clusters;
    const cluster = isJsonObject(first) ? first.cluster : undefined;
    return isJsonObject(cluster) && typeof cluster.server === 'string' ? cluster.server : undefined;
  }
}

/** Whether an API server of the cluster listens there. */
function servesApi({ nodes, apiPort, apiBalancer }: ClusterProfile, server: string): boolean {
  const found = /^(?:(https?):\/\/)?([^/:]+)(?::(\d+))?\/?$/.exec(server);
  if (!found || found[1] === 'http') return false;
  const [, , host, port = '443'] = found;
  const hosts = nodes
    .filter(({ controlPlane }) => controlPlane)
    .flatMap(({ name, address }) => [name, address])
    .concat(apiBalancer ? [apiBalancer.host] : []);
  return Number(port) === apiPort && hosts.includes(host);
}
