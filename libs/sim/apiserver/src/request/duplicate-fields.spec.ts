import { describe, expect, it } from 'vitest';
import { withDuplicateFields } from './duplicate-fields.js';

describe('withDuplicateFields', () => {
  it.each([
    ['{"a":1,"a":2}', [], ['duplicate field "a"']],
    ['{"a":{"b":[{"c":1},{"c":2,"c":"}"}]}}', [], ['duplicate field "a.b[1].c"']],
    ['{"a":1,"x":{"y":1,"y":2},"b":2,"b":3}', ['unknown field "x"'], ['unknown field "x"', 'duplicate field "b"']],
    ['{"a":1,"b":[1,2,[3]]}', ['unknown field "b"'], ['unknown field "b"']],
    ['{"a\\u0062":1,"ab":2}', [], ['duplicate field "ab"']],
  ])('%s', (text, unknown, errors) => {
    expect(withDuplicateFields(text, unknown)).toEqual(errors);
  });
});
