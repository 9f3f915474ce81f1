import type { Ingress, ObjectReader } from '@seatrial/apiserver';
import { isJsonObject, type HttpRequest, type HttpResponse, type JsonObject } from '@seatrial/kernel';
import { respond, respondJson } from '@seatrial/images';
import { ingressesOfClass, isOfClass, type ClassChoice } from './ingress-class.js';

const PLAIN_PATH = /^\/[A-Za-z0-9._\-/]*$/;
const SNIPPETS = ['auth-snippet', 'configuration-snippet', 'modsecurity-snippet', 'server-snippet', 'stream-snippet'];

type Rules = NonNullable<Ingress['spec']['rules']>;

const pathsOf = (rules: Rules | undefined): { readonly host: string; readonly path: string; readonly type: string }[] =>
  (rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? []).map(({ path, pathType }) => ({ host: host ?? '', path: path || '/', type: pathType ?? '' })),
  );

/** Why the controller does not take an Ingress (internal/ingress/controller CheckIngress); undefined when it does. */
export function ingressComplaint(store: ObjectReader, ingress: Ingress, choice: ClassChoice): string | undefined {
  if (!isOfClass(store, ingress, choice)) return undefined;
  const annotations = ingress.metadata.annotations ?? {};
  for (const name of SNIPPETS) {
    const full = `nginx.ingress.kubernetes.io/${name}`;
    if (Object.hasOwn(annotations, full))
      return `${full} annotation cannot be used. Snippet directives are disabled by the Ingress administrator`;
  }
  const own = pathsOf(ingress.spec.rules);
  const wrong = own.filter(({ path, type }) => type !== 'ImplementationSpecific' && !PLAIN_PATH.test(path));
  if (wrong.length > 0)
    return `ingress contains invalid paths: ${wrong.map(({ path, type }) => `path ${path} cannot be used with pathType ${type}`).join('\n')}`;
  if (annotations['nginx.ingress.kubernetes.io/canary'] === 'true') return undefined;
  for (const other of ingressesOfClass(store, choice)) {
    if (other.metadata.name === ingress.metadata.name && other.metadata.namespace === ingress.metadata.namespace)
      continue;
    if (other.metadata.annotations?.['nginx.ingress.kubernetes.io/canary'] === 'true') continue;
    for (const { host, path, type } of pathsOf(other.spec.rules)) {
      const clash = own.find((each) => each.host === host && each.path === path && each.type === type);
      if (clash)
        return `host "${host || '_'}" and path "${path}" is already defined in ingress ${other.metadata.namespace ?? ''}/${other.metadata.name}`;
    }
  }
  return undefined;
}

/** Answers an AdmissionReview of ingress-nginx' validating webhook. */
export function reviewIngress(store: ObjectReader, request: HttpRequest, choice: ClassChoice): HttpResponse {
  let body: unknown;
  try {
    body = JSON.parse(request.body);
  } catch {
    return respond(400, 'invalid AdmissionReview\n');
  }
  const review = isJsonObject(body) ? body : {};
  const asked = isJsonObject(review.request) ? review.request : {};
  const complaint = isJsonObject(asked.object)
    ? ingressComplaint(store, asked.object as unknown as Ingress, choice)
    : undefined;
  const response: JsonObject = {
    uid: asked.uid ?? '',
    allowed: complaint === undefined,
    ...(complaint !== undefined && { status: { message: complaint, reason: 'BadRequest', code: 400 } }),
  };
  return respondJson({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response });
}
