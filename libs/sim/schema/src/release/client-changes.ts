import { change, type ReleaseChange } from './release-change.js';

/** A change to kubectl: which command lines it concerns, and what they now fail with. */
interface ClientChange {
  /** The verb; undefined for any. */
  readonly verb?: string;
  /** The flags that are gone. */
  readonly flags?: readonly string[];
  readonly change: ReleaseChange;
}

const RUN = change(
  'v1.18',
  '“kubectl run” makes a single Pod and knows no --replicas, --generator or --schedule: use “kubectl create deployment” (job, cronjob)',
  '«kubectl run» crea un único Pod y no conoce --replicas, --generator ni --schedule: usa «kubectl create deployment» (job, cronjob)',
);

/** Flags that kubectl lost, by verb (CHANGELOG of each release). */
const FLAGS: readonly ClientChange[] = [
  { verb: 'run', flags: ['--replicas', '--generator', '--schedule', '-r'], change: RUN },
  {
    verb: 'run',
    flags: ['--requests', '--limits', '--hostport', '--serviceaccount'],
    change: change(
      'v1.24',
      '“kubectl run” has no --requests, --limits, --hostport and --serviceaccount: use --overrides or a manifest',
      '«kubectl run» no tiene --requests, --limits, --hostport ni --serviceaccount: usa --overrides o un manifiesto',
    ),
  },
  {
    flags: ['--export'],
    change: change(
      'v1.18',
      '“kubectl get” has no --export: fields that the cluster sets have to be left out by hand',
      '«kubectl get» no tiene --export: los campos que pone el clúster se quitan a mano',
    ),
  },
  {
    verb: 'get',
    flags: ['--show-all', '-a'],
    change: change(
      'v1.14',
      '“kubectl get” has no --show-all: pods that have ended are always shown',
      '«kubectl get» no tiene --show-all: los pods terminados se muestran siempre',
    ),
  },
  {
    flags: ['--include-uninitialized'],
    change: change(
      'v1.14',
      'there is no --include-uninitialized: initializers are gone',
      'no hay --include-uninitialized: los inicializadores desaparecieron',
    ),
  },
  {
    flags: ['--generator'],
    change: change('v1.18', 'generators are gone from kubectl', 'kubectl ya no tiene generadores'),
  },
  {
    verb: 'version',
    flags: ['--short'],
    change: change(
      'v1.28',
      '“kubectl version” is always short and has no --short',
      '«kubectl version» es siempre breve y no tiene --short',
    ),
  },
  {
    verb: 'drain',
    flags: ['--delete-local-data'],
    change: change(
      'v1.20',
      '--delete-local-data of “kubectl drain” is called --delete-emptydir-data',
      '--delete-local-data de «kubectl drain» se llama --delete-emptydir-data',
    ),
  },
  {
    flags: ['--record'],
    change: change(
      'v1.22',
      '--record is deprecated: write the annotation kubernetes.io/change-cause',
      '--record está en desuso: escribe la anotación kubernetes.io/change-cause',
    ),
  },
];

const VERBS: Readonly<Record<string, ReleaseChange>> = {
  'rolling-update': change(
    'v1.18',
    'there is no “kubectl rolling-update”: a Deployment updates its pods itself (“kubectl rollout”)',
    'no existe «kubectl rolling-update»: un Deployment actualiza sus pods por sí mismo («kubectl rollout»)',
  ),
  convert: change(
    'v1.20',
    '“kubectl convert” is a plugin that is installed apart',
    '«kubectl convert» es un complemento que se instala aparte',
  ),
  stop: change(
    'v1.5',
    'there is no “kubectl stop”: use “kubectl delete”',
    'no existe «kubectl stop»: usa «kubectl delete»',
  ),
};

const EXEC = change(
  'v1.31',
  '“kubectl exec” takes the command after “--” only',
  '«kubectl exec» solo acepta el comando detrás de «--»',
);
const MASTER = change(
  'v1.24',
  'kubeadm labels and taints control planes with node-role.kubernetes.io/control-plane, not …/master',
  'kubeadm etiqueta y marca los planos de control con node-role.kubernetes.io/control-plane, no …/master',
);
const TOKEN = change(
  'v1.24',
  'service accounts get no Secret with a token: use “kubectl create token”',
  'las cuentas de servicio no reciben un Secret con un token: usa «kubectl create token»',
);
const DRY_RUN = change(
  'v1.18',
  '--dry-run wants a value: --dry-run=client or --dry-run=server',
  '--dry-run quiere un valor: --dry-run=client o --dry-run=server',
);
const COMPONENT_STATUS = change(
  'v1.19',
  'ComponentStatus is deprecated: look at the pods of kube-system, or at /livez and /readyz',
  'ComponentStatus está en desuso: mira los pods de kube-system, o /livez y /readyz',
);

/** The change behind a flag that kubectl does not know. */
export function removedFlag(verb: string, flag: string): ReleaseChange | undefined {
  return FLAGS.find((each) => (each.verb === undefined || each.verb === verb) && each.flags?.includes(flag))?.change;
}

/** The change behind a verb that kubectl does not know. */
export const removedVerb = (verb: string): ReleaseChange | undefined =>
  Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;

/** What `kubectl run` made before it made pods only. */
export const runMakesPods = RUN;

/** Changes that show in what is printed, not in a flag's name. */
export const PRINTED_CHANGES: readonly { readonly pattern: RegExp; readonly change: ReleaseChange }[] = [
  { pattern: /exec \[POD\] \[COMMAND\] is not supported anymore/, change: EXEC },
  { pattern: /taint "node-role\.kubernetes\.io\/master[^"]*" not found/, change: MASTER },
  { pattern: /--dry-run is deprecated and can be replaced with|Invalid dry-run value/, change: DRY_RUN },
  { pattern: /v1 ComponentStatus is deprecated/, change: COMPONENT_STATUS },
  { pattern: /secrets "[a-z0-9-]+-token-[a-z0-9]{5}" not found/, change: TOKEN },
];
