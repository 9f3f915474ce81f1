import { expect, it } from 'vitest';
import type { ApiRequest } from '../contract/request.js';
import type { RestResource } from '../registry/rest-resource.js';
import { wrongMediaType } from './media-type.js';

const FORM = 'application/x-www-form-urlencoded';

it.each([
  ['create', FORM, 'accepted media types include: application/json, application/yaml'],
  ['create', 'application/json; charset=utf-8', undefined],
  ['create', '', undefined],
  ['patch', 'application/json', '415: Unsupported Media Type'],
  ['patch', 'application/merge-patch+json', undefined],
  ['delete', FORM, 'the body of the request was in an unknown format'],
  ['get', FORM, undefined],
] as const)('a body of %s as %s', (verb, contentType, text) => {
  const request = { verb, contentType, bodyText: '{}' } as Partial<ApiRequest> as ApiRequest;
  const found = wrongMediaType(request, { custom: undefined } as Partial<RestResource> as RestResource);
  if (text === undefined) expect(found).toBeUndefined();
  else expect(found?.message).toContain(text);
});
