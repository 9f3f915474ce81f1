import type { Addon } from './addon.js';
import { envoyGatewayAddon } from './envoy-gateway/envoy-gateway.addon.js';
import { gatewayApiAddon } from './gateway-api/gateway-api.addon.js';
import { ingressNginxAddon } from './ingress-nginx/ingress-nginx.addon.js';
import { metricsServerAddon } from './metrics-server.addon.js';
import { serviceLbAddon } from './servicelb/servicelb.addon.js';
import { traefikAddon } from './traefik/traefik.addon.js';

/** Every addon, by name. */
export const ADDONS: readonly Addon[] = [
  envoyGatewayAddon,
  gatewayApiAddon,
  ingressNginxAddon,
  metricsServerAddon,
  serviceLbAddon,
  traefikAddon,
];

export const findAddon = (name: string): Addon | undefined => ADDONS.find((addon) => addon.name === name);
