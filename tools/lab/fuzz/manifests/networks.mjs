// Services, ingresses, network policies: what follows `metadata` in a manifest, by kind; some values are wrong.

const servicePorts = (r) => {
  const port = r.mostly(80, [0, 70000, '80'], 0.03);
  const one = { port, ...(r.chance(0.6) && { targetPort: r.pick([80, 8080, 'http', 'web']) }) };
  return r.pick([
    [one],
    [{ ...one, name: 'http', protocol: r.mostly('TCP', ['tcp', 'HTTP']) }],
    [
      { ...one, name: 'http' },
      { name: r.mostly('https', ['http', 'HTTPS', undefined], 0.1), port: 443 },
    ],
    [{ ...one, nodePort: r.pick([30080, 31000, 80, 40000]) }],
  ]);
};

const ingressRule = (r) => ({
  ...(r.chance(0.7) && {
    host: r.mostly('shop.example.com', ['Shop.example.com', '*.example.com', 'a_b.com', '10.0.0.1'], 0.12),
  }),
  http: {
    paths: Array.from({ length: r.int(1, 2) }, () => ({
      path: r.mostly(r.pick(['/', '/api', '/cart']), ['api', '/a//b', '/a/../b'], 0.06),
      pathType: r.mostly(r.pick(['Prefix', 'Exact', 'ImplementationSpecific']), ['prefix', undefined], 0.06),
      backend: r.mostly(
        { service: { name: 'web', port: r.pick([{ number: 80 }, { name: 'http' }]) } },
        [{ serviceName: 'web', servicePort: 80 }, { service: { name: 'web' } }, { service: { name: 'web', port: 80 } }],
        0.08,
      ),
    })),
  },
});

export const NETWORKS = {
  service: (r, app) => ({
    spec: {
      ...(r.chance(0.9) && { selector: { app } }),
      ...(r.chance(0.5) && {
        type: r.mostly(
          r.pick(['NodePort', 'ClusterIP', 'LoadBalancer']),
          ['nodeport', 'ExternalName', 'Nodeport'],
          0.1,
        ),
      }),
      ...(r.chance(0.1) && { clusterIP: r.mostly('None', ['10.96.50.50', '192.168.1.1', 'none']) }),
      ...(r.chance(0.1) && { sessionAffinity: r.mostly('ClientIP', ['clientIP']) }),
      ...(r.chance(0.05) && { externalName: 'db.example.com' }),
      ...(r.chance(0.06) && { externalTrafficPolicy: r.pick(['Local', 'local']) }),
      ports: r.mostly(servicePorts(r), [[], undefined, { port: 80 }], 0.04),
    },
  }),
  ingress: (r) => ({
    ...{
      spec: {
        ...(r.chance(0.6) && { ingressClassName: 'nginx' }),
        rules: Array.from({ length: r.int(1, 2) }, () => ingressRule(r)),
      },
    },
  }),
  networkpolicy: (r, app) => ({
    spec: {
      podSelector: r.pick([{}, { matchLabels: { app } }]),
      ...(r.chance(0.7) && {
        policyTypes: r.mostly(r.pick([['Ingress'], ['Ingress', 'Egress'], ['Egress']]), [
          ['ingress'],
          ['In', 'Out', 'Ingress'],
        ]),
      }),
      ...(r.chance(0.7) && {
        ingress: [
          {
            ...(r.chance(0.8) && {
              from: [
                r.pick([
                  { podSelector: { matchLabels: { tier: 'front' } } },
                  { namespaceSelector: {} },
                  {
                    ipBlock: {
                      cidr: r.mostly('10.0.0.0/8', ['10.0.0.0', '10.0.0.0/40'], 0.2),
                      except: ['10.1.0.0/16'],
                    },
                  },
                ]),
              ],
            }),
            ...(r.chance(0.6) && {
              ports: [{ protocol: r.mostly('TCP', ['tcp']), port: r.mostly(80, ['http', 0, 99999]) }],
            }),
          },
        ],
      }),
      ...(r.chance(0.2) && { egress: r.pick([[], [{}], [{ ports: [{ port: 53, protocol: 'UDP' }] }]]) }),
    },
  }),
};
