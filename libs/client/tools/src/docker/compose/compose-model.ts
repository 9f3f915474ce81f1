import type { ContainerResources, HealthCheck } from '../engine/container-contract.js';
import type { JsonObject } from '@seatrial/kernel';
import type { EngineNetwork } from '../engine/engine-network.js';

/** What a service waits for in another one before it starts. */
export type DependencyCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

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
  readonly conditions: ReadonlyMap<string, DependencyCondition>;
  readonly profiles: readonly string[];
  readonly healthCheck: HealthCheck | 'none' | undefined;
  readonly resources: ContainerResources | undefined;
  readonly extraHosts: readonly string[];
  readonly dns: readonly string[];
  readonly readOnly: boolean;
  readonly tmpfs: readonly string[];
  /** Fixed addresses by network. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly stopSignal: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly restart: string;
  readonly containerName: string | undefined;
  readonly hostname: string | undefined;
  readonly user: string | undefined;
  readonly workingDir: string | undefined;
  readonly tty: boolean;
  readonly scale: number;
  /** How many rules of `develop.watch` it has. */
  readonly watched: number;
}

/** A network of a project. */
export interface ComposeNetwork {
  readonly name: string;
  readonly external: boolean;
  readonly pool?: EngineNetwork['pool'];
}

/** A Compose file as it is used. */
export interface ComposeFile {
  readonly path: string;
  readonly directory: string;
  readonly name: string;
  /** By name. */
  readonly services: readonly ComposeService[];
  /** Name in the file → name in the engine, and whether Compose makes it. */
  readonly networks: ReadonlyMap<string, ComposeNetwork>;
  readonly volumes: ReadonlyMap<string, { readonly name: string; readonly external: boolean }>;
  /** The file as it was read, its variables put in. */
  readonly source: JsonObject;
  /** What Compose says on standard error about the file. */
  readonly warnings: readonly string[];
}

/** File names that Compose looks for, in order. */
export const KNOWN_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
/** Keys of a service that are simulated. */
export const USED = [
  'build',
  'cap_add',
  'cap_drop',
  'command',
  'container_name',
  'cpus',
  'depends_on',
  'deploy',
  'develop',
  'dns',
  'entrypoint',
  'env_file',
  'environment',
  'expose',
  'extra_hosts',
  'healthcheck',
  'hostname',
  'image',
  'labels',
  'links',
  'logging',
  'mem_limit',
  'mem_reservation',
  'memswap_limit',
  'networks',
  'platform',
  'ports',
  'privileged',
  'profiles',
  'pull_policy',
  'read_only',
  'restart',
  'scale',
  'security_opt',
  'shm_size',
  'stdin_open',
  'stop_grace_period',
  'stop_signal',
  'tmpfs',
  'tty',
  'user',
  'volumes',
  'working_dir',
];
