import { findProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

const FILES = {
  'app/Dockerfile':
    'FROM busybox:1.36\nARG WHO=world\nENV GREETING="hello $WHO"\nRUN echo made > /made && \\\n    echo ok\nCOPY . /www/\nCMD ["sh", "-c", "echo $GREETING; cat /www/index.html; sleep 1000"]\n',
  'app/.dockerignore': 'secret.txt\n',
  'app/index.html': '<p>hi</p>\n',
  'app/secret.txt': 'no',
  'failing/Dockerfile': 'FROM alpine\nRUN exit 3\n',
  'misspelt/Dockerfile': 'FROM alpine\nRUNN true\n',
  'waits/compose.yaml':
    'services:\n  web:\n    image: nginx\n    depends_on:\n      db:\n        condition: service_healthy\n  db:\n    image: redis\n    healthcheck:\n      test: redis-cli ping\n      interval: 2s\n  extra:\n    image: busybox\n    command: sleep 1000\n    profiles: [extra]\n',
  'coins/docker-compose.yml':
    'services:\n  rng:\n    image: dockercoins/rng:v0.1\n  hasher:\n    image: dockercoins/hasher:v0.1\n  redis:\n    image: redis\n  webui:\n    image: dockercoins/webui:v0.1\n    ports:\n    - "8000:80"\n  worker:\n    image: dockercoins/worker:v0.1\n',
};

function open(): Workstation {
  const profile = findProfile('kubeadm');
  if (!profile) throw new Error('no profile');
  return openWorkstation({ profile, seed: 'docker', files: FILES });
}

interface Step {
  readonly run: string;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
  readonly exit?: number;
  readonly unsupported?: readonly string[];
}

const SESSIONS: Readonly<Record<string, readonly Step[]>> = {
  'a published web server': [
    {
      run: 'docker run -d -p 8080:80 --name web nginx',
      stdout: /^[0-9a-f]{64}\n$/,
      stderr: /^Unable to find image 'nginx:latest' locally\nlatest: Pulling from library\/nginx\n/,
    },
    { run: 'curl -s localhost:8080 | head -4', stdout: /<title>Welcome to nginx!<\/title>/ },
    { run: 'docker logs --tail 1 web', stdout: /^172\.17\.0\.1 - - .*"GET \/ HTTP\/1\.1" 200/ },
    { run: 'docker ps', stdout: /0\.0\.0\.0:8080->80\/tcp, \[::\]:8080->80\/tcp {3}web\n$/ },
    { run: "docker inspect -f '{{.NetworkSettings.IPAddress}}' web", stdout: /^172\.17\.0\.2\n$/ },
    {
      run: 'docker run -d -p 8080:80 nginx',
      exit: 125,
      stderr: /Bind for 0\.0\.0\.0:8080 failed: port is already allocated/,
    },
    { run: 'docker rm web', exit: 1, stderr: /cannot remove container "\/web": container is running/ },
    { run: 'docker stop web; docker ps -aqf name=web | wc -l', stdout: /^web\n1\n$/ },
    { run: 'docker start web; docker exec web cat /etc/hostname', stdout: /^web\n[0-9a-f]{12}\n$/ },
    { run: 'docker rm -f web; docker ps -qf name=web', stdout: /^web\n$/ },
  ],
  'exit statuses': [
    { run: 'docker run --rm alpine sh -c "exit 7"', exit: 7 },
    {
      run: 'docker run --rm alpine nope',
      exit: 127,
      stderr: /exec: "nope": executable file not found in \$PATH: unknown/,
    },
    { run: 'docker run no/such', exit: 125, stderr: /pull access denied for no\/such, repository does not exist/ },
    { run: 'docker run --nope alpine', exit: 125, stderr: /^unknown flag: --nope\n\nUsage: {2}docker run / },
    { run: 'docker exec nobody true', exit: 1, stderr: /^Error response from daemon: No such container: nobody\n$/ },
    { run: 'docker nope', exit: 1, stderr: /^docker: unknown command: docker nope\n/ },
    { run: 'echo hi | docker run -i --rm busybox cat', stdout: /^hi\n$/ },
  ],
  'names in a user network': [
    { run: 'docker network create shop; docker run -d --network shop --name store redis', stdout: /^[0-9a-f]{64}\n/ },
    { run: 'docker run --rm --network shop redis redis-cli -h store ping', stdout: /^PONG\n$/ },
    { run: 'docker run --rm redis redis-cli -h store ping', exit: 1 },
    { run: 'docker network rm shop', exit: 1, stderr: /has active endpoints/ },
  ],
  'a restart policy': [
    { run: 'docker run -d --restart=always --name again busybox sh -c "echo once; sleep 1; exit 2"; sleep 5' },
    { run: 'docker logs again | wc -l; docker inspect -f "{{.RestartCount}}" again', stdout: /^\d\n[1-9]\n$/ },
  ],
  'an image of one’s own, pushed and deployed': [
    { run: 'docker build -t me/app app', stderr: /#6 \[2\/3\] RUN echo made > \/made &&/ },
    { run: 'docker build -t me/app app', stderr: /#6 CACHED/ },
    { run: 'docker run --rm me/app ls /www', stdout: /^Dockerfile\nindex\.html\n$/ },
    { run: 'docker push me/app', exit: 1, stderr: /denied: requested access to the resource is denied/ },
    { run: 'echo secret | docker login -u me --password-stdin && docker push -q me/app', stdout: /^Login Succeeded\n/ },
    {
      run: 'kubectl create deployment app --image=me/app; sleep 10; kubectl logs deploy/app',
      stdout: /hello world\n<p>hi/,
    },
  ],
  'builds that fail': [
    {
      run: 'docker build failing',
      exit: 1,
      stderr:
        /Dockerfile:2\n-{20}\n {3}1 \| {5}FROM alpine\n {3}2 \| >>> RUN exit 3\n {3}3 \| {5}\n-{20}\nERROR: failed to build: failed to solve: process "\/bin\/sh -c exit 3" did not complete successfully: exit code: 3\n$/,
    },
    {
      run: 'docker build misspelt',
      exit: 1,
      stderr: /dockerfile parse error on line 2: unknown instruction: RUNN \(did you mean RUN\?\)/,
    },
    { run: 'docker build nowhere', exit: 1, stderr: /unable to prepare context: path "nowhere" not found/ },
  ],
  'DockerCoins with Compose': [
    { run: 'docker-compose up -d', exit: 1, stderr: /^no configuration file provided: not found\n$/ },
    { run: 'cd coins; docker-compose up -d; sleep 30', stderr: / Container coins-worker-1 {2}Started\n$/ },
    { run: 'curl -s localhost:8000/json', stdout: /"hashes":(?:[1-9]\d+)/ },
    { run: 'docker compose ps -q | wc -l', stdout: /^5\n$/ },
    { run: 'docker compose logs --tail 1 worker', stdout: /^worker-1 {2}\| INFO:__main__:4 units of work done/ },
    { run: 'docker compose up -d --scale worker=3; docker ps -qf name=worker | wc -l', stdout: /^3\n$/ },
    { run: 'docker compose down; docker ps -aq; docker network ls -q | wc -l', stdout: /^3\n$/ },
  ],
  'looking into containers': [
    { run: 'docker run -d --name web -p 8081:80 -v data:/data nginx; echo text > note; docker cp note web:/data/' },
    { run: 'docker exec web cat /data/note; docker cp web:/data/note copy; cat copy', stdout: /^text\ntext\n$/ },
    { run: 'docker run --rm -v data:/x busybox cat /x/note', stdout: /^text\n$/ },
    { run: 'docker port web 80', stdout: /^0\.0\.0\.0:8081\n\[::\]:8081\n$/ },
    { run: 'docker top web', stdout: /^UID {17}PID .*\nroot .*nginx -g daemon off;\n/ },
    { run: 'docker stats --no-stream --format "{{.Name}} {{.PIDs}}"', stdout: /^web \d+\n$/ },
    { run: 'docker volume rm data', exit: 1, stderr: /remove data: volume is in use - \[[0-9a-f]{64}\]/ },
    { run: 'docker system df | head -1; docker version -f "{{.Server.Version}}"', stdout: /RECLAIMABLE\n28\.5\.1\n$/ },
    { run: 'docker stop web; echo y | docker container prune', stdout: /Deleted Containers:\n[0-9a-f]{64}\n\nTotal/ },
  ],
  'a paused container': [
    { run: 'docker run -d --name web -p 8082:80 nginx; docker pause web; docker ps', stdout: /Up .* \(Paused\)/ },
    { run: 'curl -s -m 2 localhost:8082', exit: 28 },
    {
      run: 'docker exec web true',
      exit: 1,
      stderr: /Container [0-9a-f]{64} is paused, unpause the container before exec/,
    },
    { run: 'docker rm web', exit: 1, stderr: /container is paused and must be unpaused first/ },
    { run: 'docker pause web', exit: 1, stderr: /Container [0-9a-f]{64} is already paused/ },
    { run: 'docker unpause web; curl -s localhost:8082 | head -1', stdout: /^web\n<!DOCTYPE html>\n$/ },
    { run: 'docker unpause web', exit: 1, stderr: /is not paused/ },
    {
      run: 'docker pause web; docker stop web; docker pause web',
      exit: 1,
      stderr: /container [0-9a-f]{64} is not running/,
    },
  ],
  'what a container changed, as an image': [
    {
      run: 'docker run --name box alpine sh -c "echo new > /etc/note; rm /etc/passwd"; docker diff box',
      stdout: /^C \/etc\nA \/etc\/note\nD \/etc\/passwd\n$/,
    },
    { run: `docker commit -m saved -c 'CMD ["cat","/etc/note"]' box me/box:1`, stdout: /^sha256:[0-9a-f]{64}\n$/ },
    { run: 'docker run --rm me/box:1; docker history me/box:1 | sed -n 2p', stdout: /^new\n[0-9a-f]{12} .* saved\n$/ },
    { run: 'docker commit -c "RUN true" box', exit: 1, stderr: /run is not a valid change command/ },
    { run: 'docker save -o box.tar me/box:1; tar tf box.tar | grep json', stdout: /^manifest\.json\n$/ },
    { run: 'docker rm box; docker rmi me/box:1; docker load -i box.tar', stdout: /\nLoaded image: me\/box:1\n$/ },
    { run: 'docker run --rm me/box:1', stdout: /^new\n$/ },
    { run: 'docker save nope:1 > x.tar', exit: 1, stderr: /^Error response from daemon: reference does not exist\n$/ },
    { run: 'docker load -i nope.tar', exit: 1, stderr: /^open nope\.tar: no such file or directory\n$/ },
    {
      run: 'docker run --name flat me/box:1; docker export flat | docker import - flat:1; docker run --rm flat:1 cat /etc/note',
      stdout: /new\n$/,
    },
  ],
  limits: [
    {
      run: 'docker run -d --name free nginx; docker update -m 64m free',
      exit: 1,
      stderr: /Memory limit should be smaller than already set memoryswap limit/,
    },
    { run: 'docker update', exit: 1, stderr: /'docker update' requires at least 1 argument/ },
    { run: 'docker update free', exit: 1, stderr: /^you must provide one or more flags/ },
    { run: 'docker run -m 1m alpine', exit: 125, stderr: /Minimum memory limit allowed is 6MB/ },
    {
      run: 'docker run -d -m 64m --name small nginx; docker inspect -f "{{.HostConfig.MemorySwap}}" small',
      stdout: /\n134217728\n$/,
    },
    {
      run: 'docker update --cpus 1.5 --restart always small; docker inspect -f "{{.HostConfig.NanoCpus}} {{.HostConfig.RestartPolicy.Name}}" small',
      stdout: /^small\n1500000000 always\n$/,
    },
    { run: 'docker run --read-only alpine touch /x', exit: 1, stderr: /Read-only file system/ },
    { run: 'docker run --read-only --tmpfs /tmp alpine touch /tmp/x' },
  ],
  'mounts in long form': [
    {
      run: 'mkdir d; echo 1 > d/f; docker run --rm --mount type=bind,source=$PWD/d,target=/d,readonly alpine cat /d/f',
      stdout: /^1\n$/,
    },
    {
      run: 'docker run --mount type=bind,source=/nowhere,target=/d alpine',
      exit: 125,
      stderr: /invalid mount config for type "bind": bind source path does not exist: \/nowhere/,
    },
    {
      run: 'docker run --mount type=bind,sorce=/d,target=/d alpine',
      exit: 125,
      stderr:
        /invalid argument "type=bind,sorce=\/d,target=\/d" for "--mount" flag: unexpected key 'sorce' in 'sorce=\/d'/,
    },
    { run: 'docker run --mount src=v,dst=/v alpine touch /v/x; docker run --rm -v v:/v alpine ls /v', stdout: /^x\n$/ },
  ],
  'networks that change': [
    { run: 'docker network create --subnet 172.30.0.0/16 mine; docker run -d --name one nginx' },
    {
      run: 'docker network connect mine one; docker run --rm --network mine alpine wget -qO- one | head -1',
      stdout: /^<!DOCTYPE html>\n$/,
    },
    { run: `docker inspect -f '{{.NetworkSettings.Networks.mine.IPAddress}}' one`, stdout: /^172\.30\.0\.\d+\n$/ },
    {
      run: 'docker network connect mine one',
      exit: 1,
      stderr: /endpoint with name one already exists in network mine/,
    },
    {
      run: 'docker network disconnect mine one; docker run --rm --network mine alpine wget -qO- one',
      exit: 1,
      stderr: /bad address 'one'/,
    },
    {
      run: 'docker network disconnect mine one',
      exit: 1,
      stderr: /container [0-9a-f]{64} is not connected to network mine/,
    },
    { run: 'docker run --rm --network mine --ip 172.30.0.9 alpine hostname -i', stdout: /^172\.30\.0\.9\n$/ },
    {
      run: 'docker network create --subnet 172.30.1.0/24 other',
      exit: 1,
      stderr: /Pool overlaps with other one on this address space/,
    },
  ],
  'events and health': [
    {
      run: 'docker run -d --name sick --health-cmd "test -f /ok" --health-interval 1s --health-retries 2 alpine sleep 100; docker ps',
      stdout: /\(health: starting\)/,
    },
    {
      run: 'sleep 3; docker ps --format "{{.Status}}"; docker exec sick touch /ok; sleep 2; docker ps -f health=healthy -q | wc -l',
      stdout: /\(unhealthy\)\n1\n$/,
    },
    {
      run: 'docker events --since 1m --until 0s -f event=health_status --format "{{.Action}}"',
      stdout: /^health_status: unhealthy\nhealth_status: healthy\n$/,
    },
    {
      run: 'docker rm -f sick; sleep 1; docker events --since 1m --until 0s -f container=sick | cut -d" " -f3 | tail -3',
      stdout: /^sick\nkill\ndie\ndestroy\n$/,
    },
  ],
  'Compose beyond up and down': [
    { run: 'cd coins; docker compose up -d; docker compose run --rm redis echo hi', stdout: /^hi\n$/ },
    { run: 'docker compose port webui 80; docker compose images -q | wc -l', stdout: /^0\.0\.0\.0:8000\n5\n$/ },
    {
      run: 'docker compose ls',
      stdout:
        /^NAME {16}STATUS {14}CONFIG FILES\ncoins +running\(5\) +\/home\/student\/work\/coins\/docker-compose\.yml\n$/,
    },
    { run: 'docker compose pause redis; docker compose ls | tail -1', stdout: /paused\(1\), running\(4\)/ },
    { run: 'docker compose unpause; docker compose kill redis; docker compose ps -a redis', stdout: /Exited \(137\)/ },
    { run: 'docker compose rm -f', stdout: /^Going to remove coins-redis-1\n$/ },
    { run: 'docker compose exec redis ls', exit: 1, stderr: /^service "redis" is not running\n$/ },
    { run: 'docker compose frob', exit: 1, stderr: /^unknown docker command: "compose frob"\n$/ },
  ],
  'Compose waits for what a service depends on': [
    {
      run: 'cd waits; docker compose up -d',
      stderr:
        / Container waits-db-1 {2}Waiting\n(?:.*\n)* Container waits-db-1 {2}Healthy\n(?:.*\n)* Container waits-web-1 {2}Started\n$/,
    },
    { run: 'docker compose ps --services', stdout: /^db\nweb\n$/ },
    {
      run: 'docker compose --profile extra up -d; docker compose --profile extra ps --services',
      stdout: /^db\nextra\nweb\n$/,
    },
  ],
  'the client on its own': [
    {
      run: 'docker --help',
      stdout: /^Usage: {2}docker \[OPTIONS\] COMMAND\n\n.*\n\nCommon Commands:\n {2}run {9}Create and run/,
    },
    { run: 'docker run -p 99999:80 nginx', exit: 125, stderr: /^docker: invalid hostPort: 99999\n/ },
    {
      run: 'docker context ls',
      stdout: /\ndefault \* +Current DOCKER_HOST based configuration +unix:\/\/\/var\/run\/docker\.sock/,
    },
    { run: 'docker buildx build -q -t me/app app; docker builder prune -f', stdout: /Total reclaimed space: \d+B\n$/ },
  ],
  'what is not simulated': [
    { run: 'docker pull golang:1.22', exit: 1, unsupported: ['the image golang:1.22'] },
    { run: 'docker pull golang:nope', exit: 1, unsupported: [] },
    { run: 'docker run ubuntu apt-get update', exit: 100, unsupported: ['deb.debian.org on the Internet'] },
    { run: 'docker swarm init', exit: 1, stderr: /^docker swarm: not simulated\n$/, unsupported: ['docker swarm'] },
    { run: 'docker run --gpus all alpine', exit: 1, stderr: /not simulated/, unsupported: ['docker run --gpus'] },
  ],
};

describe('docker', () => {
  it.each(Object.entries(SESSIONS))('%s', (_, steps) => {
    const workstation = open();
    for (const { run, stdout, stderr, exit = 0, unsupported } of steps) {
      const result = workstation.run(run);
      expect({ run, exit: result.exit, stderr: result.exit === exit ? '' : result.stderr }).toEqual({
        run,
        exit,
        stderr: '',
      });
      if (stdout) expect(result.stdout, run).toMatch(stdout);
      if (stderr) expect(result.stderr, run).toMatch(stderr);
      if (unsupported) expect(result.unsupported).toEqual(unsupported);
    }
  });
});
