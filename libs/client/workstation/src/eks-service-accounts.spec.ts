import { findProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const open = () => openWorkstation({ profile: findProfile('eks')!, seed: 'eks-service-accounts' });
const CREATE =
  'eksctl create iamserviceaccount --cluster workshop --namespace kube-system --name ebs --attach-policy-arn arn:aws:iam::aws:policy/x';

describe("eksctl's ServiceAccounts with roles of the cloud", () => {
  it('need a provider that is associated first', () => {
    const workstation = open();
    expect(workstation.run(`${CREATE} --approve`)).toMatchObject({
      exit: 1,
      stderr: expect.stringMatching(
        /\[!\] {2}no IAM OIDC provider associated with cluster, try 'eksctl utils associate-iam-oidc-provider --region=us-east-2 --cluster=workshop'\nError: unable to create iamserviceaccount\(s\) without IAM OIDC provider enabled\n$/,
      ) as string,
    });
    const associate = 'eksctl utils associate-iam-oidc-provider --cluster workshop';
    expect(workstation.run(associate).stderr).toMatch(
      /\[ℹ\] {2}\(plan\) would create IAM Open ID Connect provider for cluster "workshop" in "us-east-2"\n.*\[!\] {2}no changes were applied, run again with '--approve' to apply the changes\n$/,
    );
    expect(workstation.run(`${associate} --approve`).stderr).toMatch(
      /\[✔\] {2}created IAM Open ID Connect provider for cluster "workshop" in "us-east-2"\n$/,
    );
    expect(workstation.run(`${associate} --approve`).stderr).toMatch(/is already associated with cluster "workshop"/);
    const planned = workstation.run(CREATE);
    expect(planned.stderr).toContain('(plan) 1 task: {');
    const made = workstation.run(`${CREATE} --approve`);
    expect(made).toMatchObject({ exit: 0, unsupported: [] });
    expect(made.stderr).toMatch(/\[ℹ\] {2}created serviceaccount "kube-system\/ebs"\n$/);
    const { stdout } = workstation.run(
      "kubectl -n kube-system get sa ebs -o jsonpath='{.metadata.annotations}'; eksctl get iamserviceaccount --cluster workshop",
    );
    expect(stdout).toMatch(
      /^\{"eks\.amazonaws\.com\/role-arn":"(arn:aws:iam::\d+:role\/eksctl-workshop-addon-iamserviceaccount-kube-system-ebs-Role1-\w{12})"\}NAMESPACE\tNAME\tROLE ARN\nkube-system\tebs\t\1\n$/,
    );
  });

  it.each(['eksctl create addon --cluster workshop --name aws-ebs-csi-driver', 'eksctl utils write-kubeconfig --cluster workshop'])(
    'not simulated: %s',
    (command) => {
      expect(open().run(command).unsupported).toHaveLength(1);
    },
  ); // prettier-ignore
});
