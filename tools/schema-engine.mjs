#!/usr/bin/env node
// Stands in for Prisma's native schema engine, which is fetched over the network at run time: speaks its
// JSON-RPC on stdio and its `cli` subcommands, on Prisma's own WebAssembly engine and the pg adapter.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';

const require = createRequire(import.meta.url);
const { parse: parseConnectionString } = require('pg-connection-string');
const argv = process.argv.slice(2);

if (argv[0] === '--version' || argv[0] === '-V') {
  console.log('schema-engine-cli wasm');
  process.exit(0);
}

const datasourceAt = argv.indexOf('--datasource');
const url = (datasourceAt >= 0 ? JSON.parse(argv[datasourceAt + 1]).url : undefined) ?? process.env.DATABASE_URL;

if (argv.includes('cli')) await runCliCommand(argv[argv.indexOf('cli') + 1]);
else await serve();
process.exit(0);

/** Errors of `cli` subcommands are a log line on stderr, as the native engine writes them. */
function failCli(code, message, meta = {}) {
  const fields = { message, is_panic: false, error_code: code, meta };
  const line = { timestamp: new Date().toISOString(), level: 'ERROR', target: 'schema_engine::logger', fields };
  process.stderr.write(`\n${JSON.stringify(line)}`);
  process.exit(1);
}

async function runCliCommand(command) {
  const target = new URL(url);
  const database = decodeURIComponent(target.pathname.slice(1));
  if (command === 'can-connect-to-database') {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.query('SELECT 1');
      await client.end();
      console.log('Connection successful');
    } catch (error) {
      const code = { '3D000': 'P1003', '28P01': 'P1000' }[error.code] ?? 'P1001';
      failCli(code, String(error.message || error.code), { database_name: database });
    }
    return;
  }
  const statement = { 'create-database': 'CREATE', 'drop-database': 'DROP' }[command];
  if (!statement) failCli('P0000', `unsupported cli command ${command}`);
  target.pathname = '/postgres';
  target.searchParams.delete('schema');
  const client = new pg.Client({ connectionString: target.toString() });
  try {
    await client.connect();
    await client.query(`${statement} DATABASE "${database.replaceAll('"', '""')}"`);
    await client.end();
    console.log(database);
  } catch (error) {
    failCli('P1001', String(error.message));
  }
}

/** The WebAssembly engine, loaded without a bundler. */
async function loadEngine() {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const wasmFile = require.resolve('@prisma/schema-engine-wasm').replace(/schema_engine\.js$/, 'schema_engine_bg.wasm');
  const module = new WebAssembly.Module(readFileSync(wasmFile));
  const instance = new WebAssembly.Instance(module, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings.SchemaEngine;
}

/** adapter-pg 7.10 cannot read the catalogue's "char" columns (OID 18): they are read as text and labelled again. */
function readCatalogueCharacters() {
  const Result = require('pg/lib/result.js');
  const { addFields } = Result.prototype;
  let characterColumns = [];
  Result.prototype.addFields = function (fields) {
    characterColumns = [];
    for (const [index, field] of fields.entries()) {
      if (field.dataTypeID !== 18) continue;
      field.dataTypeID = 25;
      characterColumns.push(index);
    }
    return addFields.call(this, fields);
  };
  return function relabel(queryable) {
    const queryRaw = queryable.queryRaw.bind(queryable);
    queryable.queryRaw = async (query) => {
      const result = await queryRaw(query);
      for (const index of characterColumns) result.columnTypes[index] = ColumnTypeEnum.Character;
      return result;
    };
    if (queryable.startTransaction) {
      const start = queryable.startTransaction.bind(queryable);
      queryable.startTransaction = async (...options) => relabel(await start(...options));
    }
    return queryable;
  };
}

function createAdapterFactory() {
  const relabel = readCatalogueCharacters();
  const schema = url ? (new URL(url).searchParams.get('schema') ?? undefined) : undefined;
  // Parsed, because a connection string given as such wins over `database`: the shadow database would be the real one.
  const connection = parseConnectionString(url ?? 'postgresql://127.0.0.1:1/none');
  const factory = new PrismaPg(connection, { schema });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => relabel(await connect());
  // The adapter's own way drops the shadow database while its pool is still connected, which always fails.
  factory.connectToShadowDb = async () => {
    const admin = await connect();
    const database = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
    await admin.executeScript(`CREATE DATABASE "${database}"`);
    const shadow = relabel(await new PrismaPg({ ...connection, database }, { schema }).connect());
    const dispose = shadow.dispose.bind(shadow);
    shadow.dispose = async () => {
      await dispose();
      await admin.executeScript(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
      await admin.dispose();
    };
    return shadow;
  };
  return bindMigrationAwareSqlAdapterFactory(factory);
}

async function serve() {
  const SchemaEngine = await loadEngine();
  const adapter = createAdapterFactory();
  const methodNames = { getDatabaseVersion: 'version' };
  let engine;
  let nextId = 1_000_000;
  const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

  async function call({ method, params }) {
    const files = (params?.schema ?? params?.to ?? params?.from)?.files?.map((file) => [file.path, file.content]);
    engine ??= await SchemaEngine.new({ datamodels: files }, (log) => process.stderr.write(`${log}\n`), adapter);
    const result = await engine[methodNames[method] ?? method](params);
    if (method !== 'diff' || result.stdout == null) return result ?? {};
    send({ id: nextId++, method: 'print', params: { content: result.stdout } });
    return { exitCode: result.exitCode };
  }

  for await (const line of createInterface({ input: process.stdin })) {
    const message = line.trim() === '' ? {} : JSON.parse(line);
    if (!message.method) continue;
    try {
      send({ id: message.id, result: await call(message) });
    } catch (error) {
      const known = String(error?.code ?? '').startsWith('P');
      const data = known
        ? { is_panic: false, message: error.message, error_code: error.code, meta: error.meta ?? {} }
        : { is_panic: false, message: String(error?.message ?? error), meta: null };
      send({
        id: message.id,
        error: { code: 4466, message: 'An error happened. Check the data field for details.', data },
      });
    }
  }
}
