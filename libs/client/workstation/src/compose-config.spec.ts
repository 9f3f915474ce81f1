import { findProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

const COMPOSE = `services:
  web:
    build: .
    ports: ["8000:5000", "127.0.0.1:9000:9000/udp"]
    environment:
      - MODE=dev
    depends_on: [redis]
    healthcheck:
      test: curl -f http://localhost:5000
      interval: 1m30s
      retries: 3
    develop:
      watch:
        - action: sync
          path: .
          target: /code
  redis:
    image: redis:alpine
    command: redis-server --appendonly yes
    mem_limit: 64m
    volumes: ["data:/data", "./conf:/conf:ro"]
volumes:
  data:
`;

describe('docker compose', () => {
  let workstation: Workstation;

  beforeAll(() => {
    const profile = findProfile('kubeadm');
    if (!profile) throw new Error('no profile');
    const files = {
      'app/compose.yaml': COMPOSE,
      'app/Dockerfile': 'FROM nginx:alpine\n',
      'idle/compose.yaml': 'services:\n  cache:\n    image: redis:alpine\n',
    };
    workstation = openWorkstation({ profile, seed: 'compose-config', files });
    workstation.run('cd app');
  });

  it('writes a project out in full, as compose-go does', () => {
    expect(workstation.run('docker compose config')).toMatchObject({
      unsupported: [],
      stdout: `name: app
services:
  redis:
    command:
      - redis-server
      - --appendonly
      - "yes"
    image: redis:alpine
    mem_limit: "67108864"
    networks:
      default: null
    volumes:
      - type: volume
        source: data
        target: /data
        volume: {}
      - type: bind
        source: /home/student/work/app/conf
        target: /conf
        read_only: true
        bind:
          create_host_path: true
  web:
    build:
      context: /home/student/work/app
      dockerfile: Dockerfile
    develop:
      watch:
        - path: /home/student/work/app
          action: sync
          target: /code
    depends_on:
      redis:
        condition: service_started
        required: true
    environment:
      MODE: dev
    healthcheck:
      test:
        - CMD-SHELL
        - curl -f http://localhost:5000
      interval: 1m30s
      retries: 3
    networks:
      default: null
    ports:
      - mode: ingress
        target: 5000
        published: "8000"
        protocol: tcp
      - mode: ingress
        host_ip: 127.0.0.1
        target: 9000
        published: "9000"
        protocol: udp
networks:
  default:
    name: app_default
volumes:
  data:
    name: app_data
`,
    });
    const json = JSON.parse(workstation.run('docker compose config --format json').stdout) as {
      services: Record<string, { command: unknown; entrypoint: unknown }>;
    };
    expect(json.services['web']).toMatchObject({ command: null, entrypoint: null });
    expect(workstation.run('docker compose config --networks').stdout).toBe('default\n');
  });

  it('shows containers by state and in JSON, their use and their volumes', () => {
    expect(workstation.run('docker compose up -d').exit).toBe(0);
    const [web] = workstation
      .run('docker compose ps --status running --format json web')
      .stdout.trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(web).toMatchObject({ Service: 'web', Project: 'app', State: 'running', Name: 'app-web-1' });
    expect(workstation.run('docker compose ps --filter status=exited -q').stdout).toBe('');
    expect(workstation.run('docker compose ps --status odd').stderr).toBe('unknown status "odd"\n');
    expect(workstation.run('docker compose stats --no-stream redis').stdout).toMatch(
      /^CONTAINER ID .*\n\w{12} +app-redis-1 /,
    );
    expect(workstation.run('docker compose volumes').stdout).toBe('DRIVER    VOLUME NAME\nlocal     app_data\n');
  });

  it('reports what happens to its containers', () => {
    const script = 'docker compose events --json > events & sleep 1; docker compose restart redis; sleep 1; kill %1';
    workstation.run(script);
    const events = workstation.run('cat events').stdout.trim().split('\n');
    const actions = events.map((line) => (JSON.parse(line) as { action: string; service: string }).action);
    expect(actions).toContain('start');
  });

  it('watches what has rules for it', () => {
    expect(workstation.run('docker compose watch', { timeoutMs: 20_000 }).stdout).toContain('Watch enabled\n');
    expect(workstation.run('cd ../idle && docker compose watch --no-up').stderr).toBe(
      "none of the selected services is configured for watch, consider setting a 'develop' section\n",
    );
  });
});

describe('docker', () => {
  it('has builders, contexts and no swarm', () => {
    const profile = findProfile('kubeadm');
    if (!profile) throw new Error('no profile');
    const workstation = openWorkstation({ profile, seed: 'docker-builders' });
    expect(workstation.run('docker buildx create --name mine --use; docker buildx ls | head -2').stdout).toMatch(
      /^mine\nNAME\/NODE .*\nmine\* +docker-container +\n$/,
    );
    expect(workstation.run('docker buildx use nope').stderr).toBe(
      'ERROR: failed to find instance "nope": no builder "nope" found\n',
    );
    expect(
      workstation.run('docker context create far --docker host=tcp://10.0.0.9:2375; docker context ls -q').stdout,
    ).toBe('far\ndefault\nfar\n');
    expect(workstation.run('docker node ls')).toMatchObject({
      exit: 1,
      unsupported: [],
      stderr:
        'Error response from daemon: This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.\n',
    });
    expect(workstation.run('docker plugin ls').stdout).toBe('ID        NAME      DESCRIPTION   ENABLED\n');
  });
});

// What docker compose 2.40 says to files that are wrong in one place.
describe('a compose file that is wrong', () => {
  const profile = findProfile('kubeadm');
  if (!profile) throw new Error('no profile');
  const workstation = openWorkstation({ profile, seed: 'compose-wrong' });
  const VALIDATING = 'validating /home/student/work/compose.yaml: ';
  const web = (more: string): string => `services: {web: {image: nginx, ${more}}}`;

  it.each<[file: string, stderr: string]>([
    [web('stop_signal: 9'), `${VALIDATING}services.web.stop_signal must be a string`],
    [web('ports: "80:80"'), `${VALIDATING}services.web.ports must be a array`],
    [web('restrat: always'), `${VALIDATING}services.web additional properties 'restrat' not allowed`],
    [web('depends_on: {db: {condition: up}}'), `${VALIDATING}services.web.depends_on.db.condition value must be one of 'service_started', 'service_healthy', 'service_completed_successfully'`],
    [web('environment: {A: [1]}'), `${VALIDATING}services.web.environment.A must be a boolean, null, number or string`],
    [`${web('tty: true')}\nservice: {}`, `${VALIDATING} additional properties 'service' not allowed`],
    [`${web('tty: true')}\nvolumes: [v]`, `${VALIDATING}volumes must be a mapping`],
    [`${web('tty: true')}\nnetworks: {n: {foo: bar}}`, `${VALIDATING}networks.n additional properties 'foo' not allowed`],
    [`${web('tty: true')}\nversion: 3`, `${VALIDATING}version must be a string`],
    [web('command: "echo $1"'), 'invalid interpolation format for services.web.command.\nYou may need to escape any $ with another $.\necho $1'],
    [web('working_dir: "${W:?no place}"'), 'error while interpolating services.web.working_dir: required variable W is missing a value: no place'],
    [web('privileged: maybe'), 'error while interpolating services.web.privileged: failed to cast to expected type: invalid boolean: maybe'],
    [web('deploy: {replicas: two}'), 'error while interpolating services.web.deploy.replicas: failed to cast to expected type: strconv.Atoi: parsing "two": invalid syntax'],
    ['services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: [c, a]}, c: {image: x}}', 'dependency cycle detected: a -> b -> a'],
    [web('scale: -1'), 'services.web.scale: must be greater than or equal to 0'],
    ['services: {web: {image: ""}}', 'service "web" has neither an image nor a build context specified: invalid compose project'],
  ])('%s', (file, stderr) => {
    const step = workstation.run(`cat > compose.yaml <<'EOF'\n${file}\nEOF\ndocker compose config`);
    expect(step).toMatchObject({ exit: 1, stdout: '', stderr: `${stderr}\n`, unsupported: [] });
  }); // prettier-ignore

  it('warns before it fails', () => {
    const step = workstation.run('echo \'services: {web: {image: "$NOPE"}}\' > compose.yaml; docker compose config');
    expect(step.stderr).toMatch(
      /^time="[^"]*" level=warning msg="The \\"NOPE\\" variable is not set\. .*"\nservice "web" has neither/,
    );
  });

  it("reads YAML 1.2: a network n, restart: no, a mapping's own keys before merged ones", () => {
    const file =
      'x-a: &a {image: redis}\nservices:\n  web:\n    image: nginx\n    <<: *a\n    restart: no\n    networks: [n]\nnetworks:\n  n: {}\nvolumes:\n  unused: {}\n';
    const step = workstation.run(`cat > compose.yaml <<'EOF'\n${file}EOF\ndocker compose config`);
    expect(step).toMatchObject({
      stdout:
        'name: work\nservices:\n  web:\n    image: nginx\n    networks:\n      "n": null\n    restart: "no"\nnetworks:\n  "n":\n    name: work_n\nx-a:\n  image: redis\n',
      stderr: '',
    });
  });
});
