import type { Coroutine, Process, Program } from '@seatrial/kernel';
import { defineImage } from '../image.js';
import { notSimulated, runCommand, type AgnhostCommand } from './agnhost/agnhost-command.js';
import { connect } from './agnhost/connect.command.js';
import { liveness, livenessServer } from './agnhost/liveness.command.js';
import { netexec } from './agnhost/netexec.command.js';
import { porter } from './agnhost/porter.command.js';
import { serveHostname } from './agnhost/serve-hostname.command.js';
import {
  dnsServerList,
  dnsSuffix,
  entrypointTester,
  etcHosts,
  logsGenerator,
  pause,
} from './agnhost/small.commands.js';
import { testWebserver } from './agnhost/test-webserver.command.js';
import { BUSYBOX_BASE } from './base-image.js';

const COMMANDS: readonly AgnhostCommand[] = [
  connect,
  dnsServerList,
  dnsSuffix,
  entrypointTester,
  etcHosts,
  liveness,
  logsGenerator,
  netexec,
  pause,
  porter,
  serveHostname,
  testWebserver,
];

const agnhostProgram = (tag: string): Program =>
  function* (process: Process): Coroutine<number> {
    const [, name] = process.argv;
    if (name === '--version') {
      yield* process.stdout.write(`app version ${tag}\n`);
      return 0;
    }
    const command = COMMANDS.find((each) => each.name === name);
    if (!command) return yield* notSimulated(process, process.argv.slice(1).join(' '));
    return yield* runCommand(command, process, Number(tag.split('.')[1]));
  };

/** Kubernetes' own program for tests, which its tutorials run (test/images/agnhost); tags as registry.k8s.io has them. */
export const agnhost = defineImage({
  repository: 'registry.k8s.io/e2e-test-images/agnhost',
  fromInternet: true,
  tags: (
    '2.9 2.10 2.12 2.13 2.19 2.20 2.21 2.26 2.28 2.29 2.30 2.31 2.32 2.33 2.35 2.36 2.38 2.39 2.40 2.41 2.43 2.44 2.45 2.47 2.48 ' +
    '2.50 2.51 2.52 2.53 2.54 2.55 2.56 2.57 2.58 2.59 2.60 2.61 2.62.0 2.62.1 2.62.2 2.63.0'
  ).split(' '),
  sizeBytes: 51_155_161,
  config: { entrypoint: ['/agnhost'], cmd: ['pause'], exposedPorts: [80, 8080, 8081, 9376] },
  binaries: [...BUSYBOX_BASE.binaries, 'apk', 'bash', 'curl', 'dig', 'host', 'iperf', 'ss'],
  gnu: ['nc', 'nslookup'],
  files: { ...BUSYBOX_BASE.files, '/agnhost-2': { link: 'agnhost' }, '/uploads': { directory: true } },
  variant: (tag) => ({ programs: { '/agnhost': agnhostProgram(tag) } }),
});

/** The image that agnhost's `liveness` was before. */
export const livenessImage = defineImage({
  repository: 'registry.k8s.io/liveness',
  fromInternet: true,
  tags: ['latest'],
  sizeBytes: 1_746_384,
  config: { entrypoint: ['/server'], exposedPorts: [8080] },
  programs: { '/server': livenessServer },
});
