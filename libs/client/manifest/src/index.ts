export { toCompactJson, toStructJson, toJson } from './json/json-printer.js';
export { scanJsonValue, type JsonSyntaxError } from './json/json-scanner.js';
export { readManifests, type ManifestDocument, type ManifestReading } from './manifest-reader.js';
export { toIndentedYaml, toYaml } from './yaml/emitter.js';
export { yamlToJson, type YamlOptions } from './yaml/read-yaml.js';
