import { ENDPOINT_SLICES, type EndpointSlice, type Service } from '@seatrial/apiserver';
import { defineDescriber } from './describer.js';
import { endpointsText } from './endpoint-text.js';
import { writeEventsOf } from './event-lines.js';
import { formatLabels, writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** Service: addresses, ports with their endpoints, traffic policies, events. */
export const serviceDescribe = defineDescriber<Service>({
  group: '',
  kind: 'Service',
  describe: (service, context) => {
    const w = new DescriptionWriter();
    const { metadata } = service;
    const labelSelector = `kubernetes.io/service-name=${metadata.name}`;
    const slices = context.list(ENDPOINT_SLICES, metadata.namespace, { labelSelector });
    writeName(w, service);
    writeLabelsAndAnnotations(w, service);
    writeAddresses(w, service);
    writePorts(w, service, slices.ok ? slices.value : []);
    writePolicies(w, service);
    writeEventsOf(w, service, context);
    return w.text();
  },
});

function writeAddresses(w: DescriptionWriter, { spec, status }: Service): void {
  w.field('Selector', formatLabels(spec.selector));
  w.field('Type', spec.type ?? '');
  if (spec.ipFamilyPolicy) w.field('IP Family Policy', spec.ipFamilyPolicy);
  w.field('IP Families', (spec.ipFamilies ?? []).join(',') || '<none>');
  w.field('IP', spec.clusterIP ?? '');
  w.field('IPs', spec.clusterIPs && spec.clusterIPs.length > 0 ? spec.clusterIPs.join(',') : '<none>');
  if (spec.externalIPs && spec.externalIPs.length > 0) w.field('External IPs', spec.externalIPs.join(','));
  if (spec.loadBalancerIP) w.field('Desired LoadBalancer IP', spec.loadBalancerIP);
  if (spec.externalName) w.field('External Name', spec.externalName);
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length === 0) return;
  const texts = ingress.map(({ ip, ipMode, hostname }) =>
    ip ? `${ip}${ipMode ? ` (${ipMode})` : ''}` : (hostname ?? ''),
  );
  w.field('LoadBalancer Ingress', texts.join(', '));
}

function writePorts(w: DescriptionWriter, { spec }: Service, slices: readonly EndpointSlice[]): void {
  for (const { name, port, protocol = '', targetPort, nodePort } of spec.ports ?? []) {
    const label = name || '<unset>';
    w.field('Port', `${label}\t${String(port)}/${protocol}`);
    w.field('TargetPort', `${String(targetPort ?? 0)}/${protocol}`);
    if (nodePort) w.field('NodePort', `${label}\t${String(nodePort)}/${protocol}`);
    w.field('Endpoints', endpointsText(slices, name ?? ''));
  }
}

function writePolicies(w: DescriptionWriter, { spec }: Service): void {
  w.field('Session Affinity', spec.sessionAffinity ?? '');
  if (spec.externalTrafficPolicy) w.field('External Traffic Policy', spec.externalTrafficPolicy);
  if (spec.internalTrafficPolicy) w.field('Internal Traffic Policy', spec.internalTrafficPolicy);
  if (spec.healthCheckNodePort) w.field('HealthCheck NodePort', spec.healthCheckNodePort);
  const ranges = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0) w.field('LoadBalancer Source Ranges', ranges.join(','));
  if (spec.trafficDistribution) w.field('Traffic Distribution', spec.trafficDistribution);
}
