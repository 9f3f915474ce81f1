import { CLUSTER_CA_NAME, formatPem, publicKeyOfSecret } from '@seatrial/apiserver';
import { compareStrings, invariant, sha256Hex, type FileSystem } from '@seatrial/kernel';
import type { ClusterProfile, NodeProfile } from '../profile/cluster-profile.js';
import { authorityCertificate } from './cluster-ca.js';
import { apiServiceAddress } from './kubernetes-service.js';

const PKI = '/etc/kubernetes/pki';
const YEAR_MS = 365 * 86_400_000;
const AUTHORITY_YEARS = 10;

interface Certificate {
  readonly path: string;
  readonly subject: string;
  readonly issuer: string;
  readonly years?: number;
  readonly names?: readonly string[];
}

const seconds = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');

/** The certificates of a control plane, with whom they name (cmd/kubeadm/app/phases/certs, v1.35). */
function certificates({ serviceCidr }: ClusterProfile, { name, address }: NodeProfile): readonly Certificate[] {
  const own = (path: string, subject: string, issuer: string, names?: readonly string[]): Certificate => ({
    path,
    subject,
    issuer,
    ...(names && { names }),
  });
  const authority = (path: string, subject: string): Certificate => ({
    path,
    subject,
    issuer: subject,
    years: AUTHORITY_YEARS,
  });
  const etcd = ['DNS:localhost', `DNS:${name}`, `IP Address:${address}`, 'IP Address:127.0.0.1', 'IP Address:0:0:0:0:0:0:0:1']; // prettier-ignore
  const services = ['', '.default', '.default.svc', '.default.svc.cluster.local'].map(
    (suffix) => `kubernetes${suffix}`,
  );
  return [
    own('apiserver', 'CN=kube-apiserver', CLUSTER_CA_NAME, [
      ...[...services, name].map((each) => `DNS:${each}`),
      `IP Address:${apiServiceAddress(serviceCidr)}`,
      `IP Address:${address}`,
    ]),
    own('apiserver-kubelet-client', 'O=kubeadm:cluster-admins, CN=kube-apiserver-kubelet-client', CLUSTER_CA_NAME),
    authority('front-proxy-ca', 'CN=front-proxy-ca'),
    own('front-proxy-client', 'CN=front-proxy-client', 'CN=front-proxy-ca'),
    authority('etcd/ca', 'CN=etcd-ca'),
    own('etcd/server', `CN=${name}`, 'CN=etcd-ca', etcd),
    own('etcd/peer', `CN=${name}`, 'CN=etcd-ca', etcd),
    own('etcd/healthcheck-client', 'CN=kube-etcd-healthcheck-client', 'CN=etcd-ca'),
    own('apiserver-etcd-client', 'CN=kube-apiserver-etcd-client', 'CN=etcd-ca'),
  ];
}

const SECRET = { mode: 0o600 };

/** Writes one of a control plane's certificates (`apiserver`, `etcd/server`) with its key, new as of now; the names that it is for. */
export function writeCertificate(
  files: FileSystem,
  profile: ClusterProfile,
  node: NodeProfile,
  path: string,
  now: number,
  further: readonly string[] = [],
): readonly string[] {
  const found = certificates(profile, node).find((each) => each.path === path);
  invariant(found, `a certificate ${path}`);
  const { subject, issuer, years = 1 } = found;
  const names = further.length > 0 ? withNames(found.names ?? [], further) : found.names;
  const own = sha256Hex(`${path} ${node.name}`);
  const certificate = {
    subject,
    issuer,
    key: publicKeyOfSecret(own),
    names: names?.join(', '),
    serial: sha256Hex(`serial ${path} ${node.name}`).slice(0, 16),
    notBefore: seconds(now),
    notAfter: seconds(now + years * YEAR_MS),
  };
  files.writeFile(`${PKI}/${path}.crt`, formatPem('CERTIFICATE', certificate));
  files.writeFile(`${PKI}/${path}.key`, formatPem('RSA PRIVATE KEY', { secret: own }), SECRET);
  return names ?? [];
}

/** Names of a certificate with further ones: host names sorted, then addresses (certs.GetAPIServerAltNames). */
function withNames(names: readonly string[], further: readonly string[]): readonly string[] {
  const added = further.map((name) => (/^[\d.]+$|:/.test(name) ? `IP Address:${name}` : `DNS:${name}`));
  const all = [...new Set([...names, ...added])];
  const hosts = all.filter((name) => name.startsWith('DNS:')).sort(compareStrings);
  return [...hosts, ...all.filter((name) => !name.startsWith('DNS:'))];
}

/** The key pair that service accounts' tokens are signed with. */
export function writeServiceAccountKeys(files: FileSystem): void {
  const account = sha256Hex('service accounts');
  files.writeFile(`${PKI}/sa.key`, formatPem('RSA PRIVATE KEY', { secret: account }), SECRET);
  files.writeFile(`${PKI}/sa.pub`, formatPem('PUBLIC KEY', { key: publicKeyOfSecret(account) }), SECRET);
}

/** Writes the certificates and keys that kubeadm makes on a control plane, in the simulator's notation; elsewhere its authority only. */
export function placeCertificates(files: FileSystem, profile: ClusterProfile, node: NodeProfile, now: number): void {
  files.makeDirectories(`${PKI}/etcd`);
  files.writeFile(`${PKI}/ca.crt`, authorityCertificate(profile));
  if (!node.controlPlane) return;
  for (const { path } of certificates(profile, node)) writeCertificate(files, profile, node, path, now);
  writeServiceAccountKeys(files);
}
