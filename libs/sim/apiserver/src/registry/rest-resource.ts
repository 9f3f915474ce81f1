import type { JsonObject } from '@seatrial/kernel';
import type { ApiResource, SchemaNode } from '@seatrial/schema';
import type { KindDefinition } from '../contract/kind.js';
import type { KubeObject } from '../contract/object.js';
import type { ResourceType } from '../contract/resource.js';

/** What a CustomResourceDefinition says about one of its versions. */
export interface CustomVersion {
  readonly definition: KubeObject;
  readonly statusSubresource: boolean;
  readonly scale?: {
    readonly specReplicasPath: string;
    readonly statusReplicasPath: string;
    readonly selectorPath?: string;
  };
  readonly columns: readonly CustomColumn[];
  readonly selectableFields: readonly string[];
  /** Set when the version is deprecated. */
  readonly deprecationWarning?: string;
}

export interface CustomColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}

/** One resource as one of its versions serves it, with all that the request handlers need to know of it. */
export interface RestResource {
  /** The stored version; the key into the store. */
  readonly type: ResourceType;
  /** The version that is spoken here. */
  readonly api: ApiResource;
  readonly schema: SchemaNode | undefined;
  readonly definition: KindDefinition | undefined;
  readonly custom: CustomVersion | undefined;
  /** Whether `metadata.generation` counts changes of the spec. */
  readonly hasGeneration: boolean;
  readonly toStored: (object: JsonObject) => JsonObject;
  readonly fromStored: (object: JsonObject) => JsonObject;
  /** What of an object of the stored version is written: custom resources lose what that version does not know. */
  readonly kept: <T extends object>(object: T) => T;
}
