import { compareReleases, releaseNumbers } from './kubeadm-version.js';

/** Why a release cannot be upgraded to: for good, or unless `--force` is given. */
export interface PolicyErrors {
  readonly mandatory: readonly string[];
  readonly skippable: readonly string[];
}

const MINOR_SKEW = 1;
const LEAST_MINOR = 34;
const KUBELET_SKEW = 3;

/** kubeadm's rules about releases (cmd/kubeadm/app/phases/upgrade/policy.go, v1.35.4); `wanted` is a released version. */
export function policyErrors(
  wanted: string,
  cluster: string,
  kubeadm: string,
  kubelets: readonly string[],
): PolicyErrors {
  const mandatory: string[] = [];
  const skippable: string[] = [];
  const minorOf = (release: string): number => releaseNumbers(release)?.[1] ?? 0;
  const [minor, clusterMinor, ownMinor] = [wanted, cluster, kubeadm].map(minorOf);
  if (minor < LEAST_MINOR)
    mandatory.push(
      `Specified version to upgrade to "${wanted}" is equal to or lower than the minimum supported version "${cluster}". Please specify a higher version to upgrade to`,
    );
  if (minor > clusterMinor + MINOR_SKEW)
    mandatory.push(
      `Specified version to upgrade to "${wanted}" is too high; kubeadm can upgrade only ${MINOR_SKEW} minor version at a time`,
    );
  if (minor < clusterMinor - MINOR_SKEW)
    mandatory.push(
      `Specified version to downgrade to "${wanted}" is too low; kubeadm can downgrade only ${MINOR_SKEW} minor version at a time`,
    );
  if (minor > ownMinor)
    mandatory.push(
      `Specified version to upgrade to "${wanted}" is at least one minor release higher than the kubeadm minor release (${minor} > ${ownMinor}). Such an upgrade is not supported`,
    );
  else if (compareReleases(kubeadm, wanted) < 0)
    skippable.push(
      `Specified version to upgrade to "${wanted}" is higher than the kubeadm version "${kubeadm}". Upgrade kubeadm first using the tool you used to install kubeadm`,
    );
  if (ownMinor > minor)
    skippable.push(`Kubeadm version ${kubeadm} can only be used to upgrade to Kubernetes version 1.${ownMinor}`);
  const old = kubelets.filter((kubelet) => minor > minorOf(kubelet) + KUBELET_SKEW);
  if (old.length > 0)
    skippable.push(
      `There are kubelets in this cluster that are too old that have these versions [${[...new Set(old)].join(' ')}]`,
    );
  return { mandatory, skippable };
}
