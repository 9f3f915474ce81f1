import { findProfile } from '@seatrial/cluster';
import { expect, it } from 'vitest';
import { openWorkstation, type StepResult } from './workstation.js';

function open(): (script: string) => StepResult {
  const profile = findProfile('eks');
  if (!profile) throw new Error('no profile');
  const workstation = openWorkstation({ profile, seed: 'eks-nodegroups' });
  return (script) => workstation.run(script);
}

const READY = 'kubectl get nodes --no-headers | grep -c " Ready "';

it('eksctl adds a group of nodes, scales it and takes it away', () => {
  const run = open();
  const made = run(
    'eksctl create nodegroup --cluster workshop --name spare --nodes 2 --nodes-max 3 --node-type t3.medium',
  );
  expect(made).toMatchObject({ exit: 0, unsupported: [] });
  expect(made.stderr).toMatch(/\[✔\] {2}created 1 managed nodegroup\(s\) in cluster "workshop"\n/);
  expect(run(`sleep 10; ${READY}`).stdout).toBe('5\n');
  expect(run('kubectl get nodes -l eks.amazonaws.com/nodegroup=spare -L node.kubernetes.io/instance-type --no-headers').stdout).toMatch(/t3\.medium\n.*t3\.medium\n$/); // prettier-ignore
  expect(run('eksctl get nodegroup --cluster workshop --name spare -o json | jq -r ".[].MaxSize"').stdout).toBe('3\n');
  expect(run('eksctl scale nodegroup --cluster workshop --name spare --nodes 4')).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('the number of desired nodes 4 is greater than the nodes-max/maxSize 3') as string,
  });
  run('eksctl scale nodegroup --cluster workshop --name spare --nodes 3; sleep 50');
  expect(run(`sleep 50; ${READY}`).stdout).toBe('6\n');
  expect(run('eksctl delete nodegroup --cluster workshop --name spare').stderr).toMatch(
    /\[✔\] {2}drained all nodes: \[.*\]\n(?:.*\n)*.*\[✔\] {2}deleted 1 nodegroup\(s\) from cluster "workshop"\n$/,
  );
  expect(run(`sleep 50; ${READY}`).stdout).toBe('3\n');
});

it('aws answers in the form and with the part that is asked for', () => {
  const run = open();
  const eks = (rest: string): string => run(`aws eks ${rest}`).stdout;
  expect(eks("list-clusters --query 'clusters[0]' --output text")).toBe('workshop\n');
  expect(eks('list-clusters --output text')).toBe('CLUSTERS\tworkshop\n');
  expect(eks('list-clusters --output yaml')).toBe('clusters:\n- workshop\n');
  expect(eks('describe-cluster --name workshop --query "cluster.[name,version]" --output text')).toBe(
    'workshop\t1.35\n',
  );
  expect(eks('describe-cluster --name workshop --query cluster.resourcesVpcConfig.vpcId --output text')).toMatch(
    /^vpc-0[0-9a-f]{16}\n$/,
  );
  expect(
    eks('describe-nodegroup --cluster-name workshop --nodegroup-name workers --query nodegroup.scalingConfig'),
  ).toBe('{\n    "minSize": 2,\n    "maxSize": 6,\n    "desiredSize": 3\n}\n');
  expect(eks('list-fargate-profiles --cluster-name workshop')).toBe('{\n    "fargateProfileNames": []\n}\n');
  expect(run('aws sts get-caller-identity --query Account --output text').stdout).toBe('123456789012\n');
  run('aws configure set region eu-west-1; aws configure set profile.dev.region us-west-2');
  expect(run('aws configure get region; aws configure get profile.dev.region; cat ~/.aws/config').stdout).toBe(
    'eu-west-1\nus-west-2\n[default]\nregion = eu-west-1\n[profile dev]\nregion = us-west-2\n',
  );
});
