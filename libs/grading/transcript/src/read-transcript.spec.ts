import { expect, it } from 'vitest';
import { readTranscript } from './index.js';

function read(text: string): { commands: string[]; lines: number[]; skipped: string[] } {
  const result = readTranscript(text);
  if (!result.ok) throw new Error(result.error.message.en);
  return {
    commands: result.value.commands.map((command) => command.text),
    lines: result.value.commands.map((command) => command.line),
    skipped: result.value.skipped.map((item) => `${String(item.line)} ${item.reason}`),
  };
}

const cases: { name: string; text: string; commands: string[]; lines?: number[]; skipped?: string[] }[] = [
  {
    name: 'a script',
    text: '# go\nkubectl get pods\n\nls',
    commands: ['kubectl get pods', 'ls'],
    lines: [2, 4],
    skipped: ['1 comment'],
  },
  {
    name: 'prompts and output',
    text: '[node1 ~]$ kubectl get no\nNAME STATUS\nnode1 Ready\n[node1 ~]$ \n[node1 ~]$ ls',
    commands: ['kubectl get no', 'ls'],
    skipped: ['2 output', '3 output', '4 prompt-only'],
  },
  {
    name: 'continuation prompts',
    text: "$ kubectl get nodes -o json |\n>   jq '.items[]\n> | .x'\n{}\n$ ls",
    commands: ["kubectl get nodes -o json |\n  jq '.items[]\n| .x'", 'ls'],
    lines: [1, 5],
  },
  {
    name: 'what an exam teaches to type first',
    text: 'complete -o default -F __start_kubectl k\necho "alias kn=kubectl" >> ~/.bashrc\nkn get po\nshopt -s extglob\nsudo -i',
    commands: [
      'complete -o default -F __start_kubectl k',
      'echo "alias kn=kubectl" >> ~/.bashrc',
      'kn get po',
      'shopt -s extglob',
      'sudo -i',
    ],
  },
  { name: 'root prompts', text: '# kubectl get pods\nNo resources found\n# ls', commands: ['kubectl get pods', 'ls'] },
  { name: 'user@host', text: 'ana@lab:~/k8s$ kubectl get po\nx 1\nroot@lab:/# id', commands: ['kubectl get po', 'id'] },
  {
    name: 'here-documents',
    text: 'cat <<EOF > a.yaml\nkind: Pod\nls\nEOF\nkubectl apply -f a.yaml',
    commands: ['cat <<EOF > a.yaml\nkind: Pod\nls\nEOF', 'kubectl apply -f a.yaml'],
    lines: [1, 5],
  },
  {
    name: 'loops',
    text: 'for S in rng hasher; do\n  kubectl expose deploy $S --port 80\ndone\nls',
    commands: ['for S in rng hasher; do\n  kubectl expose deploy $S --port 80\ndone', 'ls'],
  },
  {
    name: 'Markdown',
    text: 'We run ls:\n```bash\nls\n```\ntext\n```yaml\nkind: Pod\n```\n```\n$ pwd\n/home\n```',
    commands: ['ls', 'pwd'],
    skipped: ['1 prose', '5 prose', '7 fence', '11 output'],
  },
  { name: 'curly quotes and dashes', text: 'echo “hi” –replicas', commands: ['echo "hi" --replicas'] },
  {
    name: 'output pasted into a script',
    text: 'kubectl create deployment web --image=nginx\ndeployment.apps/web created\nkubeclt get pods',
    commands: ['kubectl create deployment web --image=nginx', 'kubeclt get pods'],
    skipped: ['2 output'],
  },
  {
    name: 'notes about folders and programs',
    text: '/home\n/var/lib/docker/\nDocker\nkubelet (service)\nDocker-compose is a tool\nKubectl get pods\n./run.sh\n/usr/bin/env',
    commands: ['Kubectl get pods', './run.sh', '/usr/bin/env'],
  },
  { name: 'functions', text: 'go() {\n  ls\n}\ngo', commands: ['go() {\n  ls\n}', 'go'] },
  { name: 'case in a loop', text: 'case a in a) echo 1;; esac\nls', commands: ['case a in a) echo 1;; esac', 'ls'] },
  {
    name: 'escaped line ends',
    text: 'kubectl run a \\\n  --image=nginx\nls',
    commands: ['kubectl run a \\\n  --image=nginx', 'ls'],
  },
];

it.each(cases)('reads $name', ({ text, commands, lines, skipped }) => {
  const result = read(text);
  expect(result.commands).toEqual(commands);
  if (lines) expect(result.lines).toEqual(lines);
  if (skipped) expect(result.skipped).toEqual(skipped);
});

it.each([
  ['Dear teacher,\nI did everything as told.', 'not_a_transcript', 1],
  ['ls\n\u0000\u0001', 'binary_content', 2],
])('refuses %j', (text, code, line) => {
  const result = readTranscript(text);
  expect(!result.ok && [result.error.code, result.error.place?.line]).toEqual([code, line]);
});

it('reads what never ends in bounded time', () => {
  expect(read(`echo "\n${"it's\n".repeat(20_000)}`).commands).toHaveLength(1);
  expect(read(`cat <<EOF\n${'kind: Pod\n'.repeat(50_000)}EOF\nls`).commands).toHaveLength(2);
  expect(read('if true\n'.repeat(20_000)).commands.length).toBeGreaterThan(0);
  expect(read(`PS C:\\> ${'1 | % { '.repeat(50_000)}`).commands).toHaveLength(1);
  const prompts = Array.from({ length: 2000 }, (_, index) => `[n${String(index)} ~]$ ls\n`).join('');
  expect(read(prompts + `${'x'.repeat(200)}\n`.repeat(4000)).commands).toHaveLength(2000);
});
