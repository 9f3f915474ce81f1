import { expect, it } from 'vitest';
import { readTranscript } from './index.js';

function commandsOf(prompt: string, typed: string): readonly string[] {
  const read = readTranscript(`${prompt}${typed}\nkubectl said so\n${prompt}hostname\n`);
  if (!read.ok) throw new Error(read.error.message.en);
  expect(read.value.commands[0]?.output).toBe('kubectl said so\n');
  return read.value.commands.slice(0, -1).map(({ text }) => text);
}

it.each([
  ['$pod = kubectl get pods -o name', 'pod=$(kubectl get pods -o name)'],
  ['$n = 3', 'n=3'],
  ['$names = "a", "b"', 'names=("a" "b")'],
  [
    'foreach ($i in 1..3) { kubectl run "web$i" --image=nginx }',
    'for i in $(seq 1 3); do kubectl run "web$i" --image=nginx; done',
  ],
  [
    'foreach ($n in "dev","prod") {\n>>   kubectl create ns $n\n>> }',
    'for n in "dev" "prod"; do kubectl create ns $n; done',
  ],
  [
    'for ($i = 1; $i -le 2; $i++) { kubectl run p$i --image=nginx; sleep 1 }',
    'for ((i=1; i<=2; i++)); do kubectl run p$i --image=nginx; sleep 1; done',
  ],
  [
    '1..2 | ForEach-Object { kubectl delete pod "b$($_)" }',
    'for item in $(seq 1 2); do kubectl delete pod "b${item}"; done',
  ],
  [
    'kubectl get po -o name | % { kubectl delete $_ }',
    'kubectl get po -o name | while read -r item || [ -n "$item" ]; do kubectl delete $item; done',
  ],
  ['while ($true) { kubectl get pods; Start-Sleep -Seconds 2 }', 'while true; do kubectl get pods; sleep 2; done'],
  [
    'kubectl get po; if ($LASTEXITCODE -ne 0) { exit } else { kubectl get svc }',
    'kubectl get po; if [ $? -ne 0 ]; then exit; else kubectl get svc; fi',
  ],
  ['[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("admin"))', 'printf %s "admin" | base64 -w0'],
  [
    'kubectl patch deploy web -p \'{\\"spec\\":{\\"replicas\\":3}}\'',
    'kubectl patch deploy web -p \'{"spec":{"replicas":3}}\'',
  ],
  ['$env:KUBECONFIG = "C:\\Users\\ana\\.kube\\config"', 'export KUBECONFIG="$HOME/.kube/config"'],
  ['kubectl apply -f C:\\lab\\web.yaml -n $env:NS', 'kubectl apply -f /c/lab/web.yaml -n ${NS}'],
  [
    'kubectl create deploy a --image=nginx --dry-run=client -o yaml | Out-File -Encoding utf8 a.yaml',
    'kubectl create deploy a --image=nginx --dry-run=client -o yaml | cat > a.yaml',
  ],
  ['kubectl get pods | Where-Object { $_ -match "web" }', 'kubectl get pods | grep -i "web"'],
  ['New-Item -ItemType Directory k8s', 'mkdir -p k8s'],
  ['iwr http://localhost:30080 -UseBasicParsing', 'curl -sSL http://localhost:30080'],
])('reads PowerShell: %s', (typed, command) => {
  expect(commandsOf('PS C:\\lab> ', typed)).toEqual([command]);
});

it.each([
  ['$pods = kubectl get pods -o json | ConvertFrom-Json; $pods.items.count', '$pods.items.count'],
  ['function Get-Web { kubectl get pods }', 'function'],
  ['$x = [int]3 + 4; kubectl get pods', '[int]3'],
])('leaves to powershell what has no fellow: %s', (typed, kept) => {
  const [command = ''] = commandsOf('PS C:\\lab> ', typed);
  expect(command).toMatch(/^powershell -Command '/);
  expect(command).toContain(kept);
});

it.each([
  ['for %i in (a b) do kubectl run %i --image=nginx', 'for i in a b; do kubectl run ${i} --image=nginx; done'],
  [
    'for /L %i in (1,1,3) do @kubectl run p%i --image=nginx',
    'for i in $(seq 1 1 3); do kubectl run p${i} --image=nginx; done',
  ],
  ['type %USERPROFILE%\\.kube\\config', 'cat $HOME/.kube/config'],
  ['set NS=shop', 'export NS=shop'],
  ['kubectl get pods -n %NS% | findstr web', 'kubectl get pods -n ${NS} | grep web'],
])('reads cmd.exe: %s', (typed, command) => {
  expect(commandsOf('C:\\lab>', typed)).toEqual([command]);
});
