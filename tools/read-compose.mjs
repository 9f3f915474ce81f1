/*
 * Writes reference/compose-2.40: the JSON schema that `docker compose` holds compose files against, without its prose and without
 * `uniqueItems`: of what stands there twice the first is dropped before (override.EnforceUnicity of compose-go).
 *
 *   node tools/read-compose.mjs $(go env GOMODCACHE)/github.com/compose-spec/compose-go/v2@v2.9.0/schema/compose-spec.json
 */
import fs from 'node:fs';

const LEFT_OUT = new Set(['description', 'title', '$comment', 'examples', 'default', 'deprecated', 'uniqueItems']);

/** `inside` a map of names nothing is left out. */
function bare(value, inside = false) {
  if (Array.isArray(value)) return value.map((each) => bare(each));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([name, each]) => inside || !LEFT_OUT.has(name) || typeof each === 'object',
  );
  const named = (name) => ['properties', 'patternProperties', 'definitions'].includes(name) && !inside;
  return Object.fromEntries(kept.map(([name, each]) => [name, bare(each, named(name))]));
}

const schema = bare(JSON.parse(fs.readFileSync(process.argv[2], 'utf8')));
fs.writeFileSync(
  new URL('../reference/compose-2.40/schema.json', import.meta.url),
  `${JSON.stringify(schema, null, 1)}\n`,
);
