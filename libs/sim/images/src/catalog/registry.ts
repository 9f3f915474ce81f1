import type { ImageDefinition } from '../image.js';
import { alpine, busybox, debian, debianBase, ubuntu } from './busybox.image.js';
import { memcached, mongo, mysql, postgres } from './databases.image.js';
import { distribution } from './distribution.image.js';
import { dockercoins } from './dockercoins.image.js';
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
import { httpd } from './httpd.image.js';
import { controlPlane, coredns, snapshotController } from './kube-system.image.js';
import { nginx, nginxSlim } from './nginx.image.js';
import { nodeAgents } from './node-agents.image.js';
import { redis } from './redis.image.js';
import { clock, fluentd, helloWorld, node, pause, perl, python, stress } from './small.image.js';

/** Every image of the catalogue, sorted by file name. */
export const IMAGES: readonly ImageDefinition[] = [
  alpine,
  busybox,
  debian,
  debianBase,
  ubuntu,
  memcached,
  mongo,
  mysql,
  postgres,
  distribution,
  ...dockercoins,
  echoserver,
  elasticsearch,
  hello,
  httpEcho,
  httpenv,
  kuard,
  nginxdemosHello,
  webappColor,
  whoami,
  httpd,
  ...controlPlane,
  coredns,
  snapshotController,
  nginx,
  nginxSlim,
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
];
