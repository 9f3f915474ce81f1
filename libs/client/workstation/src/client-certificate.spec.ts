import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

function sitDown(): Workstation {
  const profile = findProfile('kubeadm');
  invariant(profile, 'there is a kubeadm cluster');
  return openWorkstation({ profile, seed: 'certificates' });
}

/** What a line prints, both streams. */
const said = (workstation: Workstation, script: string): string => {
  const { stdout, stderr } = workstation.run(script);
  return stdout + stderr;
};

const REQUEST = `cat <<EOF | kubectl apply -f -
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata:
  name: ana
spec:
  request: $(base64 -w0 < ana.csr)
  signerName: kubernetes.io/kube-apiserver-client
  expirationSeconds: 86400
  usages:
  - client auth
EOF`;

describe('a user with a client certificate', () => {
  const workstation = sitDown();

  it.each([
    ['openssl genrsa -out ana.key 2048', ''],
    ['openssl req -new -key ana.key -out ana.csr -subj "/CN=ana/O=dev"', ''],
    ['openssl req -in ana.csr -noout -subject', 'subject=CN = ana, O = dev\n'],
    [REQUEST, 'certificatesigningrequest.certificates.k8s.io/ana created\n'],
    [
      "kubectl get csr --no-headers | awk '{print $1, $3, $4, $5, $6}'",
      'ana kubernetes.io/kube-apiserver-client kubernetes-admin 24h Pending\n',
    ],
    ['kubectl certificate approve ana', 'certificatesigningrequest.certificates.k8s.io/ana approved\n'],
    ["sleep 1; kubectl get csr ana --no-headers | awk '{print $6}'", 'Approved,Issued\n'],
    ["kubectl get csr ana -o jsonpath='{.status.certificate}' | base64 -d > ana.crt", ''],
    ['openssl x509 -in ana.crt -noout -subject -issuer', 'subject=O = dev, CN = ana\nissuer=CN = kubernetes\n'],
    ['openssl verify -CAfile /etc/kubernetes/pki/ca.crt ana.crt', 'ana.crt: OK\n'],
    ['kubectl config set-credentials ana --client-certificate=ana.crt --client-key=ana.key', 'User "ana" set.\n'],
    [
      'kubectl --user=ana get pods',
      'Error from server (Forbidden): pods is forbidden: User "ana" cannot list resource "pods" in API group "" in the namespace "default"\n',
    ],
    ['kubectl create role reader --verb=get,list --resource=pods', 'role.rbac.authorization.k8s.io/reader created\n'],
    [
      'kubectl create rolebinding dev-reads --role=reader --group=dev',
      'rolebinding.rbac.authorization.k8s.io/dev-reads created\n',
    ],
    ['kubectl --user=ana get pods', 'No resources found in default namespace.\n'],
    ["kubectl --user=ana auth whoami -o jsonpath='{.status.userInfo.groups}'", '["dev","system:authenticated"]'],
  ])('%s', (script, expected) => {
    expect(said(workstation, script)).toBe(expected);
  });

  it('is not let in with a certificate that it signed itself', () => {
    said(workstation, 'openssl req -x509 -key ana.key -subj "/CN=ana" -days 1 -out own.crt');
    const line = 'kubectl --client-certificate=own.crt --client-key=ana.key get pods';
    expect(said(workstation, line)).toContain('You must be logged in to the server');
  });

  it('gets nothing for a denied request, nor for one with other usages', () => {
    said(workstation, REQUEST.replace('name: ana', 'name: other').replace('client auth', 'server auth'));
    said(workstation, 'kubectl certificate approve other');
    workstation.settle();
    expect(said(workstation, "kubectl get csr other -o jsonpath='{.status.conditions[*].type}'")).toBe(
      'Approved Failed',
    );
    said(workstation, REQUEST.replace('name: ana', 'name: third'));
    said(workstation, 'kubectl certificate deny third');
    workstation.settle();
    expect(said(workstation, 'kubectl get csr third --no-headers')).toMatch(/Denied\n$/);
  });
});

describe('openssl', () => {
  const workstation = sitDown();

  it.each([
    ['openssl rand -hex 8 | wc -c', '17\n'],
    ['openssl rand -base64 24 | wc -c', '33\n'],
    [
      'echo -n hello | openssl dgst -sha256',
      'SHA2-256(stdin)= 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\n',
    ],
    [
      'openssl req -x509 -nodes -newkey rsa:2048 -keyout t.key -out t.crt -days 365 -subj "/CN=shop.example.com" 2>/dev/null; kubectl create secret tls shop --cert=t.crt --key=t.key',
      'secret/shop created\n',
    ],
    [
      'openssl x509 -in /etc/kubernetes/pki/ca.crt -noout -subject -enddate',
      'subject=CN = kubernetes\nnotAfter=Nov 18 05:45:18 2036 GMT\n',
    ],
    [
      'openssl x509 -in nothing.crt -noout -text; echo $?',
      '1\nCan\'t open "nothing.crt" for reading, No such file or directory\nUnable to load certificate\n',
    ],
  ])('%s', (script, expected) => {
    expect(said(workstation, script)).toBe(expected);
  });

  it('signs with the authority of the cluster', () => {
    said(workstation, 'openssl genrsa -out b.key; openssl req -new -key b.key -subj /CN=ben -out b.csr');
    const script =
      'openssl x509 -req -in b.csr -CA /etc/kubernetes/pki/ca.crt -CAkey /etc/kubernetes/pki/ca.key -CAcreateserial -out b.crt -days 10';
    expect(said(workstation, `sudo ${script}`)).toBe('Certificate request self-signature ok\nsubject=CN = ben\n');
    expect(said(workstation, 'kubectl --client-certificate=b.crt --client-key=b.key auth can-i get pods')).toBe('no\n');
  });
});
