import { expect, it } from 'vitest';
import { readTranscript } from './index.js';

interface Shape {
  readonly name: string;
  readonly text: string;
  readonly commands: readonly string[];
  /** What was typed into a command, by its place. */
  readonly typed?: Readonly<Record<string, readonly string[]>>;
}

/** Sessions as they are pasted from terminals of all makes: the commands found are those that were typed, no more and no less. */
const SHAPES: readonly Shape[] = [
  {
    name: 'Oh My Zsh',
    text: '➜  ~ kubectl get nodes\nNAME    STATUS\nnode1   Ready\n➜  ~ cd lab\n➜  lab git:(main) ✗ kubectl apply -f web.yaml\ndeployment.apps/web created\n➜  lab git:(main) ls -la\ntotal 8',
    commands: ['kubectl get nodes', 'cd lab', 'kubectl apply -f web.yaml', 'ls -la'],
  },
  {
    name: "Oh My Zsh with the cluster's name",
    text: '➜  lab git:(main) (⎈|minikube:default) kubectl get po\nNo resources found\n➜  lab k get svc\n',
    commands: ['kubectl get po', 'k get svc'],
  },
  {
    name: 'starship',
    text: 'lab on  main via 🐳 \n❯ kubectl get pods\nNAME   READY\nweb    1/1\n\nlab on  main took 3s \n❯ helm list\nNAME\n',
    commands: ['kubectl get pods', 'helm list'],
  },
  {
    name: 'starship, folder above',
    text: '~/lab\n❯ kubectl get pods\nNo resources found in default namespace.\n\n~/lab took 2s\n❯ docker ps\nCONTAINER ID   IMAGE',
    commands: ['kubectl get pods', 'docker ps'],
  },
  {
    name: 'Powerlevel10k',
    text: '╭─ ~/lab  main ················ ✔  10:20:31 ─╮\n╰─ kubectl get nodes                           ─╯\nNAME\nnode1\n╭─ ~/lab ··· ✔ 10:20:35 ─╮\n╰─ ls',
    commands: ['kubectl get nodes', 'ls'],
  },
  {
    name: 'powerline',
    text: ' ana@pc \ue0b0 ~/lab \ue0b0 kubectl get nodes\nNAME\n ana@pc \ue0b0 ~/lab \ue0b0 ls\n',
    commands: ['kubectl get nodes', 'ls'],
  },
  {
    name: 'PowerShell on Linux',
    text: 'PS /home/ana> kubectl get pods\nNAME\nPS /home/ana> exit',
    commands: ['kubectl get pods', 'exit'],
  },
  {
    name: 'Git Bash',
    text: 'Ana@LAPTOP MINGW64 ~/lab (main)\n$ kubectl get pods\nNAME   READY\nweb    1/1\n\nAna@LAPTOP MINGW64 ~/lab (main)\n$ ls\nweb.yaml\n',
    commands: ['kubectl get pods', 'ls'],
  },
  {
    name: 'zsh of macOS',
    text: 'Last login: Tue Nov 18 10:00:00 on ttys001\nana@MacBook-Pro ~ % kubectl get nodes\nNAME\nana@MacBook-Pro ~ % cd lab\nana@MacBook-Pro lab % ls\nweb.yaml\nana@MacBook-Pro lab % ',
    commands: ['kubectl get nodes', 'cd lab', 'ls'],
  },
  {
    name: 'bash of macOS',
    text: 'MacBook-Pro-de-Ana:lab ana$ kubectl get nodes\nNAME\nMacBook-Pro-de-Ana:lab ana$ ls\n',
    commands: ['kubectl get nodes', 'ls'],
  },
  {
    name: "conda's environment",
    text: '(base) ana@MacBook-Pro lab % kubectl get nodes\nNAME\n(base) ana@MacBook-Pro lab % ls\n',
    commands: ['kubectl get nodes', 'ls'],
  },
  {
    name: "Google's Cloud Shell",
    text: 'Welcome to Cloud Shell! Type "help" to get started.\nYour Cloud Platform project in this session is set to lab-123.\nana@cloudshell:~ (lab-123)$ kubectl get nodes\nNAME\ngke-x   Ready\nana@cloudshell:~/lab (lab-123)$ ls\n',
    commands: ['kubectl get nodes', 'ls'],
  },
  {
    name: "Azure's Cloud Shell",
    text: 'ana [ ~ ]$ kubectl get nodes\nNAME\nana [ ~/lab ]$ ls\n',
    commands: ['kubectl get nodes', 'ls'],
  },
  {
    name: "Amazon's CloudShell",
    text: '[cloudshell-user@ip-10-2-3-4 ~]$ kubectl get nodes\nNAME\n[cloudshell-user@ip-10-2-3-4 lab]$ ls\n~ $ pwd\n/home',
    commands: ['kubectl get nodes', 'ls', 'pwd'],
  },
  {
    name: 'root by sudo su',
    text: 'ubuntu@ip-172-31-20-21:~$ kubectl get nodes\nNAME\nubuntu@ip-172-31-20-21:~/lab$ sudo su\nroot@ip-172-31-20-21:/home/ubuntu/lab# kubectl get po\nNo resources found in default namespace.\nroot@ip-172-31-20-21:/home/ubuntu/lab# exit\nexit\nubuntu@ip-172-31-20-21:~/lab$ ls',
    commands: ['kubectl get nodes', 'sudo su', 'ls'],
    typed: { '1': ['kubectl get po', 'exit'] },
  },
  {
    name: 'Play with Kubernetes',
    text: '[node1 ~]$ kubeadm init --apiserver-advertise-address $(hostname -i)\nInitializing machine ID from random generator.\n[init] Using Kubernetes version: v1.27.2\n[preflight] Running pre-flight checks\n[node1 ~]$ kubectl get nodes\nNAME\n[node2 ~]$ kubeadm join 192.168.0.18:6443 --token nk8zwv.hxgo3xb7odfhtpwf \\\n>         --discovery-token-ca-cert-hash sha256:68b75f61\n[preflight] Running\n',
    commands: [
      'kubeadm init --apiserver-advertise-address $(hostname -i)',
      'kubectl get nodes',
      'kubeadm join 192.168.0.18:6443 --token nk8zwv.hxgo3xb7odfhtpwf \\\n        --discovery-token-ca-cert-hash sha256:68b75f61',
    ],
  },
  {
    name: 'Killercoda',
    text: 'controlplane $ kubectl get nodes\nNAME           STATUS\ncontrolplane   Ready\ncontrolplane $ k get po -A\nNAMESPACE\ncontrolplane:~$ ls\nnode01 $ hostname\nnode01\ncontrolplane:~/lab$ pwd\n',
    commands: ['kubectl get nodes', 'k get po -A', 'ls', 'hostname', 'pwd'],
  },
  {
    name: "VS Code's notices",
    text: 'ana@pc:~/lab$ kubectl get nodes\nNAME\n * History restored \n\nana@pc:~/lab$  kubectl apply -f web.yaml\npod/web created\n * Terminal will be reused by tasks, press any key to close it. \nana@pc:~/lab$ ',
    commands: ['kubectl get nodes', 'kubectl apply -f web.yaml'],
  },
  {
    name: 'times before the prompt',
    text: '[10:20:31] ana@pc:~/lab$ kubectl get nodes\nNAME\n[10:20:40] ana@pc:~/lab$ ls\nweb.yaml',
    commands: ['kubectl get nodes', 'ls'],
  },
  {
    name: 'dates before the prompt',
    text: '2026-11-21 10:20:31 ana@pc:~$ kubectl get nodes\nNAME\n2026-11-21 10:20:40 ana@pc:~$ ls\n',
    commands: ['kubectl get nodes', 'ls'],
  },
  {
    name: 'script',
    text: 'Script started on 2026-11-21 10:00:00+00:00 [TERM="xterm-256color" TTY="/dev/pts/0" COLUMNS="80" LINES="24"]\r\n\u001b[?2004h\u001b]0;ana@pc: ~\u001b[01;32mana@pc\u001b[00m:\u001b[01;34m~\u001b[00m$ kubectl get nodes\r\n\u001b[?2004l\rNAME    STATUS\r\nnode1   Ready\r\n\u001b[?2004h\u001b]0;ana@pc: ~\u001b[01;32mana@pc\u001b[00m:\u001b[01;34m~\u001b[00m$ exit\r\n\u001b[?2004l\rexit\r\n\nScript done on 2026-11-21 10:01:00+00:00 [COMMAND_EXIT_CODE="0"]\n',
    commands: ['kubectl get nodes', 'exit'],
  },
  {
    name: 'text out of HTML',
    text: 'ana@pc:~$ kubectl get pods -o jsonpath=&#39;{.items[*].metadata.name}&#39; &amp;&amp; echo ok &gt; out.txt\nweb\nana@pc:~$ cat &lt; out.txt\nok\n',
    commands: ["kubectl get pods -o jsonpath='{.items[*].metadata.name}' && echo ok > out.txt", 'cat < out.txt'],
  },
  {
    name: 'tabs',
    text: 'ana@pc:~$\tkubectl get nodes\nNAME\tSTATUS\nana@pc:~$\tls\n',
    commands: ['kubectl get nodes', 'ls'],
  },
  {
    name: "zsh's continuation prompts",
    text: 'ana@mac ~ % for i in 1 2; do\nfor> echo $i\nfor> done\n1\n2\nana@mac ~ % cat <<EOF > a\nheredoc> kind: Pod\nheredoc> EOF\nana@mac ~ % echo "a\ndquote> b"\na\nb',
    commands: ['for i in 1 2; do\necho $i\ndone', 'cat <<EOF > a\nkind: Pod\nEOF', 'echo "a\nb"'],
  },
  {
    name: 'comments typed at a prompt',
    text: '$ # primero miramos los nodos\n$ kubectl get nodes # con su estado\nNAME\n$ #kubectl delete all --all\n',
    commands: ['kubectl get nodes # con su estado'],
  },
  {
    name: 'Spanish prose between',
    text: 'Primero creamos el despliegue con nginx:\n\n$ kubectl create deployment web --image=nginx\ndeployment.apps/web created\n\nDespués lo exponemos:\n$ kubectl expose deployment web --port=80\nservice/web exposed\n\nY comprobamos que funciona.\n',
    commands: ['kubectl create deployment web --image=nginx', 'kubectl expose deployment web --port=80'],
  },
  {
    name: 'Spanish prose without prompts',
    text: '1. Creamos el despliegue\n\nkubectl create deployment web --image=nginx\n\n2. Lo exponemos con un servicio de tipo NodePort para poder acceder desde fuera\n\nkubectl expose deployment web --port=80 --type=NodePort\n\nVemos que el servicio está creado:\n\nkubectl get svc\nNAME         TYPE        CLUSTER-IP\nkubernetes   ClusterIP   10.96.0.1\nweb          NodePort    10.103.2.1\n',
    commands: [
      'kubectl create deployment web --image=nginx',
      'kubectl expose deployment web --port=80 --type=NodePort',
      'kubectl get svc',
    ],
  },
  {
    name: 'passwords asked for',
    text: 'ana@pc:~$ sudo kubeadm init\n[sudo] password for ana: \n[init] Using Kubernetes version: v1.35.4\nana@pc:~$ sudo ls\n[sudo] contraseña para ana: \nx',
    commands: ['sudo kubeadm init', 'sudo ls'],
  },
  {
    name: 'fish',
    text: 'ana@pc ~/lab> kubectl get nodes\nNAME\nana@pc ~/lab> ls\nweb.yaml\nana@pc ~> pwd',
    commands: ['kubectl get nodes', 'ls', 'pwd'],
  },
  {
    name: 'Kali',
    text: '┌──(ana㉿kali)-[~/lab]\n└─$ kubectl get nodes\nNAME\n\n┌──(ana㉿kali)-[~/lab]\n└─$ ls\nweb.yaml',
    commands: ['kubectl get nodes', 'ls'],
  },
  {
    name: 'branches',
    text: 'ana@pc:~/lab (main)$ kubectl get nodes\nNAME\nana@pc:~/lab (main *)$ ls\n[ana@pc lab (main)]$ pwd',
    commands: ['kubectl get nodes', 'ls', 'pwd'],
  },
  {
    name: 'kube-ps1',
    text: '(⎈|kind-kind:default)ana@pc:~$ kubectl get nodes\nNAME\n(⎈|kind-kind:default) ana@pc:~$ ls\n[ana@pc ~ (⎈|kind-kind:default)]$ pwd',
    commands: ['kubectl get nodes', 'ls', 'pwd'],
  },
  {
    name: 'a numbered list',
    text: '1) kubectl get nodes\n2) kubectl get pods\n',
    commands: ['kubectl get nodes', 'kubectl get pods'],
  },
  {
    name: 'history',
    text: '    1  kubectl get nodes\n    2  kubectl get pods\n    3  cat <<EOF > a\nx\nEOF\n    4  ls\n',
    commands: ['kubectl get nodes', 'kubectl get pods', 'cat <<EOF > a\nx\nEOF', 'ls'],
  },
  {
    name: 'history with times',
    text: '  501  2026-11-21 10:00:00 kubectl get nodes\n  502  2026-11-21 10:00:05 kubectl get pods -o wide\n  503  2026-11-21 10:00:09 history\n',
    commands: ['kubectl get nodes', 'kubectl get pods -o wide', 'history'],
  },
  {
    name: 'a list in Markdown',
    text: '- `kubectl get nodes`\n- `kubectl get pods`\n* Creamos: `kubectl create ns shop`\n',
    commands: ['kubectl get nodes', 'kubectl get pods', 'kubectl create ns shop'],
  },
  {
    name: 'a quoted session',
    text: '> $ kubectl get nodes\n> NAME\n> $ ls\n',
    commands: ['kubectl get nodes', 'ls'],
  },
  {
    name: 'mysql',
    text: '$ kubectl exec -it mysql-0 -- mysql -uroot -psecret\nmysql: [Warning] Using a password on the command line interface can be insecure.\nWelcome to the MySQL monitor.  Commands end with ; or \\g.\n\nmysql> show databases;\n+--------------------+\n| Database           |\n+--------------------+\n1 row in set (0.00 sec)\n\nmysql> create table t\n    -> (id int);\nQuery OK\n\nmysql> exit\nBye\n$ ls',
    commands: ['kubectl exec -it mysql-0 -- mysql -uroot -psecret', 'ls'],
    typed: { '0': ['show databases;', 'create table t', '(id int);', 'exit'] },
  },
  {
    name: 'psql',
    text: '$ kubectl exec -it pg-0 -- psql -U postgres\npsql (16.1)\nType "help" for help.\n\npostgres=# \\l\n List of databases\npostgres=# select 1\npostgres-# ;\n ?column? \n----------\n        1\n(1 row)\n\npostgres=# \\q\n$ ls',
    commands: ['kubectl exec -it pg-0 -- psql -U postgres', 'ls'],
    typed: { '0': ['\\l', 'select 1', ';', '\\q'] },
  },
  {
    name: 'shells in containers',
    text: '$ docker run -it alpine sh\n/ # apk add curl\nOK\n/ # exit\n$ docker exec -it web bash\nroot@3f2a1b4c5d6e:/# ls\nbin\nroot@3f2a1b4c5d6e:/# exit\nexit\n$ kubectl get po',
    commands: ['docker run -it alpine sh', 'docker exec -it web bash', 'kubectl get po'],
    typed: { '0': ['apk add curl', 'exit'], '1': ['ls', 'exit'] },
  },
  {
    name: 'a bare >',
    text: '> kubectl get nodes\nNAME    STATUS\nnode1   Ready\n> kubectl get pods\nNo resources found in default namespace.\n',
    commands: ['kubectl get nodes', 'kubectl get pods'],
  },
  {
    name: 'a bare %',
    text: '% kubectl get nodes\nNAME    STATUS\nnode1   Ready\n% ls\nweb.yaml\n',
    commands: ['kubectl get nodes', 'ls'],
  },
  {
    name: 'λ',
    text: 'λ kubectl get nodes\nNAME    STATUS\nnode1   Ready\nλ ls\nweb.yaml\n',
    commands: ['kubectl get nodes', 'ls'],
  },
  {
    name: 'a time and an arrow',
    text: '10:20:31 ➜ ~/lab kubectl get nodes\nNAME\n10:20:40 ➜ ~/lab ls\nx',
    commands: ['kubectl get nodes', 'ls'],
  },
  {
    name: 'a debug shell of a node',
    text: '[core@master-0 ~]$ oc get nodes\nNAME\nsh-4.4# chroot /host\nsh-4.4# crictl ps\nCONTAINER\nbash-5.1$ ls\n',
    commands: ['oc get nodes', 'chroot /host', 'crictl ps', 'ls'],
  },
  {
    name: 'folder prompts of workshops',
    text: 'workshop:~/environment $ kubectl get nodes\nNAME\nworkshop:~/environment/ecsdemo-frontend (main) $ kubectl apply -f kubernetes/deployment.yaml\ndeployment.apps/ecsdemo-frontend created\nTeamRole:~/environment $ ls',
    commands: ['kubectl get nodes', 'kubectl apply -f kubernetes/deployment.yaml', 'ls'],
  },
];

it.each(SHAPES)('reads $name', ({ text, commands, typed = {} }) => {
  const result = readTranscript(text);
  if (!result.ok) throw new Error(result.error.message.en);
  const found = result.value.commands;
  expect(found.map((command) => command.text)).toEqual(commands);
  for (const [place, lines] of Object.entries(typed)) expect(found[Number(place)]?.input).toEqual(lines);
});
