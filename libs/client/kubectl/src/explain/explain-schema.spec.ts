import { componentSchema, customResourceSchema, schemaFor } from '@seatrial/schema';
import { describe, expect, test } from 'vitest';
import { explainSchema } from './explain-schema.js';
import { wrapText, type SchemaDocument } from './schema-text.js';

const document: SchemaDocument = {
  resolve: (reference) => componentSchema(reference.slice(reference.lastIndexOf('/') + 1))?.raw,
};

function explain(path: string, recursive = false): string {
  const schema = schemaFor({ group: 'apps', version: 'v1', kind: 'Deployment' })!.raw;
  const request = { group: 'apps', version: 'v1', kind: 'Deployment', schema, recursive };
  const { output, error } = explainSchema({ ...request, path: path === '' ? [] : path.split('.') }, document);
  return output + (error ?? '');
}

describe('headings, fields and types', () => {
  test.each([
    ['', 'GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\nDESCRIPTION:\n'],
    ['spec', 'FIELD: spec <DeploymentSpec>\n\n\nDESCRIPTION:'],
    ['spec', '  selector\t<LabelSelector> -required-\n'],
    ['spec.replicas', 'FIELD: replicas <integer>\n'],
    ['spec.strategy.type', 'FIELD: type <string>\nENUM:\n    Recreate\n    RollingUpdate\n\n'],
    ['spec.strategy.rollingUpdate.maxSurge', 'FIELD: maxSurge <IntOrString>\n'],
    ['spec.template.spec.containers', 'FIELD: containers <[]Container>'],
    ['metadata.labels', 'FIELD: labels <map[string]string>'],
    ['spec.template.spec.containers.ports.containerPort', 'FIELD: containerPort <integer>'],
  ])('%s: %j', (path, part) => {
    expect(explain(path)).toContain(part);
  });

  test('recursively, once through a type', () => {
    expect(explain('spec.strategy', true)).toContain(
      'FIELDS:\n  rollingUpdate\t<RollingUpdateDeployment>\n    maxSurge\t<IntOrString>\n    maxUnavailable\t<IntOrString>\n' +
        '  type\t<string>\n  enum: Recreate, RollingUpdate\n',
    );
  });
});

test('a field that is not there: the heading, then the error', () => {
  expect(explain('spec.replica')).toBe(
    'GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\nerror: field "replica" does not exist',
  );
});

test('custom resources: their own words', () => {
  const schema = customResourceSchema({
    type: 'object',
    description: 'A lamp.',
    required: ['spec'],
    properties: { spec: { type: 'object', properties: { colour: { type: 'string', enum: ['red', ''] } } } },
  }).raw;
  const request = { group: 'x', version: 'v1', kind: 'Lamp', schema, recursive: true };
  expect(explainSchema({ ...request, path: [] }, document).output).toMatch(
    /DESCRIPTION:\n {4}A lamp\.\n {4}\nFIELDS:\n {2}apiVersion\t<string>\n[^]*spec\t<Object> -required-\n {4}colour\t<string>\n {4}enum: red, ""\n/,
  );
});

test('long lines break at words', () => {
  expect(wrapText('one two three four', 9)).toBe('one two\nthree\nfour');
});
