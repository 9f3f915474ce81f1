import type { ApiClient } from '@seatrial/apiserver';
import type { ClusterProfile } from '../profile/cluster-profile.js';
import { createSystemConfigMaps } from './create-at-bootstrap.js';

const NODE_ROLE = `- groups:
  - system:bootstrappers
  - system:nodes
  rolearn: arn:aws:iam::123456789012:role/workers
  username: system:node:{{EC2PrivateDNSName}}
`;

/** The ConfigMap by which EKS knows the identities of its nodes, as eksctl writes it. */
export function createAwsAuth(client: ApiClient, { name }: ClusterProfile): void {
  if (name !== 'eks') return;
  createSystemConfigMaps(client, { 'aws-auth': { mapRoles: NODE_ROLE } });
}
