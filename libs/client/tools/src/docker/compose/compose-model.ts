/** One service of a project. */
export interface ComposeService {
  readonly name: string;
  readonly image: string | undefined;
  readonly build:
    | {
        readonly context: string;
        readonly dockerfile: string;
        readonly target: string | undefined;
        readonly args: ReadonlyMap<string, string>;
      }
    | undefined;
  readonly command: readonly string[] | undefined;
  readonly entrypoint: readonly string[] | undefined;
  readonly environment: ReadonlyMap<string, string>;
  readonly ports: readonly string[];
  readonly expose: readonly number[];
  readonly volumes: readonly string[];
  readonly networks: ReadonlyMap<string, readonly string[]>;
  readonly dependsOn: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly restart: string;
  readonly containerName: string | undefined;
  readonly hostname: string | undefined;
  readonly user: string | undefined;
  readonly workingDir: string | undefined;
  readonly tty: boolean;
  readonly scale: number;
}

/** A Compose file as it is used. */
export interface ComposeFile {
  readonly path: string;
  readonly directory: string;
  readonly name: string;
  /** By name. */
  readonly services: readonly ComposeService[];
  /** Name in the file → name in the engine, and whether Compose makes it. */
  readonly networks: ReadonlyMap<string, { readonly name: string; readonly external: boolean }>;
  readonly volumes: ReadonlyMap<string, { readonly name: string; readonly external: boolean }>;
  /** What Compose says on standard error about the file. */
  readonly warnings: readonly string[];
}

/** File names that Compose looks for, in order. */
export const KNOWN_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
/** Keys of a file. */
export const TOP_LEVEL = ['name', 'version', 'services', 'networks', 'volumes', 'configs', 'secrets', 'include'];
/** Keys of a service that are simulated. */
export const USED = [
  'build',
  'command',
  'container_name',
  'depends_on',
  'deploy',
  'entrypoint',
  'env_file',
  'environment',
  'expose',
  'hostname',
  'image',
  'labels',
  'networks',
  'ports',
  'restart',
  'scale',
  'stdin_open',
  'tty',
  'user',
  'volumes',
  'working_dir',
];
/** Of the specification, but without effect here: the project is not simulated. */
export const UNUSED = (
  'annotations attach blkio_config cap_add cap_drop cgroup cgroup_parent configs cpu_count cpu_percent cpu_period cpu_quota ' +
  'cpu_shares cpus cpuset credential_spec develop device_cgroup_rules devices dns dns_opt dns_search domainname extends ' +
  'external_links extra_hosts gpus group_add healthcheck init ipc isolation links logging mac_address mem_limit ' +
  'mem_reservation mem_swappiness memswap_limit models network_mode oom_kill_disable oom_score_adj pid pids_limit platform ' +
  'post_start pre_stop privileged profiles provider pull_policy read_only runtime secrets security_opt shm_size ' +
  'stop_grace_period stop_signal storage_opt sysctls tmpfs ulimits use_api_socket userns_mode uts volumes_from'
).split(' ');
