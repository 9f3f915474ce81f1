import type { SourceNode } from '@seatrial/exercise';
import {
  admissionErrors,
  declareImage,
  type DeclaredAdmission,
  type DeclaredCall,
  type DeclaredImage,
  type DeclaredPort,
  type DeclaredRoute,
  type ImageDefinition,
} from '@seatrial/images';
import { isJsonObject, type JsonObject } from '@seatrial/kernel';

const IMAGE_KEYS = [
  'name',
  'tags',
  'sizeBytes',
  'requires',
  'startDelayMs',
  'listens',
  'logs',
  'calls',
  'exits',
  'memory',
  'cpuMilli',
  'ignoresTerm',
  'private',
];

/** The members that are there. */
function given<T extends object>(members: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

const optional = <T>(node: SourceNode, read: (node: SourceNode) => T): T | undefined =>
  node.present ? read(node) : undefined;

const listOf = <T>(node: SourceNode, read: (node: SourceNode) => T): T[] | undefined =>
  node.present ? node.list().map(read) : undefined;

function readAdmission(node: SourceNode): DeclaredAdmission {
  node.mapping(['deny', 'warn', 'patch']);
  const text = (from: SourceNode, name: string) => from.member(name).optionalString();
  const admission = given<DeclaredAdmission>({
    deny: listOf(node.member('deny'), (rule) => {
      rule.mapping(['when', 'message', 'messageExpression', 'code', 'reason']);
      return given({
        when: text(rule, 'when'),
        message: text(rule, 'message'),
        messageExpression: text(rule, 'messageExpression'),
        code: rule.member('code').optionalInteger(400),
        reason: text(rule, 'reason'),
      });
    }),
    warn: listOf(node.member('warn'), (rule) => {
      rule.mapping(['when', 'message']);
      return given({ when: text(rule, 'when'), message: rule.member('message').string() });
    }),
    patch: listOf(node.member('patch'), (rule) => {
      rule.mapping(['when', 'operations', 'expression']);
      return given({
        when: text(rule, 'when'),
        operations: listOf(rule.member('operations'), (operation): JsonObject => operation.object()),
        expression: text(rule, 'expression'),
      });
    }),
  });
  for (const error of admissionErrors(admission)) node.error(error);
  return admission;
}

function readTurn(node: SourceNode): { readonly ms: number; readonly status: number } {
  node.mapping(['ms', 'status']);
  return { ms: node.member('ms').integer(0), status: node.member('status').integer(100) };
}

function readRoute(node: SourceNode): DeclaredRoute {
  node.mapping(['status', 'body', 'contentType', 'delayMs', 'statusUntil', 'statusAfter', 'proxies', 'admission']);
  return given<DeclaredRoute>({
    status: node.member('status').optionalInteger(100),
    body: node.member('body').optionalString(),
    contentType: node.member('contentType').optionalString(),
    delayMs: node.member('delayMs').optionalInteger(0),
    statusUntil: optional(node.member('statusUntil'), readTurn),
    statusAfter: optional(node.member('statusAfter'), readTurn),
    proxies: node.member('proxies').optionalString(),
    admission: optional(node.member('admission'), readAdmission),
  });
}

function readPort(node: SourceNode): DeclaredPort {
  node.mapping(['port', 'routes', 'certificateFile']);
  const routes = [...node.member('routes').mapping()].map(([path, route]) => [path, readRoute(route)] as const);
  return given<DeclaredPort>({
    port: node.member('port').integer(1),
    routes: Object.fromEntries(routes),
    certificateFile: node.member('certificateFile').optionalString(),
  });
}

function readExits(node: SourceNode): NonNullable<DeclaredImage['exits']> {
  node.mapping(['afterMs', 'code', 'message']);
  return given<NonNullable<DeclaredImage['exits']>>({
    afterMs: node.member('afterMs').integer(0),
    code: node.member('code').integer(0, 0),
    message: node.member('message').optionalString(),
  });
}

function readMemory(node: SourceNode): NonNullable<DeclaredImage['memory']> {
  node.mapping(['bytes', 'growBytesPerSecond']);
  return given<NonNullable<DeclaredImage['memory']>>({
    bytes: node.member('bytes').integer(0),
    growBytesPerSecond: node.member('growBytesPerSecond').optionalInteger(0),
  });
}

function readCall(node: SourceNode): DeclaredCall {
  node.mapping(['url', 'method', 'body', 'everyMs', 'atMs', 'log']);
  return given<DeclaredCall>({
    url: node.member('url').string(),
    method: node.member('method').optionalString(),
    body: node.member('body').optionalString(),
    everyMs: node.member('everyMs').integer(1),
    atMs: node.member('atMs').optionalInteger(0),
    log: node.member('log').optionalString(),
  });
}

/** `true`, or the credentials that a pull needs. */
function readPrivate(node: SourceNode): NonNullable<DeclaredImage['private']> {
  if (!node.isMapping) return node.boolean(false);
  node.mapping(['username', 'password']);
  return { username: node.member('username').string(), password: node.member('password').string() };
}

function readImage(node: SourceNode): DeclaredImage {
  node.mapping(IMAGE_KEYS);
  return given<DeclaredImage>({
    name: node.member('name').string(),
    tags: listOf(node.member('tags'), (tag) => tag.string()) ?? ['latest'],
    sizeBytes: node.member('sizeBytes').optionalInteger(0),
    requires: listOf(node.member('requires'), (each) => {
      each.mapping(['env', 'message', 'exitCode']);
      return given({
        env: each.member('env').string(),
        message: each.member('message').string(),
        exitCode: each.member('exitCode').optionalInteger(1),
      });
    }),
    startDelayMs: node.member('startDelayMs').optionalInteger(0),
    listens: listOf(node.member('listens'), readPort),
    logs: listOf(node.member('logs'), (line) => {
      line.mapping(['text', 'atMs', 'everyMs']);
      return given({
        text: line.member('text').string(),
        atMs: line.member('atMs').optionalInteger(0),
        everyMs: line.member('everyMs').optionalInteger(1),
      });
    }),
    calls: listOf(node.member('calls'), readCall),
    exits: optional(node.member('exits'), readExits),
    memory: optional(node.member('memory'), readMemory),
    cpuMilli: node.member('cpuMilli').optionalInteger(0),
    ignoresTerm: optional(node.member('ignoresTerm'), (flag) => flag.boolean(false)),
    private: optional(node.member('private'), readPrivate),
  });
}

/** The images that an exercise declares; what is wrong with them is noted on the node. */
export function readImages(node: SourceNode): readonly ImageDefinition[] {
  return node.list().flatMap((each) => {
    if (!isJsonObject(each.value)) {
      each.error('must be a mapping');
      return [];
    }
    const image = declareImage(readImage(each));
    if (!image && each.member('name').present) each.member('name').error('is no name of an image');
    return image ? [image] : [];
  });
}
