import type { JsonObject } from '@seatrial/kernel';
import type { FieldError, NameRule } from '@seatrial/schema';
import type { KubeObject } from './object.js';
import type { UserInfo } from './request.js';
import type { ObjectReader } from './store.js';

/** A mutable object on its way into the store; hooks change it in place. */
export type DraftObject = JsonObject & { metadata: JsonObject };

/** What a kind's hooks may look at. */
export interface KindContext {
  readonly store: ObjectReader;
  /** Virtual ms since the epoch. */
  readonly now: number;
  readonly user: UserInfo;
  /** The group that the request speaks to: one kind may be served by two. */
  readonly group: string;
  readonly subresource?: string;
}

/** A cell of a Table row, and the columns it belongs to; `priority` 1 is shown with `-o wide` only. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly priority?: number;
  readonly description?: string;
}

/**
 * What a kind adds to the generic treatment (k8s.io/kubernetes/pkg/registry strategies, pkg/apis defaults and
 * validation, pkg/printers). Every hook may be left out. `group`, `version`, `resource` as in discovery; `version` is
 * the one that is stored.
 */
export interface KindDefinition {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  /** Defaults that the OpenAPI document does not state (pkg/apis/.../defaults.go). */
  readonly defaults?: (draft: DraftObject) => void;
  /** Clears what a client may not set on create, and sets what the strategy sets. */
  readonly prepareForCreate?: (draft: DraftObject, context: KindContext) => void;
  /** The same for an update of the main resource or of a subresource (`context.subresource`). */
  readonly prepareForUpdate?: (draft: DraftObject, old: KubeObject, context: KindContext) => void;
  /** What storage must be able to rely on before it allocates for the object; an error ends the request there. */
  readonly validateAllocation?: (object: KubeObject) => FieldError[];
  readonly validate?: (object: KubeObject, context: KindContext) => FieldError[];
  readonly validateUpdate?: (object: KubeObject, old: KubeObject, context: KindContext) => FieldError[];
  readonly warnings?: (object: KubeObject, old: KubeObject | undefined, context: KindContext) => string[];
  /** True when a write changes what `metadata.generation` counts; by default: when `spec` differs. False: kind without generation. */
  readonly generation?: false | ((object: KubeObject, old: KubeObject) => boolean);
  /** Values of field selectors beyond metadata.name and metadata.namespace. */
  readonly selectableFields?: (object: KubeObject) => Readonly<Record<string, string>>;
  /** The server-side Table: columns and one row's cells. Without it: Name and Age (or a CRD's columns). */
  readonly table?: {
    readonly columns: readonly TableColumn[];
    readonly cells: (object: KubeObject, now: number) => readonly unknown[];
    /** The order of rows, where it is not that of names. */
    readonly order?: (a: KubeObject, b: KubeObject) => number;
  };
  /** `scale` subresource paths. */
  readonly scale?: {
    readonly specReplicasPath: string;
    readonly statusReplicasPath: string;
    readonly selectorPath: string;
  };
  /** Grace period for a delete; undefined: deleted at once. Pods have one. */
  readonly deletionGracePeriod?: (object: KubeObject, requested: number | undefined) => number | undefined;
  /** Default cascade when the request names none; workloads are 'Background'. */
  readonly defaultPropagation?: 'Background' | 'Orphan' | 'Foreground';
  /** Object names: DNS subdomain unless said otherwise. */
  readonly nameRule?: NameRule;
  /** False where the kind's own validation does not look at metadata: then it is looked at when all else is well. */
  readonly validatesMetadata?: (context: KindContext) => boolean;
  /** True where the kind takes finalizers without a domain (apimachinery's ValidateObjectMeta instead of core's). */
  readonly anyFinalizers?: true;
  /** False where `metadata.generateName` is not looked at once a name is there (ValidateObjectMetaWithOpts). */
  readonly looksAtPrefix?: false;
  /** Other served versions, converted to and from the stored one. */
  readonly conversions?: Readonly<
    Record<
      string,
      { readonly toStored: (object: JsonObject) => JsonObject; readonly fromStored: (object: JsonObject) => JsonObject }
    >
  >;
}

/** Names a kind definition; for its type only. */
export const defineKind = (kind: KindDefinition): KindDefinition => kind;
