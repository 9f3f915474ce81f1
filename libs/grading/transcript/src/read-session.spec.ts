import { expect, it } from 'vitest';
import { readTranscript, type TranscriptCommand } from './index.js';

function read(text: string): readonly TranscriptCommand[] {
  const result = readTranscript(text);
  if (!result.ok) throw new Error(result.error.message.en);
  return result.value.commands;
}

const cases: { name: string; text: string; commands: (Partial<TranscriptCommand> & { text: string })[] }[] = [
  {
    name: 'two terminals, each command with its output and place',
    text: '[node1 ~]$ kubectl get no\nNAME    STATUS\nnode1   Ready\n\n[node2 ~]$  hostname\nnode2\n[node1 ~]$ ',
    commands: [
      { text: 'kubectl get no', terminal: 'node1', line: 1, column: 12, output: 'NAME    STATUS\nnode1   Ready\n' },
      { text: 'hostname', terminal: 'node2', line: 5, column: 13, output: 'node2\n' },
    ],
  },
  {
    name: 'PowerShell',
    text: 'PS C:\\Users\\Ana> kubectl.exe apply -f .\\k8s\\web.yaml `\n>>   -n shop\ndeployment.apps/web created\nPS C:\\Users\\Ana> kubectl get po',
    commands: [
      { text: 'kubectl apply -f ./k8s/web.yaml \\\n  -n shop', output: 'deployment.apps/web created\n' },
      { text: 'kubectl get po' },
    ],
  },
  {
    name: 'cmd.exe',
    text: 'C:\\Users\\Ana\\lab>kubectl get pods ^\nMore? -o wide\nNAME READY\nC:\\>dir',
    commands: [{ text: 'kubectl get pods \\\n-o wide', output: 'NAME READY\n', column: 18 }, { text: 'ls' }],
  },
  {
    name: 'a capture with colours, corrections and an erased word',
    text: 'Script started on 2024-07-03 [TERM="xterm" COLUMNS="80"]\r\n\u001b[?2004h\u001b]0;ana@lab: ~\u0007\u001b[01;32mana@lab\u001b[00m:\u001b[34m~\u001b[0m$ kubeclt\b\b\u001b[Ktl get pdo\b\b\u001b[Kods\r\n\u001b[?2004l\rNAME\r\n10%\r100%\r\nana@lab:~$ ls\r\nScript done on 2024',
    commands: [
      { text: 'kubectl get pods', terminal: 'lab', output: 'NAME\n100%\n', line: 2 },
      { text: 'ls', line: 5 },
    ],
  },
  {
    name: 'asciinema',
    text: '{"version": 2, "width": 80, "height": 24}\n[0.1, "o", "$ kubectl ru"]\n[0.2, "i", "n"]\n[0.3, "o", "n web --image=nginx\\r\\npod/web cre"]\n[0.5, "o", "ated\\r\\n$ "]\n[0.9, "o", "ls\\r\\n"]\n',
    commands: [
      { text: 'kubectl run web --image=nginx', line: 2, output: 'pod/web created\n' },
      { text: 'ls', line: 5 },
    ],
  },
  {
    name: 'a line that readline wrapped',
    text: `Script started on 2024 [COLUMNS="41"]\n$ kubectl create deployment web --image=n \rginx:1.27\n$ ls`,
    commands: [{ text: 'kubectl create deployment web --image=nginx:1.27' }, { text: 'ls' }],
  },
  {
    name: 'Ctrl-C at a prompt, in a continued line, and after a follow',
    text: '$ kubectl get po^C\n$ echo "half\n> ^C\n$ kubectl logs -f web\nline\n^C\n$ kubectl get pods -w\nNAME\n^C$ ls',
    commands: [
      { text: 'kubectl logs -f web', output: 'line\n', interrupted: true },
      { text: 'kubectl get pods -w', output: 'NAME\n', interrupted: true },
      { text: 'ls', line: 9, column: 5 },
    ],
  },
  {
    name: "lines typed into a pod's shell and redis-cli",
    text: '$ kubectl exec -it web -- sh\n/ # hostname\nweb\n/ # exit\n$ redis-cli -h redis\nredis:6379> KEYS *\n1) "a"\nredis:6379> quit\n$ ls',
    commands: [
      { text: 'kubectl exec -it web -- sh', input: ['hostname', 'exit'], output: 'web\n' },
      { text: 'redis-cli -h redis', input: ['KEYS *', 'quit'], output: '1) "a"\n' },
      { text: 'ls' },
    ],
  },
  {
    name: 'lines typed into telnet',
    text: '$ telnet 10.99.13.7 6379\nConnected to 10.99.13.7.\nKEYS *\n*1\n$1\na\nQUIT\n+OK\n$ ls',
    commands: [
      {
        text: 'telnet 10.99.13.7 6379',
        input: ['KEYS *', 'QUIT'],
        output: 'Connected to 10.99.13.7.\n*1\n$1\na\n+OK\n',
      },
      { text: 'ls' },
    ],
  },
  {
    name: "a pod's shell in a list of commands",
    text: 'kubectl exec -it web -- bash\nls /\nexit\nkubectl get pods',
    commands: [{ text: 'kubectl exec -it web -- bash', input: ['ls /', 'exit'] }, { text: 'kubectl get pods' }],
  },
  {
    name: 'output in a fence of its own, with commands in it',
    text: 'Init:\n```bash\nkubeadm init\n```\n```sh\nYour control-plane has initialized!\n\n  mkdir -p $HOME/.kube\nkubeadm join 192.168.0.18:6443 --token a.b\n```\nThen\n```bash\nls\n```\n```sh\ntotal 0\n\n[node2 ~]$ \n```',
    commands: [
      {
        text: 'kubeadm init',
        output:
          'Your control-plane has initialized!\n\n  mkdir -p $HOME/.kube\nkubeadm join 192.168.0.18:6443 --token a.b\n',
      },
      { text: 'ls', output: 'total 0\n' },
    ],
  },
  {
    name: 'indented Markdown with a continuation prompt of another terminal',
    text: 'x\n```bash\nkubectl apply -n kube-system -f \\\n  >     "https://example.org/net?v=$(kubectl version | base64 |tr -d \'\\n\')"\n  serviceaccount "net" created\n```',
    commands: [
      {
        text: 'kubectl apply -n kube-system -f \\\n    "https://example.org/net?v=$(kubectl version | base64 |tr -d \'\\n\')"',
        output: '  serviceaccount "net" created\n',
      },
    ],
  },
  {
    name: 'a table pasted after a prompt, help with examples, and root',
    text: '$ NAME READY STATUS RESTARTS AGE\n$ kubectl scale\nExamples:\n  $ not typed\n$ ls',
    commands: [{ text: 'kubectl scale', output: 'Examples:\n  $ not typed\n' }, { text: 'ls' }],
  },
  {
    name: 'quotes of a word processor, and text in quotes',
    text: '$ kubectl\u00a0run web —image=nginx –n shop\n$ echo “a b” "it’s"\n$ kubectl exec web — ls',
    commands: [
      { text: 'kubectl run web --image=nginx -n shop' },
      { text: 'echo "a b" "it’s"' },
      { text: 'kubectl exec web -- ls' },
    ],
  },
  {
    name: 'curly quotes that the output shows were typed',
    text: '$ kubectl label pod a “tier=front”\nerror: invalid label value: "“tier=front”": a valid label\n$ ls',
    commands: [{ text: 'kubectl label pod a “tier=front”' }, { text: 'ls' }],
  },
  {
    name: 'a command below what a background job wrote behind its prompt',
    text: '$ kubectl port-forward svc/web 8080:80 &\n[1] 42\n$ Forwarding from 127.0.0.1:8080 -> 80\nForwarding from [::1]:8080 -> 80\ncurl localhost:8080\nHandling connection for 8080\nhello\n$ ls',
    commands: [
      { text: 'kubectl port-forward svc/web 8080:80 &' },
      { text: 'curl localhost:8080', line: 5, column: 1, output: 'Handling connection for 8080\nhello\n' },
      { text: 'ls' },
    ],
  },
  {
    name: 'prompts behind outputs that did not end their line',
    text: "[n ~]$ kubectl get po a -o jsonpath='{.status.podIP}'\n10.5.1.9[n ~]$ curl 10.5.1.9\nhello[n ~]$ kubectl exec -it a -- sh\n/ # printf x\nx/ # exit\n[n ~]$ echo 'a[n ~]$ '\na[n ~]$ \n",
    commands: [
      { text: "kubectl get po a -o jsonpath='{.status.podIP}'", output: '10.5.1.9\n' },
      { text: 'curl 10.5.1.9', line: 2, column: 16, output: 'hello\n' },
      { text: 'kubectl exec -it a -- sh', input: ['printf x', 'exit'], output: 'x\n' },
      { text: "echo 'a[n ~]$ '" },
    ],
  },
  {
    name: 'titles above prompts, which nothing printed',
    text: 'ana@pc in ~/lab via 🐍 v3.11\n❯ kubectl run web --image=nginx\npod/web created\n\nana@pc in ~/lab took 2s\n❯ ls',
    commands: [{ text: 'kubectl run web --image=nginx', output: 'pod/web created\n' }, { text: 'ls' }],
  },
  {
    name: 'here-documents behind prompts and without',
    text: "$ cat > a.yaml <<'EOF'\n> kind: Pod\n> # note\n> EOF\n$ cat <<E > b\nkind: X\nE\n$ ls",
    commands: [
      { text: "cat > a.yaml <<'EOF'\nkind: Pod\n# note\nEOF" },
      { text: 'cat <<E > b\nkind: X\nE', line: 5 },
      { text: 'ls' },
    ],
  },
];

it.each(cases)('reads $name', ({ text, commands }) => {
  expect(read(text)).toMatchObject(commands);
});
