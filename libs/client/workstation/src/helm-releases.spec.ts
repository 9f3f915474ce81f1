import { findProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const CHART =
  'helm create web > /dev/null; rm -r web/templates/*; printf "apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: {{ .Release.Name }}}\\ndata: {n: {{ .Values.n | quote }}}\\n" > web/templates/a.yaml; echo "n: 0" > web/values.yaml';

function lastOf(...commands: readonly string[]): string {
  const workstation = openWorkstation({ profile: findProfile('kubeadm')!, seed: 'helm' });
  const results = [CHART, ...commands].map((command) => workstation.run(command));
  const { stdout = '', stderr = '' } = results.at(-1) ?? {};
  return stdout + stderr;
}

const INSTALL = 'helm install a ./web --labels team=x';
const UPGRADES = 'for i in $(seq 12); do helm upgrade a ./web --set n=$i > /dev/null; done';

describe('releases of helm', () => {
  it.each([
    ['labels of a release select it', [INSTALL, 'helm list -q -l team=x; helm list -q -l team=y'], /^a\n$/],
    ['lists as JSON', [INSTALL, 'helm list -o json'], /^\[\{"name":"a","namespace":"default","revision":"1",/],
    [
      'ten revisions are kept',
      [INSTALL, UPGRADES, 'helm history a -o json | jq -c "map(.revision)"'],
      /^\[4,5,6,7,8,9,10,11,12,13\]\n$/,
    ],
    [
      'a release as JSON',
      [`${INSTALL} -o json | jq -c "[.name, .info.status, .apply_method]"`],
      /^\["a","deployed","ssa"\]\n$/,
    ],
    [
      'metadata',
      [INSTALL, 'helm get metadata a'],
      /^LABELS: modifiedAt=\d+,name=a,owner=helm,status=deployed,team=x,version=1\nDEPENDENCIES: \nNAMESPACE: default\n/m,
    ],
    ['metadata of a named revision', [INSTALL, 'helm get metadata a --revision 1'], /^LABELS: team=x\n/m],
    [
      'an unknown hook is left out, and said',
      [
        'printf "---\\napiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: x, annotations: {helm.sh/hook: }}\\n" >> web/templates/a.yaml; helm template a ./web -f /dev/null | grep -c name',
      ],
      /^level=INFO msg="skipping unknown hooks" hookTypes=""\n|^1\nlevel=INFO/,
    ],
    [
      'what a failed upgrade made goes again',
      [
        INSTALL,
        'printf "apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: more}\\n---\\napiVersion: v1\\nkind: Service\\nmetadata: {name: bad}\\nspec: {ports: [{port: 99999}]}\\n" > web/templates/b.yaml; helm upgrade a ./web --cleanup-on-fail > /dev/null 2>&1; kubectl get cm -o name',
      ],
      /^configmap\/a\nconfigmap\/kube-root-ca.crt\n$/,
    ],
    [
      'a failed release gives way to a good one',
      [
        'printf "apiVersion: v1\\nkind: Service\\nmetadata: {name: bad}\\nspec: {ports: [{port: 99999}]}\\n" > web/templates/b.yaml; helm install a ./web 2> /dev/null; rm web/templates/b.yaml; helm upgrade a ./web > /dev/null; helm history a -o json | jq -c "map(.status)"',
      ],
      /^\["superseded","deployed"\]\n$/,
    ],
    [
      'values are reused',
      [
        INSTALL,
        'helm upgrade a ./web --set n=7 > /dev/null; helm upgrade a ./web --reset-then-reuse-values > /dev/null; helm get values a',
      ],
      /^USER-SUPPLIED VALUES:\n"n": 7\n$/,
    ],
    [
      'history stays',
      [INSTALL, 'helm uninstall a --keep-history; helm list --uninstalled -q; helm uninstall a; helm history a'],
      /^release "a" uninstalled\na\nrelease "a" uninstalled\nError: release: not found\n$/,
    ],
    [
      'labels of the last revision select',
      [INSTALL, 'helm upgrade a ./web --labels team=y > /dev/null; helm list -q -l team=x; helm list -q -l team=y'],
      /^a\n$/,
    ],
    ['no history at all', [INSTALL, 'helm history a --max 0 | wc -l'], /^1\n$/],
    [
      'the record is gzipped JSON',
      [
        INSTALL,
        'kubectl get secret sh.helm.release.v1.a.v1 -o jsonpath="{.data.release}" | base64 -d | base64 -d | gunzip | jq -c "[.name,.info.status,.chart.metadata.name,.version,.apply_method]"',
      ],
      /^\["a","deployed","web",1,"ssa"\]\n$/,
    ],
    [
      'what follows a refused object is made all the same',
      [
        'printf "apiVersion: v1\\nkind: Service\\nmetadata: {name: bad}\\nspec: {ports: [{port: 99999}]}\\n---\\napiVersion: apps/v1\\nkind: Deployment\\nmetadata: {name: d}\\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}}\\n" > web/templates/b.yaml; helm install a ./web > /dev/null 2>&1; kubectl get deploy -o name',
      ],
      /^deployment.apps\/d\n$/,
    ],
    [
      'a namespace that is there is labelled',
      [
        'kubectl create ns n > /dev/null; helm install a ./web -n n --create-namespace > /dev/null; kubectl get ns n -o jsonpath="{.metadata.labels.name}"',
      ],
      /^n$/,
    ],
    [
      '--debug says what is done',
      ['helm install a ./web --debug 2>&1 > /dev/null | cut -c1-60'],
      /^level=DEBUG msg="Original chart version" version=""\nlevel=DEBUG msg="Chart path".*\nlevel=DEBUG msg="number of dependencies in the chart" chart=\nlevel=DEBUG msg="creating resource\(s\)" resources=1\n/,
    ],
    [
      'a null takes what was given, not what was reused',
      [
        INSTALL,
        'helm upgrade a ./web --set n=7 > /dev/null; helm upgrade a ./web --reuse-values --set n=null > /dev/null; helm get values a; helm get manifest a | grep -o \'"7"\'',
      ],
      /^USER-SUPPLIED VALUES:\nnull\n"7"\n$/,
    ],
    [
      'the environment names the namespace',
      [
        'HELM_NAMESPACE=n helm install a ./web --create-namespace > /dev/null; helm list -q; HELM_NAMESPACE=n helm list -q; helm list -q -n n',
      ],
      /^a\na\n$/,
    ],
    [
      'a name that is none for YAML',
      ['sed -i "s/name: {{ .Release.Name }}/name: yes/" web/templates/a.yaml; helm install a ./web'],
      /^Error: INSTALLATION FAILED: unable to build kubernetes objects from release manifest: unable to decode "": json: cannot unmarshal bool into Go struct field ObjectMeta\.metadata\.name of type string\n$/,
    ],
    [
      'an upgrade to an unknown kind',
      [
        INSTALL,
        'printf "apiVersion: x/v1\\nkind: Widget\\nmetadata: {name: w}\\n" > web/templates/b.yaml; helm upgrade a ./web',
      ],
      /^Error: UPGRADE FAILED: resource mapping not found for name: "w"/,
    ],
    [
      'a chart in the folder of its name',
      ['mkdir d; helm create d/ > /dev/null; ls d; ls d/d/charts; helm version --template "{{.KubeClientVersion}}"'],
      /^d\nv1\.35$/,
    ],
    [
      'flags of other commands',
      [INSTALL, 'helm rollback a --atomic; helm show values ./web --set a=b'],
      /^Error: unknown flag: --atomic\nError: unknown flag: --set\n$/,
    ],
    [
      'system labels are refused',
      ['helm install a ./web --labels owner=me'],
      /System labels: \[name owner status version createdAt modifiedAt\]\n$/,
    ],
    [
      'a dry run without a value is warned of',
      [INSTALL, 'helm upgrade a ./web --dry-run > /dev/null'],
      /^level=WARN msg="--dry-run is deprecated and should be replaced with '--dry-run=client'"\n$/,
    ],
    [
      'a dry run by a truth is warned of',
      ['helm install a ./web --dry-run=true > /dev/null'],
      /^level=WARN msg="boolean '--dry-run=true' flag is deprecated and must be replaced with '--dry-run=client'"\n$/,
    ],
    [
      'a template is always a dry run',
      ['helm template ./web --dry-run=none'],
      /^Error: invalid dry-run value \("none"\)\. Must be "server" or "client"\n$/,
    ],
    [
      'required of an empty text, linted',
      ['echo "{{ required \\"say\\" .Values.e }}" >> web/templates/a.yaml; helm lint web --set e= 2>&1 | grep missing'],
      /^level=WARN msg="missing required values" message=say\n/,
    ],
    [
      'a field of a given number',
      ['echo "{{ (.Values.n).x }}" >> web/templates/a.yaml; helm template web --set n=5'],
      /can't evaluate field x in type int64\n/,
    ],
    ['completion can be sourced', ['source <(helm completion bash) && echo $?'], /^0\n$/],
  ])('%s', (_, commands, expected) => {
    expect(lastOf(...commands)).toMatch(expected);
  });
});
