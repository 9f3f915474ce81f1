import type { Machine } from '@seatrial/kernel';
import { listedProcesses, type ListedProcess } from '../system/node-processes.js';

/** A socket that listens on a node. */
export interface ListeningSocket {
  readonly protocol: 'tcp' | 'tcp6';
  readonly address: string;
  readonly port: number;
  readonly pid: number;
  readonly program: string;
}

type Ports = (flag: (name: string) => string | undefined) => readonly (readonly [address: string, port: number])[];

/** `https://127.0.0.1:2379,https://…`: where it listens. */
const urls = (value: string | undefined): [string, number][] =>
  (value ?? '').split(',').flatMap((url): [string, number][] => {
    const found = /^https?:\/\/([^:/]+):(\d+)$/.exec(url);
    return found ? [[found[1], Number(found[2])]] : [];
  });

const secure =
  (standard: number): Ports =>
  (flag) => {
    const address = flag('bind-address') ?? '0.0.0.0';
    return [[address === '0.0.0.0' ? '::' : address, Number(flag('secure-port') ?? standard)]];
  };

/** Where the programs of a cluster listen, by their flags (Kubernetes v1.35's and etcd's defaults). */
const PROGRAMS: Readonly<Record<string, Ports>> = {
  etcd: (flag) => ['listen-client-urls', 'listen-peer-urls', 'listen-metrics-urls'].flatMap((name) => urls(flag(name))),
  'kube-apiserver': secure(6443),
  'kube-controller-manager': secure(10257),
  'kube-proxy': () => [
    ['127.0.0.1', 10_249],
    ['::', 10_256],
  ],
  'kube-scheduler': secure(10259),
  kubelet: () => [
    ['127.0.0.1', 10_248],
    ['::', 10_250],
  ],
};

function socketsOf({ pid, argv }: ListedProcess): ListeningSocket[] {
  const program = argv[0].slice(argv[0].lastIndexOf('/') + 1);
  if (!Object.hasOwn(PROGRAMS, program)) return [];
  const flag = (name: string): string | undefined =>
    argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  return PROGRAMS[program](flag).map(([address, port]) => ({
    protocol: address.includes(':') ? 'tcp6' : 'tcp',
    address,
    port,
    pid,
    program,
  }));
}

/** Where the cluster's own programs listen on a node, by port; what students started has no entry. */
export function listeningSockets(machine: Machine): ListeningSocket[] {
  return listedProcesses(machine)
    .flatMap(socketsOf)
    .sort((a, b) => a.protocol.length - b.protocol.length || a.port - b.port || (a.address < b.address ? -1 : 1));
}
