import type { JsonObject } from '@seatrial/kernel';

/** How an object is written into etcd: the provider's name, its version, and the key's name (k8s.io/apiserver's value transformers). */
export interface AtRestForm {
  readonly provider: 'aescbc' | 'aesgcm' | 'secretbox' | 'kms';
  readonly version: 'v1' | 'v2';
  readonly key: string;
}

/** Which forms the API server's EncryptionConfiguration gave objects, over time. */
export interface AtRest {
  /** From the next write on; undefined for none. */
  use(configuration: JsonObject | undefined): void;
  /** The form of what was written at a revision; undefined for plain. */
  formOf(type: { readonly group: string; readonly resource: string }, resourceVersion: string): AtRestForm | undefined;
}
