import { writeCertificate, writeServiceAccountKeys } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import { stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import { notSimulated, type Subcommand } from '../cluster-tool.js';
import { initPhase, type PhaseEnd, type PhaseSite } from './phase-site.js';

const PKI = '/etc/kubernetes/pki';

/** The certificates in the order of `certs all`, by their phases' names, with the authorities that sign them. */
const CERTIFICATES: readonly (readonly [name: string, authority?: string])[] = [
  ['ca'],
  ['apiserver', 'ca'],
  ['apiserver-kubelet-client', 'ca'],
  ['front-proxy-ca'],
  ['front-proxy-client', 'front-proxy-ca'],
  ['etcd-ca'],
  ['etcd-server', 'etcd-ca'],
  ['etcd-peer', 'etcd-ca'],
  ['etcd-healthcheck-client', 'etcd-ca'],
  ['apiserver-etcd-client', 'etcd-ca'],
];

const baseOf = (name: string): string => (name.startsWith('etcd-') ? name.replace('etcd-', 'etcd/') : name);

/** `DNS:a, IP Address:1` as Go prints the two lists. */
function servingLine(base: string, names: readonly string[]): string {
  const of = (kind: string): string =>
    names.flatMap((name) => (name.startsWith(kind) ? [name.slice(kind.length)] : [])).join(' ');
  return `[certs] ${base} serving cert is signed for DNS names [${of('DNS:')}] and IPs [${of('IP Address:').replace('0:0:0:0:0:0:0:1', '::1')}]\n`;
}

/** Makes a certificate that is not there (cmd/phases/init/certs.go, v1.35.4). */
function* certificate({ tool, node, flags }: PhaseSite, name: string, authority?: string): Coroutine<PhaseEnd> {
  const { files, simulation } = tool.machine;
  const base = baseOf(name);
  const isThere = (what: string): boolean => files.exists(`${PKI}/${baseOf(what)}`);
  if (isThere(`${name}.crt`)) {
    const keyless = authority === undefined && !isThere(`${name}.key`);
    yield* tool.out(
      authority === undefined
        ? `[certs] Using existing ${base} ${keyless ? 'keyless ' : ''}certificate authority\n`
        : `[certs] Using existing ${base} certificate and key on disk\n`,
    );
    return undefined;
  }
  const isAnew = authority !== undefined && isThere(`${authority}.crt`) && isThere(`${authority}.key`);
  if (!isAnew || isThere(`${name}.key`))
    return yield* notSimulated(tool, `init phase certs ${name} (another authority, or half of a pair)`);
  const further = name === 'apiserver' ? flags.list('apiserver-cert-extra-sans') : [];
  const names = writeCertificate(files, node.profile, node.node, base, simulation.now(), further);
  yield* tool.out(`[certs] Generating "${base}" certificate and key\n`);
  if (names.length > 0) yield* tool.out(servingLine(base, names));
  return undefined;
}

function* serviceAccountKeys({ tool }: PhaseSite): Coroutine<PhaseEnd> {
  const { files } = tool.machine;
  if (files.exists(`${PKI}/sa.key`)) yield* tool.out('[certs] Using the existing "sa" key\n');
  else {
    writeServiceAccountKeys(files);
    yield* tool.out('[certs] Generating "sa" key and public key\n');
  }
  return undefined;
}

function* all(site: PhaseSite): Coroutine<PhaseEnd> {
  yield* site.tool.out(`[certs] Using certificateDir folder "${PKI}"\n`);
  for (const [name, authority] of CERTIFICATES) {
    const problem = yield* certificate(site, name, authority);
    if (problem !== undefined) return problem;
  }
  return yield* serviceAccountKeys(site);
}

const flags = [stringFlag('kubernetes-version')];
const servingFlags = [...flags, stringSliceFlag('apiserver-cert-extra-sans')];

/** `kubeadm init phase certs …`. */
export const CERTS_PHASES: readonly Subcommand[] = [
  initPhase('certs all', all, servingFlags),
  ...CERTIFICATES.map(([name, authority]) =>
    initPhase(
      `certs ${name}`,
      (site) => certificate(site, name, authority),
      name === 'apiserver' ? servingFlags : flags,
    ),
  ),
  initPhase('certs sa', serviceAccountKeys, flags),
];
