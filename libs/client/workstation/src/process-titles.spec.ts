import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

function open(): (script: string) => string {
  const profile = findProfile('kubeadm');
  invariant(profile, 'the profile exists');
  const workstation = openWorkstation({ profile, seed: 'process-titles', files: {} });
  return (script) => {
    const { stdout, stderr } = workstation.run(script, { timeoutMs: 60_000 });
    workstation.settle();
    return stdout + stderr;
  };
}

const run = open();
/** What `docker top` shows of users and commands. */
const top = (name: string): string =>
  run(`docker top ${name} | tail -n +2 | awk '{u=$1; $1=$2=$3=$4=$5=$6=$7=""; print u, $0}' | tr -s ' '`);

it('nginx has a master and workers, which come back', () => {
  run('docker run -d --name web nginx');
  const worker = '101 nginx: worker process\n';
  expect(top('web')).toBe(`root nginx: master process nginx -g daemon off;\n${worker.repeat(4)}`);
  const ids = (): string => run("docker exec web ps | awk '/worker/ {print $1}' | tr '\\n' ' '");
  expect(ids()).toBe('2 3 4 5 ');
  run('docker exec web kill 3');
  expect(ids()).toMatch(/^2 4 5 \d+ $/);
  run('docker exec web nginx -s reload');
  expect(ids()).toMatch(/^(?:\d\d? ){4}$/);
  expect(ids()).not.toContain('2 4 5');
  expect(run('docker stats --no-stream --format "{{.PIDs}}" web')).toBe('5\n');
  expect(run('docker stop web; docker start web; docker top web | wc -l')).toBe('web\nweb\n6\n');
});

it('nginx has as many workers as its configuration says', () => {
  run("printf 'worker_processes 1;\\nevents {}\\nhttp { server { listen 80; } }\\n' > nginx.conf");
  run('docker run -d --name one -v $PWD/nginx.conf:/etc/nginx/nginx.conf nginx');
  expect(run('docker exec one ps | tail -n +2 | head -2')).toBe(
    '    1 root     nginx: master process nginx -g daemon off;\n    2 nobody   nginx: worker process\n',
  );
});

it.each([
  ['redis', '', 'root redis-server *:6379\n'],
  ['redis', 'redis-server --port 7000 --bind 127.0.0.1', 'root redis-server 127.0.0.1:7000\n'],
  [
    '-e POSTGRES_PASSWORD=x postgres:16',
    '',
    '999 postgres\n999 postgres: checkpointer\n999 postgres: background writer\n999 postgres: walwriter\n999 postgres: autovacuum launcher\n999 postgres: logical replication launcher\n',
  ],
  ['httpd', '', `root httpd -DFOREGROUND\n${'www-data httpd -DFOREGROUND\n'.repeat(3)}`],
  ['busybox', 'sleep 100', 'root sleep 100\n'],
])('%s %s shows itself', (image, command, shown) => {
  run(`docker rm -f it; docker run -d --name it ${image} ${command}`);
  expect(top('it').replaceAll(/^33 /gm, 'www-data ')).toBe(shown);
});

it('pods show titles, too', () => {
  run('kubectl run web --image=nginx');
  expect(run('kubectl exec web -- ps; kubectl exec web -- cat /proc/1/cmdline')).toBe(
    'PID   USER     COMMAND\n    1 root     nginx: master process nginx -g daemon off;\n    2 nginx    nginx: worker process\n    3 nginx    nginx: worker process\n    4 root     ps\nnginx: master process nginx -g daemon off;\0',
  );
});
