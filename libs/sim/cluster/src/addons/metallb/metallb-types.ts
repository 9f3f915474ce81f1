import type { KubeObject, ResourceType } from '@seatrial/apiserver';
import type { LabelSelectorObject } from '@seatrial/schema';

export const METALLB_GROUP = 'metallb.io';
export const METALLB_NAMESPACE = 'metallb-system';

/** A range of addresses that load balancers get theirs from (metallb.io/v1beta1). */
export interface IpAddressPool extends KubeObject {
  readonly spec: {
    readonly addresses?: readonly string[];
    readonly autoAssign?: boolean;
    readonly avoidBuggyIPs?: boolean;
    readonly serviceAllocation?: {
      readonly priority?: number;
      readonly namespaces?: readonly string[];
      readonly namespaceSelectors?: readonly LabelSelectorObject[];
      readonly serviceSelectors?: readonly LabelSelectorObject[];
    };
  };
  readonly status?: Readonly<Record<string, number>>;
}

/** Which pools are announced by which nodes (metallb.io/v1beta1). */
export interface L2Advertisement extends KubeObject {
  readonly spec?: {
    readonly ipAddressPools?: readonly string[];
    readonly ipAddressPoolSelectors?: readonly LabelSelectorObject[];
    readonly nodeSelectors?: readonly LabelSelectorObject[];
  };
}

const namespaced = <T extends KubeObject>(resource: string, kind: string): ResourceType<T> => ({
  group: METALLB_GROUP,
  version: 'v1beta1',
  resource,
  kind,
  namespaced: true,
});

export const IP_ADDRESS_POOLS = namespaced<IpAddressPool>('ipaddresspools', 'IPAddressPool');
export const L2_ADVERTISEMENTS = namespaced<L2Advertisement>('l2advertisements', 'L2Advertisement');
