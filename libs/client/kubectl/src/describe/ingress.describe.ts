import { ENDPOINT_SLICES, SERVICES, type Ingress } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import type { IngressBackend } from 'kubernetes-types/networking/v1.js';
import type { DescribeContext } from './describe-context.js';
import { defineDescriber } from './describer.js';
import { endpointsText } from './endpoint-text.js';
import { writeEventsOf } from './event-lines.js';
import { writeAnnotations, writeLabels } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** Ingress: address, class, TLS, rules with the endpoints behind them, events. */
export const ingressDescribe = defineDescriber<Ingress>({
  group: 'networking.k8s.io',
  kind: 'Ingress',
  describe: (ingress, context) => {
    const w = new DescriptionWriter();
    const { metadata, spec, status } = ingress;
    const namespace = metadata.namespace ?? '';
    w.field('Name', metadata.name);
    writeLabels(w, 'Labels', metadata.labels);
    w.field('Namespace', namespace);
    const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
    w.field('Address', [...new Set(addresses.filter((address) => address !== ''))].sort(compareStrings).join(','));
    w.field('Ingress Class', spec.ingressClassName ?? '<none>');
    const fallback = spec.defaultBackend ? backendText(spec.defaultBackend, namespace, context) : '<default>';
    w.field('Default backend', fallback);
    if (spec.tls && spec.tls.length > 0) w.write(0, 'TLS:\n');
    for (const { secretName, hosts = [] } of spec.tls ?? [])
      w.write(1, secretName ? `${secretName} terminates ${hosts.join(',')}\n` : `SNI routes ${hosts.join(',')}\n`);
    writeRules(w, ingress, fallback, context);
    writeAnnotations(w, 'Annotations', metadata.annotations);
    writeEventsOf(w, ingress, context);
    return w.text();
  },
});

function writeRules(w: DescriptionWriter, ingress: Ingress, fallback: string, context: DescribeContext): void {
  w.write(0, 'Rules:\n  Host\tPath\tBackends\n');
  w.write(1, '----\t----\t--------\n');
  const rules = (ingress.spec.rules ?? []).filter(({ http }) => http);
  for (const { host, http } of rules) {
    w.write(1, `${host || '*'}\t\n`);
    for (const { path, backend } of http?.paths ?? [])
      w.write(2, `\t${path ?? ''} \t${backendText(backend, ingress.metadata.namespace ?? '', context)}\n`);
  }
  if (rules.length === 0) w.write(1, `*\t*\t${fallback}\n`);
}

function backendText(backend: IngressBackend, namespace: string, context: DescribeContext): string {
  if (backend.service) {
    const { name, port } = backend.service;
    const text = `${name}:${port?.number ? String(port.number) : (port?.name ?? '')}`;
    const labelSelector = `kubernetes.io/service-name=${name}`;
    const slices = context.list(ENDPOINT_SLICES, namespace, { labelSelector });
    if (!slices.ok) return `${text} (<error: ${slices.error.message}>)`;
    const service = context.get(SERVICES, namespace, name);
    if (!service.ok) return `${text} (<error: ${service.error.message}>)`;
    let portName = '';
    for (const candidate of service.value.spec.ports ?? [])
      if ((port?.number && port.number === candidate.port) || (port?.name && port.name === candidate.name))
        portName = candidate.name ?? '';
    return `${text} (${endpointsText(slices.value, portName)})`;
  }
  const resource = backend.resource;
  if (!resource) return '';
  return `APIGroup: ${resource.apiGroup ?? '<none>'}, Kind: ${resource.kind}, Name: ${resource.name}`;
}
