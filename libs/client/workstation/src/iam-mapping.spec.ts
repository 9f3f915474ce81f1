import { findProfile } from '@seatrial/cluster';
import { expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const MAPPING = `
apiVersion: v1
kind: ConfigMap
metadata: {name: aws-auth, namespace: kube-system}
data:
  mapRoles: |
    - rolearn: arn:aws:iam::123456789012:role/workers
      username: system:node:{{EC2PrivateDNSName}}
      groups:
      - system:bootstrappers
      - system:nodes
  mapUsers: |
    - userarn: arn:aws:iam::123456789012:user/ana
      username: ana
      groups:
        - developers
`;

it('EKS turns identities of the provider into users by aws-auth', () => {
  const profile = findProfile('eks');
  if (!profile) throw new Error('no profile');
  const workstation = openWorkstation({ profile, seed: 'iam', files: { 'aws-auth.yaml': MAPPING } });
  const run = (script: string): string => {
    const { stdout, stderr } = workstation.run(script);
    return stdout + stderr;
  };
  run('kubectl apply -f aws-auth.yaml; kubectl create role r --verb=get,list --resource=pods');
  run('kubectl create rolebinding developers --role=r --group=developers');
  run(
    'mkdir -p ~/.aws; printf "[ana]\\naws_access_key_id = x\\n[eve]\\naws_access_key_id = y\\n" > ~/.aws/credentials',
  );
  const plugin = '--exec-api-version=client.authentication.k8s.io/v1beta1 --exec-command=aws';
  for (const user of ['ana', 'eve'])
    run(
      `kubectl config set-credentials ${user} ${plugin} ` +
        `--exec-arg=eks --exec-arg=get-token --exec-arg=--cluster-name --exec-arg=workshop --exec-env=AWS_PROFILE=${user}`,
    );
  expect(run('kubectl get pods --user=ana')).toBe('No resources found in default namespace.\n');
  expect(run('kubectl get nodes --user=ana')).toBe(
    'Error from server (Forbidden): nodes is forbidden: User "ana" cannot list resource "nodes" in API group "" at the cluster scope\n',
  );
  expect(run('kubectl auth whoami --user=ana -o jsonpath={.status.userInfo.groups}')).toBe(
    '["developers","system:authenticated"]',
  );
  expect(run('kubectl get pods --user=eve')).toContain(
    'You must be logged in to the server (the server has asked for the client to provide credentials)',
  );
  run('kubectl config set-credentials bob --exec-api-version=client.authentication.k8s.io/v1beta1 --exec-command=nope');
  expect(run('kubectl get pods --user=bob')).toContain(
    'Unable to connect to the server: getting credentials: exec: executable nope not found',
  );
});
