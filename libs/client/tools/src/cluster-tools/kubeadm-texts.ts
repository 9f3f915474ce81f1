/** What kubeadm says of the rules that bootstrap tokens need (cmd/kubeadm/app/phases/bootstraptoken/node, v1.35). */
export const BOOTSTRAP_RBAC = [
  'Configured RBAC rules to allow Node Bootstrap tokens to get nodes',
  'Configured RBAC rules to allow Node Bootstrap tokens to post CSRs in order for nodes to get long term certificate credentials',
  'Configured RBAC rules to allow the csrapprover controller automatically approve CSRs from a Node Bootstrap Token',
  'Configured RBAC rules to allow certificate rotation for all node client certificates in the cluster',
] as const;
