import type { ImageDefinition } from '../image.js';
import { agnhost, livenessImage } from './agnhost.image.js';
import {
  alpine,
  busybox,
  debian,
  debianBase,
  dnsUtils,
  registryBusybox,
  testBusybox,
  ubuntu,
} from './busybox.image.js';
import { memcached, mongo, mysql, postgres } from './databases.image.js';
import { distribution } from './distribution.image.js';
import { dockercoins } from './dockercoins.image.js';
import { jmallocEchoServer, kicbaseEchoServer } from './echo-server.image.js';
import { jocatalinBootcamp, kubernetesBootcamp, nodeHello } from './google-samples.image.js';
import {
  echoserver,
  elasticsearch,
  hello,
  httpEcho,
  httpenv,
  kuard,
  nginxdemosHello,
  webappColor,
  whoami,
} from './http-servers.image.js';
import { hpaExample } from './hpa-example.image.js';
import { httpd, testHttpd } from './httpd.image.js';
import { controlPlane, coredns, snapshotController } from './kube-system.image.js';
import { kubia } from './kubia.image.js';
import { busyboxPlus, curlImage, netshoot } from './network-tools.image.js';
import { nginx, nginxSlim, testNginx } from './nginx.image.js';
import { nodeAgents } from './node-agents.image.js';
import { redis } from './redis.image.js';
import { clock, fluentd, helloWorld, node, pause, perl, python, stress } from './small.image.js';
import { vishStress } from './vish-stress.image.js';

/** Every image of the catalogue, sorted by file name. */
export const IMAGES: readonly ImageDefinition[] = [
  agnhost,
  livenessImage,
  alpine,
  busybox,
  debian,
  debianBase,
  dnsUtils,
  registryBusybox,
  testBusybox,
  ubuntu,
  memcached,
  mongo,
  mysql,
  postgres,
  distribution,
  ...dockercoins,
  jmallocEchoServer,
  kicbaseEchoServer,
  jocatalinBootcamp,
  kubernetesBootcamp,
  nodeHello,
  echoserver,
  elasticsearch,
  hello,
  httpEcho,
  httpenv,
  kuard,
  nginxdemosHello,
  webappColor,
  whoami,
  hpaExample,
  httpd,
  testHttpd,
  ...controlPlane,
  coredns,
  snapshotController,
  ...kubia,
  busyboxPlus,
  curlImage,
  netshoot,
  nginx,
  nginxSlim,
  testNginx,
  ...nodeAgents,
  redis,
  clock,
  fluentd,
  helloWorld,
  node,
  pause,
  perl,
  python,
  stress,
  vishStress,
];
