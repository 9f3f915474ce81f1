import { expect, it } from 'vitest';
import { readTranscript } from './index.js';

function commandsOf(text: string): string[] {
  const result = readTranscript(text);
  if (!result.ok) throw new Error(result.error.message.en);
  return result.value.commands.map((command) => command.text);
}

/** Sessions of other shells and programs, sentences and Markdown: the commands in them. */
const SHAPES: readonly { readonly name: string; readonly text: string; readonly commands: readonly string[] }[] = [
  {
    name: "fish's blocks",
    text: 'ana@pc ~/lab> for i in 1 2\n                  echo $i\n              end\n1\n2\nana@pc ~/lab> set -x KUBECONFIG ~/.kube/b\nana@pc ~/lab> kubectl get pods\n',
    commands: [
      'for i in 1 2; do\n                  echo $i\n              done',
      'set -x KUBECONFIG ~/.kube/b',
      'kubectl get pods',
    ],
  },
  {
    name: "PowerShell's own commands",
    text: 'PS C:\\lab> kubectl get pods | Select-String web\nPS C:\\lab> Get-Content .\\web.yaml\nPS C:\\lab> $env:NS = "shop"\nPS C:\\lab> @"\n>> kind: Namespace\n>> "@ | kubectl apply -f -\nPS C:\\lab> cls\n',
    commands: [
      'kubectl get pods | grep web',
      'cat ./web.yaml',
      'export NS="shop"',
      'kubectl apply -f - <<EOF\nkind: Namespace\nEOF',
      'clear',
    ],
  },
  {
    name: "tmux' bar, a right prompt and zsh's mark",
    text: 'ana@mac ~/lab % printf abc                                     [10:20:31]\nabc%                        \nana@mac ~/lab % ls                                             [10:20:35]\n[0] 0:zsh* 1:bash-                       "mac" 10:20 21-Nov-26\n',
    commands: ['printf abc', 'ls'],
  },
  {
    name: 'a prompt of its own make',
    text: "PS1='lab> '\nlab> kubectl get nodes\nNAME\nlab> cd x\n~/lab main* ❯ not one\nlab> ls\n",
    commands: ['kubectl get nodes', 'cd x', 'ls'],
  },
  {
    name: 'folders in a prompt of its own make',
    text: '~/lab main* ❯ kubectl get nodes\nNAME\n~/lab/web main* ❯ ls\n',
    commands: ['kubectl get nodes', 'ls'],
  },
  {
    name: 'a dollar without a space, notebooks',
    text: '$kubectl get nodes\nNAME\n$kubectl get pods\nIn [3]: !kubectl get svc\n',
    commands: ['kubectl get nodes', 'kubectl get pods', 'kubectl get svc'],
  },
  {
    name: 'words of a job behind a prompt',
    text: '$ kubectl port-forward svc/web 8080:80 &\n[1] 42\n$ Forwarding from 127.0.0.1:8080 -> 80\n$ curl -s localhost:8080\nHandling connection for 8080\n$ [1]+  Done                    kubectl port-forward svc/web 8080:80\n',
    commands: ['kubectl port-forward svc/web 8080:80 &', 'curl -s localhost:8080'],
  },
  {
    name: 'sentences that begin with a command',
    text: 'time is important here so we wait\nsleep 5\nset the image with kubectl set image\nfind the pod that fails\nkind of works\nwhich pods are running? none\nkubectl is the client of the cluster\nnginx     Web server\noc\nwatch kubectl get pods\nfind . -name a.yaml\nset -e\ntime kubectl get nodes\n',
    commands: ['sleep 5', 'watch kubectl get pods', 'find . -name a.yaml', 'set -e', 'time kubectl get nodes'],
  },
  {
    name: 'several aliases in a line',
    text: "alias kgp='kubectl get pods' kgs='kubectl get svc'\nkgs\nNAME   TYPE   CLUSTER-IP\nkgp -A\n",
    commands: ["alias kgp='kubectl get pods' kgs='kubectl get svc'", 'kgs', 'kgp -A'],
  },
  {
    name: 'Markdown with indented code',
    text: '# Lab 3\n\nCreate it:\n\n    kubectl create deployment web --image=nginx\n    kubectl expose deployment web --port=80\n\nThen look:\n\n    $ kubectl get svc\n    NAME   TYPE\n',
    commands: [
      'kubectl create deployment web --image=nginx',
      'kubectl expose deployment web --port=80',
      'kubectl get svc',
    ],
  },
];

it.each(SHAPES)('reads $name', ({ text, commands }) => {
  expect(commandsOf(text)).toEqual(commands);
});

const WIDE = [
  'kubectl create deployment frontend --image=registry.example.org/team/frontend:1.2.3 --replicas=3 --port=80',
  'kubectl get pods -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName,PHASE:.status.phase',
  `kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\\t"}{.status.podIP}{"\\n"}{end}' | sort | head -3`,
  'kubectl run curl --image=curlimages/curl --restart=Never --rm -it -- curl -s http://frontend.default.svc.cluster.local',
];

it.each([62, 70, 80, 90, 100])('joins the rows of a terminal of %i columns', (width) => {
  const rows = (line: string): string => line.replace(new RegExp(`.{${String(width)}}(?=.)`, 'g'), '$&\n');
  const session = WIDE.map((command) => `${rows(`ana@lab:~$ ${command}`)}\ndeployment.apps/frontend created\n`);
  expect(commandsOf(session.join(''))).toEqual(WIDE);
});
