import {
  reportUnsupported,
  sleep,
  type Coroutine,
  type HttpRequest,
  type HttpResponse,
  type Process,
  type Program,
} from '@seatrial/kernel';
import { defineImage } from '../image.js';
import type { CpuLoad } from '../server/cpu-load.js';
import { pathOf } from '../server/form-values.js';
import { phpApache } from '../server/php-apache.js';
import { BUSYBOX_BASE, DEBIAN_COMMANDS, accounts } from './base-image.js';

/**
 * The page takes a million square roots. One client that sleeps 10 ms between its requests keeps three fifths of a core
 * busy, as the walkthrough of HorizontalPodAutoscaler shows (305 % of 200m).
 */
const REQUEST_CPU_MS = 45;
const REQUEST_MS = 60;

const SCRIPT = `<?php
  $x = 0.0001;
  for ($i = 0; $i <= 1000000; $i++) {
    $x += sqrt($x);
  }
  echo "OK!";
?>
`;

function* answer({ machine }: Process, request: HttpRequest, load: CpuLoad): Coroutine<HttpResponse> {
  const path = pathOf(request);
  if (path === '/' || path === '/index.php') {
    load.spend(REQUEST_CPU_MS);
    yield* sleep(REQUEST_MS);
    return { status: 200, headers: [], body: 'OK!' };
  }
  reportUnsupported(machine, `${path} of registry.k8s.io/hpa-example`);
  return { status: 404, headers: [], body: '' };
}

const server: Program = (process) =>
  phpApache(process, {
    server: 'Apache/2.4.10 (Debian) PHP/5.6.14',
    php: 'PHP/5.6.14',
    commandLine: 'apache2 -D FOREGROUND',
    answer: (request, load) => answer(process, request, load),
  });

/** The application of the HorizontalPodAutoscaler walkthrough. */
export const hpaExample = defineImage({
  repository: 'registry.k8s.io/hpa-example',
  fromInternet: true,
  tags: ['latest'],
  sizeBytes: 168_011_463,
  config: { cmd: ['apache2-foreground'], workingDir: '/var/www/html', exposedPorts: [80] },
  binaries: [...BUSYBOX_BASE.binaries, ...DEBIAN_COMMANDS, 'curl', 'php'],
  files: {
    ...BUSYBOX_BASE.files,
    '/etc/passwd': accounts('www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n'),
    '/var/www/html/index.php': SCRIPT,
  },
  programs: { '/usr/local/bin/apache2-foreground': server },
});
