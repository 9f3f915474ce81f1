/** Flags that the real commands have (minikube 1.37, k3d 5.8, eksctl 0.2, AWS CLI 2), by tool and subcommand; those that are followed are found first. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws: {
    '': 'ca-bundle cli-binary-format cli-connect-timeout cli-read-timeout color debug endpoint-url no-cli-auto-prompt no-paginate no-sign-request no-verify-ssl',
  },
  eksctl: {
    '': 'cfn-disable-rollback cfn-role-arn color config-file dumpLogs profile timeout verbose',
    'create cluster':
      'alb-ingress-access appmesh-access appmesh-preview-access asg-access auto-kubeconfig dry-run enable-ssm external-dns-access fargate ' +
      'full-ecr-access install-neuron-plugin install-nvidia-plugin instance-name instance-prefix instance-types kubeconfig managed ' +
      'max-pods-per-node node-ami node-ami-family node-labels node-private-networking node-security-groups node-volume-size ' +
      'node-volume-type node-zones nodegroup-name set-kubeconfig-context spot ssh-access ssh-public-key tags vpc-cidr ' +
      'vpc-from-kops-cluster vpc-nat-mode vpc-private-subnets vpc-public-subnets with-oidc without-nodegroup write-kubeconfig zones',
  },
  k3d: {
    '': 'timestamps trace verbose',
    'cluster create':
      'agents-memory api-port config env gpus host-alias host-pid-mode image k3s-arg k3s-node-label kubeconfig-switch-context ' +
      'kubeconfig-update-default lb-config-override network no-image-volume no-lb no-rollback port registry-config registry-create ' +
      'registry-use runtime-label runtime-ulimit servers-memory subnet timeout token volume wait',
    'node create': 'image k3s-arg k3s-node-label memory network runtime-label runtime-ulimit timeout token wait',
  },
  minikube: {
    '': 'add_dir_header alsologtostderr bootstrapper log_backtrace_at log_dir log_file log_file_max_size logtostderr one_output rootless skip-audit skip_headers skip_log_headers stderrthreshold user v vmodule',
    'addons enable': 'images refresh registries',
    kubectl: 'ssh',
    logs: 'audit file follow last-start-only length node problems',
    start:
      'addons apiserver-ips apiserver-name apiserver-names apiserver-port auto-pause-interval auto-update-drivers base-image binary-mirror ' +
      'cache-images cert-expiration cni container-runtime cpus cri-socket delete-on-failure disable-coredns-log disable-metrics ' +
      'disable-optimizations disk-size dns-domain dns-proxy docker-env docker-opt download-only dry-run embed-certs enable-default-cni ' +
      'extra-config extra-disks feature-gates force force-systemd gpus ha host-dns-resolver host-only-cidr host-only-nic-type ' +
      'hyperkit-vpnkit-sock hyperkit-vsock-ports hyperv-external-adapter hyperv-use-external-switch hyperv-virtual-switch ' +
      'image-mirror-country image-repository insecure-registry install-addons interactive iso-url keep-context kvm-gpu kvm-hidden ' +
      'kvm-network kvm-numa-count kvm-qemu-uri listen-address mount mount-9p-version mount-gid mount-ip mount-msize mount-options ' +
      'mount-port mount-string mount-type mount-uid namespace nat-nic-type native-ssh network network-plugin nfs-share nfs-shares-root ' +
      'no-kubernetes no-vtx-check output ports preload preload-source qemu-firmware-path registry-mirror rosetta ' +
      'service-cluster-ip-range socket-vmnet-client-path socket-vmnet-path ssh-ip-address ssh-key ssh-port ssh-user static-ip subnet ' +
      'trace uuid vm wait wait-timeout',
  },
};

/** The flag that a complaint is about, when the real subcommand has it. */
export function unfollowedFlag(tool: string, subcommand: string, complaint: string): string | undefined {
  const [, name] = /^unknown flag: --([\w-]+)$/.exec(complaint) ?? [];
  if (name === undefined || !Object.hasOwn(FLAGS, tool)) return undefined;
  const known = ['', subcommand].flatMap((each) => FLAGS[tool][each]?.split(' ') ?? []);
  return known.includes(name) ? `--${name}` : undefined;
}
