import type { JsonObject } from '@seatrial/kernel';
import type { KubeObject } from './object.js';
import type { Status } from './status.js';

/** Who asks (authentication.k8s.io/v1 UserInfo). */
export interface UserInfo {
  readonly username: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

/** One request, content already decoded. Paths such as `/api/v1/…` are turned into this at the HTTP edge. */
export interface ApiRequest {
  readonly verb: 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly user: UserInfo;
  /** Decoded JSON of the body; a patch may be an array. `bodyText` is given when it could not be decoded or when duplicate keys matter. */
  readonly body?: unknown;
  readonly bodyText?: string;
  readonly patchType?: PatchType;
  /** The Content-Type of a request that came over HTTP; empty for none. */
  readonly contentType?: string;
  readonly options?: RequestOptions;
  /** The path of an HTTP request leads nowhere: who may ask for it gets this answer. */
  readonly unrouted?: 'NotFound' | 'MethodNotAllowed';
}

/** Query parameters and delete options, by their API names. */
export interface RequestOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  /** `Exact` or `NotOlderThan`, as it was typed. */
  readonly resourceVersionMatch?: string;
  readonly sendInitialEvents?: boolean;
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  readonly force?: boolean;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  /** Objects come with metadata.managedFields, which otherwise are left out (they are computed when asked for). */
  readonly showManagedFields?: boolean;
  /** Ask for meta.k8s.io/v1 Table instead of objects; `includeObject` as in the API. */
  readonly asTable?: { readonly includeObject?: 'None' | 'Metadata' | 'Object' };
}

export interface ApiResponse {
  /** HTTP status code. */
  readonly code: number;
  /** An object, a list, a Table or a Status. */
  readonly body: JsonObject | KubeObject | Status;
  /** `Warning:` headers (299), without the code. */
  readonly warnings: readonly string[];
  /** How long the answer took because of the webhooks that were asked, ms: clients wait for that. */
  readonly tookMs?: number;
}

export interface WatchEvent<T extends KubeObject = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
  /** The object before, where there was one. */
  readonly previous?: T;
  /** The object as a meta.k8s.io/v1 Table, for watches that asked for it. */
  readonly table?: JsonObject;
}

export interface WatchRequest {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly user: UserInfo;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Only changes after this; without it the existing objects come first as ADDED. */
  readonly resourceVersion?: string;
  /** Events carry a Table of their object, made when the event happens. */
  readonly asTable?: { readonly includeObject?: 'None' | 'Metadata' | 'Object' };
  /** Objects come with metadata.managedFields. */
  readonly showManagedFields?: boolean;
}

export interface Watch {
  stop(): void;
}
