import type { Addon } from './addon.js';
import { clusterAutoscalerAddon } from './cluster-autoscaler.addon.js';
import { envoyGatewayAddon } from './envoy-gateway/envoy-gateway.addon.js';
import { gatewayApiAddon } from './gateway-api/gateway-api.addon.js';
import { ingressNginxAddon } from './ingress-nginx/ingress-nginx.addon.js';
import { metallbAddon } from './metallb/metallb.addon.js';
import { metricsServerAddon } from './metrics-server/metrics-server.addon.js';
import { serviceLbAddon } from './servicelb/servicelb.addon.js';
import { kubeProxyAddon } from './system/kube-proxy.addon.js';
import { awsNodeAddon, calicoAddon, flannelAddon, kindnetAddon, weaveAddon } from './system/network-plugins.addon.js';
import { k3sLocalPathAddon, localPathStorageAddon, storageProvisionerAddon } from './system/provisioners.addon.js';
import { traefikAddon } from './traefik/traefik.addon.js';

/** Every addon, by name. */
export const ADDONS: readonly Addon[] = [
  awsNodeAddon,
  calicoAddon,
  clusterAutoscalerAddon,
  envoyGatewayAddon,
  flannelAddon,
  gatewayApiAddon,
  ingressNginxAddon,
  k3sLocalPathAddon,
  kindnetAddon,
  kubeProxyAddon,
  localPathStorageAddon,
  metallbAddon,
  metricsServerAddon,
  serviceLbAddon,
  storageProvisionerAddon,
  traefikAddon,
  weaveAddon,
];

export const findAddon = (name: string): Addon | undefined => ADDONS.find((addon) => addon.name === name);
