import { expect, it } from 'vitest';
import { documentedComponent, documentedSchemas } from './documented-schemas.js';
import { explainOpenApiV2 } from './explain-openapi-v2.js';

const schema = documentedComponent('io.k8s.api.apps.v1.Deployment') ?? {};
const explain = (path: string, recursive = false) =>
  explainOpenApiV2(
    { group: 'apps', version: 'v1', kind: 'Deployment', schema, path: path.split('.').filter(Boolean), recursive },
    documentedSchemas,
  );

it('shows a field as kubectl did before v1.27', () => {
  expect(explain('spec.paused').output).toBe(
    'KIND:     Deployment\nVERSION:  apps/v1\n\nFIELD:    paused <boolean>\n\nDESCRIPTION:\n     Indicates that the deployment is paused.\n',
  );
});

it('shows an object with its fields, at 80 characters', () => {
  const { output } = explain('spec.selector');
  expect(output).toContain('RESOURCE: selector <Object>\n');
  expect(output).toContain('\nFIELDS:\n   matchExpressions\t<[]Object>\n');
  expect(output).toContain('   matchLabels\t<map[string]string>\n');
  expect(output.split('\n').every((line) => line.length <= 80)).toBe(true);
});

it('names the fields below, recursively', () => {
  expect(explain('spec.strategy', true).output).toContain(
    '   rollingUpdate\t<Object>\n      maxSurge\t<string>\n      maxUnavailable\t<string>\n   type\t<string>\n',
  );
});

it('says which field is not there', () => {
  expect(explain('spec.nope.more')).toEqual({ output: '', error: 'field "nope" does not exist' });
});
