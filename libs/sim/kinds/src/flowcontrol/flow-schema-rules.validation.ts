import { fieldErrors, isDns1123Label, isDns1123Subdomain, type FieldError, type FieldPath } from '@seatrial/schema';
import { complain } from '../validation/fields.js';

/* pkg/apis/flowcontrol/validation, v1.35: whose requests a schema is for. */

type Names = readonly string[] | null | undefined;

export interface FlowSubject {
  readonly kind?: string;
  readonly user?: { readonly name?: string };
  readonly group?: { readonly name?: string };
  readonly serviceAccount?: { readonly name?: string; readonly namespace?: string };
}

interface ResourceRule {
  readonly verbs?: Names;
  readonly apiGroups?: Names;
  readonly resources?: Names;
  readonly namespaces?: Names;
  readonly clusterScope?: boolean;
}

interface NonResourceRule {
  readonly verbs?: Names;
  readonly nonResourceURLs?: Names;
}

export interface FlowRule {
  readonly subjects?: readonly FlowSubject[] | null;
  readonly resourceRules?: readonly ResourceRule[] | null;
  readonly nonResourceRules?: readonly NonResourceRule[] | null;
}

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

/** The kinds of subjects, with the member that each has, in the order in which others are forbidden. */
const MEMBERS = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const;
const SHOWN_KINDS = ['Group', 'ServiceAccount', 'User'];

function validateName(name: string | undefined, path: FieldPath): FieldError[] {
  return name ? [] : [fieldErrors.required(path.child('name'))];
}

function validateServiceAccount({ name, namespace = '' }: { name?: string; namespace?: string }, path: FieldPath) {
  const at = path.child('namespace');
  return [
    ...(name && name !== '*' ? complain(path.child('name'), name, isDns1123Subdomain(name)) : validateName(name, path)),
    ...(namespace === ''
      ? [fieldErrors.required(at, 'must specify namespace for service account')]
      : complain(at, namespace, isDns1123Label(namespace))),
  ];
}

function validateSubject(subject: FlowSubject, path: FieldPath): FieldError[] {
  const { kind = '' } = subject;
  if (!Object.hasOwn(MEMBERS, kind)) return [fieldErrors.notSupported(path.child('kind'), kind, SHOWN_KINDS)];
  const own = MEMBERS[kind as keyof typeof MEMBERS];
  const at = path.child(own);
  const value = subject[own];
  const errors = !value
    ? [fieldErrors.required(at, `${own} is required when subject kind is '${kind}'`)]
    : kind === 'ServiceAccount'
      ? validateServiceAccount(value, at)
      : validateName(value.name, at);
  for (const [other, member] of Object.entries(MEMBERS))
    if (member !== own && subject[member])
      errors.push(
        fieldErrors.forbidden(path.child(member), `${member} is forbidden when subject kind is not '${other}'`),
      );
  return errors;
}

function validateVerbs(given: Names, path: FieldPath): FieldError[] {
  const verbs = given ?? [];
  if (verbs.length === 0) return [fieldErrors.required(path, 'verbs must contain at least one value')];
  if (verbs.includes('*'))
    return verbs.length > 1
      ? [fieldErrors.invalid(path, verbs, "if '*' is present, must not specify other verbs")]
      : [];
  return verbs.every((verb) => VERBS.includes(verb)) ? [] : [fieldErrors.notSupported(path, verbs, VERBS)];
}

/** A list of which there must be something, and nothing beside `*`. */
function validateNames(given: Names, path: FieldPath, one: string, several: string): FieldError[] {
  const names = given ?? [];
  if (names.length === 0) return [fieldErrors.required(path, `resource rules must supply at least one ${one}`)];
  return names.length > 1 && names.includes('*')
    ? [fieldErrors.invalid(path, names, `if '*' is present, must not specify other ${several}`)]
    : [];
}

function validateNamespaces({ namespaces, clusterScope }: ResourceRule, path: FieldPath): FieldError[] {
  const names = namespaces ?? [];
  if (names.length === 0 && !clusterScope)
    return [
      fieldErrors.required(path, 'resource rules that are not cluster scoped must supply at least one namespace'),
    ];
  if (names.includes('*'))
    return names.length > 1
      ? [fieldErrors.invalid(path, names, "if '*' is present, must not specify other namespaces")]
      : [];
  return names.flatMap((name, index) =>
    isDns1123Label(name).map((complaint) =>
      fieldErrors.invalid(
        path.index(index),
        name,
        `each member of this list must be '*' or a DNS-1123 label; ${complaint}`,
      ),
    ),
  );
}

function urlComplaint(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const wildcards = url.split('*').length - 1;
  return wildcards > 1 || (wildcards === 1 && !url.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
}

function validateUrls(given: Names, path: FieldPath): FieldError[] {
  const urls = given ?? [];
  if (urls.length === 0) return [fieldErrors.required(path, 'nonResourceURLs must contain at least one value')];
  if (urls.includes('*'))
    return urls.length > 1
      ? [fieldErrors.invalid(path, urls, "if '*' is present, must not specify other non-resource URLs")]
      : [];
  return urls.flatMap((url, index) => {
    const complaint = urlComplaint(url);
    return complaint === undefined ? [] : [fieldErrors.invalid(path.index(index), url, complaint)];
  });
}

/** ValidateFlowSchemaPolicyRulesWithSubjects. */
export function validateFlowRule(rule: FlowRule, path: FieldPath): FieldError[] {
  const [subjects, resourceRules, nonResourceRules] = [
    rule.subjects ?? [],
    rule.resourceRules ?? [],
    rule.nonResourceRules ?? [],
  ];
  const errors = subjects.flatMap((subject, index) => validateSubject(subject, path.child('subjects').index(index)));
  if (subjects.length === 0)
    errors.push(fieldErrors.required(path.child('subjects'), 'subjects must contain at least one value'));
  if (resourceRules.length === 0 && nonResourceRules.length === 0)
    errors.push(fieldErrors.required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
  return [
    ...errors,
    ...resourceRules.flatMap((one, index) => {
      const at = path.child('resourceRules').index(index);
      return [
        ...validateVerbs(one.verbs, at.child('verbs')),
        ...validateNames(one.apiGroups, at.child('apiGroups'), 'api group', 'api groups'),
        ...validateNames(one.resources, at.child('resources'), 'resource', 'resources'),
        ...validateNamespaces(one, at.child('namespaces')),
      ];
    }),
    ...nonResourceRules.flatMap((one, index) => {
      const at = path.child('nonResourceRules').index(index);
      return [
        ...validateVerbs(one.verbs, at.child('verbs')),
        ...validateUrls(one.nonResourceURLs, at.child('nonResourceURLs')),
      ];
    }),
  ];
}
