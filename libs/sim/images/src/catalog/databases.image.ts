import type { Coroutine, Process, Program } from '@seatrial/kernel';
import { defineImage } from '../image.js';
import { runServer } from '../server/run-server.js';
import { withWorkers } from '../server/worker-processes.js';
import { BUSYBOX_BASE, accounts, publishedOn } from './base-image.js';

/** Listens on a port with a protocol that nobody here speaks: connections open and say nothing. */
const silent =
  (port: number): Program =>
  (process) =>
    runServer(process, {
      ports: [
        {
          port,
          service: {
            *stream(input) {
              while ((yield* input.read()) !== undefined);
            },
          },
        },
      ],
    });

/** Runs the server only when one of the variables is set, else prints why and exits 1, as the official images do. */
const needs = (variables: readonly string[], text: string, port: number): Program =>
  function* (process: Process): Coroutine<number> {
    if (variables.some((name) => (process.env.get(name) ?? '') !== '')) return yield* silent(port)(process);
    yield* process.stderr.write(text);
    return 1;
  };

/** What a PostgreSQL server runs besides its connections; its titles end with a blank (init_ps_display). */
const BACKGROUND = [
  'checkpointer',
  'background writer',
  'walwriter',
  'autovacuum launcher',
  'logical replication launcher',
];

const POSTGRES_NEEDS =
  'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".\n';

const postgresServer = needs(['POSTGRES_PASSWORD', 'POSTGRES_HOST_AUTH_METHOD'], POSTGRES_NEEDS, 5432);

/** The published image's server, which is no longer root when it runs, and has processes of its own. */
const publishedPostgres: Program = (process) => {
  process.user = 'postgres';
  const background = BACKGROUND.map((name) => ({ title: `postgres: ${name} ` }));
  return withWorkers(process, background, postgresServer(process));
};

export const mysql = defineImage({
  repository: 'docker.io/library/mysql',
  tags: ['latest', '5.7', '8.0'],
  sizeBytes: 6_451_190,
  published: () => ['bash', 'microdnf', 'mysql', 'mysqladmin', 'mysqldump', 'mysqlsh'],
  config: { cmd: ['mysqld'], exposedPorts: [3306] },
  ...BUSYBOX_BASE,
  programs: {
    '/usr/local/bin/mysqld': needs(
      ['MYSQL_ROOT_PASSWORD', 'MYSQL_ALLOW_EMPTY_PASSWORD', 'MYSQL_RANDOM_ROOT_PASSWORD'],
      'error: database is uninitialized and password option is not specified\n  You need to specify one of the following as an environment variable:\n  - MYSQL_ROOT_PASSWORD\n  - MYSQL_ALLOW_EMPTY_PASSWORD\n  - MYSQL_RANDOM_ROOT_PASSWORD\n',
      3306,
    ),
  },
});

export const postgres = defineImage({
  repository: 'docker.io/library/postgres',
  tags: ['latest', '15', '16'],
  sizeBytes: 6_451_181,
  published: publishedOn('debian', 'createdb', 'createuser', 'dropdb', 'pg_ctl', 'pg_dump', 'pg_isready', 'psql'),
  config: { cmd: ['postgres'], exposedPorts: [5432] },
  binaries: BUSYBOX_BASE.binaries,
  files: {
    ...BUSYBOX_BASE.files,
    '/etc/passwd': accounts('postgres:x:999:999::/var/lib/postgresql:/bin/bash\n'),
  },
  programs: { '/usr/local/bin/postgres': postgresServer },
  publishedPrograms: () => ({ '/usr/local/bin/postgres': publishedPostgres }),
});

export const mongo = defineImage({
  repository: 'docker.io/library/mongo',
  tags: ['latest', '4.4', '6', '7'],
  sizeBytes: 6_451_195,
  published: publishedOn('debian', 'mongo', 'mongodump', 'mongorestore', 'mongosh'),
  config: { cmd: ['mongod'], exposedPorts: [27017] },
  ...BUSYBOX_BASE,
  programs: { '/usr/local/bin/mongod': silent(27017) },
});

export const memcached = defineImage({
  repository: 'docker.io/library/memcached',
  tags: ['latest', '1.6', 'alpine'],
  sizeBytes: 3_723_150,
  published: publishedOn('debian'),
  config: { cmd: ['memcached'], exposedPorts: [11211] },
  ...BUSYBOX_BASE,
  programs: { '/usr/local/bin/memcached': silent(11211) },
});
