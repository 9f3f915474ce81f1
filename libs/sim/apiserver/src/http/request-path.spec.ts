import { describe, expect, it } from 'vitest';
import { misrouted, parseResourcePath, verbOf } from './request-path.js';

const PODS = { namespaced: true, custom: false };
const NODES = { namespaced: false, custom: false };
const BACKUPS = { namespaced: true, custom: true };

describe('paths without a route', () => {
  it.each([
    ['GET', '/api/v1/pods', PODS, undefined],
    ['GET', '/api/v1/pods/x', PODS, 'NotFound'],
    ['GET', '/api/v1/pods/x/log', PODS, 'NotFound'],
    ['DELETE', '/api/v1/pods', PODS, 'MethodNotAllowed'],
    ['POST', '/api/v1/pods', PODS, 'MethodNotAllowed'],
    ['GET', '/api/v1/namespaces/default/pods/x', PODS, undefined],
    ['GET', '/api/v1/namespaces/default', NODES, undefined],
    ['GET', '/api/v1/namespaces/default/nodes', NODES, 'NotFound'],
    ['GET', '/api/v1/namespaces/default/nodes/node1', NODES, 'NotFound'],
    ['DELETE', '/apis/example.com/v1/backups', BACKUPS, 'NotFound'],
  ] as const)('%s %s', (method, path, resource, answer) => {
    const target = parseResourcePath(path);
    const verb = verbOf(method, target?.name !== undefined);
    expect(target && verb && misrouted(target, verb, resource)).toBe(answer);
  });
});
