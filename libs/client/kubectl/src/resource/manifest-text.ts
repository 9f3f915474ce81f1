import { yamlToJson } from '@seatrial/manifest';
import type { JsonValue, Result } from '@seatrial/kernel';

/** One YAML or JSON document, as sigs.k8s.io/yaml reads it. */
export function parseYamlDocument(text: string): Result<JsonValue, string> {
  return yamlToJson(text);
}
