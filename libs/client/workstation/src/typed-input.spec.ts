import { findProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;

beforeAll(() => {
  workstation = openWorkstation({ profile: findProfile('kubeadm')!, seed: 'typed' });
  workstation.run(
    'kubectl run web --image=nginx; kubectl run deb --image=debian -- sleep 1d; kubectl run redis --image=redis',
  );
  workstation.settle();
});

function typed(command: string, lines: readonly string[]): { screen: string; exit: number } {
  const { stdout, exit } = workstation.run(command, { input: `${lines.join('\n')}\n` });
  return { screen: stdout, exit };
}

describe('lines typed into a program', () => {
  it.each([
    {
      title: "a pod's shell, with its prompts, folders and exit status",
      command: 'kubectl exec -it web -- sh',
      lines: ['cd /tmp', 'nosuch', 'exit 3'],
      screen: '/ # cd /tmp\n/tmp # nosuch\nsh: nosuch: not found\n/tmp # exit 3\ncommand terminated with exit code 3\n',
      exit: 3,
    },
    {
      title: 'bash, with a loop over several lines and a job',
      command: 'kubectl exec -it deb -- bash',
      lines: ['for i in 1 2; do', 'echo $i', 'done', 'sleep 3 &', 'jobs', 'exit'],
      screen:
        /^root@deb:\/# for i in 1 2; do\n> echo \$i\n> done\n1\n2\nroot@deb:\/# sleep 3 &\n\[1\] \d+\nroot@deb:\/# jobs\n\[1\]\+ {2}Running {17}sleep 3 &\nroot@deb:\/# exit\nexit\n$/,
      exit: 0,
    },
    {
      title: 'Ctrl-C ends what runs in front, not the shell',
      command: 'kubectl exec -it web -- sh',
      lines: ['sleep 1000', '\u0003', 'echo $?', 'exit'],
      screen: '/ # sleep 1000\n^C\n/ # echo $?\n130\n/ # exit\n',
      exit: 0,
    },
    {
      title: 'Ctrl-D ends the shell',
      command: 'kubectl exec -it web -- sh',
      lines: ['echo hi', '\u0004'],
      screen: '/ # echo hi\nhi\n/ # ',
      exit: 0,
    },
    {
      title: 'redis-cli with quoted words',
      command: 'kubectl exec -it redis -- redis-cli',
      lines: ['set greeting "good day"', 'get greeting', 'quit'],
      screen:
        '127.0.0.1:6379> set greeting "good day"\nOK\n127.0.0.1:6379> get greeting\n"good day"\n127.0.0.1:6379> quit\n',
      exit: 0,
    },
    {
      title: 'a password is not shown',
      command: 'read -s -p "Password: " word; echo; echo "${#word} characters"',
      lines: ['secret'],
      screen: 'Password: \n\n6 characters\n',
      exit: 0,
    },
    {
      title: 'a shell in a new container',
      command: 'docker run -it --rm alpine sh',
      lines: ['echo in here', 'exit'],
      screen: /\/ # echo in here\nin here\n\/ # exit\n$/,
      exit: 0,
    },
    {
      title: 'without a terminal there is no prompt',
      command: 'kubectl exec -i web -- sh',
      lines: ['echo plain'],
      screen: 'echo plain\nplain\n',
      exit: 0,
    },
    {
      title: 'a file',
      command: 'cat > typed.txt; cat typed.txt',
      lines: ['one', '\u0004'],
      screen: 'one\none\n',
      exit: 0,
    },
  ])('$title', ({ command, lines, screen, exit }) => {
    const result = typed(command, lines);
    if (typeof screen === 'string') expect(result).toEqual({ screen, exit });
    else expect(result.screen).toMatch(screen);
    expect(result.exit).toBe(exit);
  });

  it.each([
    ['vi', [':%s/replicas: 1/replicas: 3/', ':wq'], 'kind: Deployment\nreplicas: 3\nimage: nginx\n'],
    ['vi', ['dd', 'Gonamespace: shop\u001b', ':x'], 'replicas: 1\nimage: nginx\nnamespace: shop\n'],
    ['vim', ['/image', 'ccimage: redis\u001b', 'ggxxZZ'], 'nd: Deployment\nreplicas: 1\nimage: redis\n'],
    ['vi', ['2dd', 'u', ':g/nginx/d', ':wq'], 'kind: Deployment\nreplicas: 1\n'],
    ['vi', ['x', ':q', ':q!'], 'kind: Deployment\nreplicas: 1\nimage: nginx\n'],
    ['vi', ['yyGp', ':wq'], 'kind: Deployment\nreplicas: 1\nimage: nginx\nkind: Deployment\n'],
    ['nano', ['# top', '^O', '', '^X'], '# top\nkind: Deployment\nreplicas: 1\nimage: nginx\n'],
    ['nano', ['\u000b', '\u0018', 'y', ''], 'replicas: 1\nimage: nginx\n'],
    ['nano', ['x', '^X', 'n'], 'kind: Deployment\nreplicas: 1\nimage: nginx\n'],
  ])('are keys to an editor: %s %j', (editor, keys, text) => {
    workstation.run("printf 'kind: Deployment\\nreplicas: 1\\nimage: nginx\\n' > edited.yaml");
    expect(typed(`${editor} edited.yaml`, keys).exit).toBe(0);
    expect(workstation.run('cat edited.yaml').stdout).toBe(text);
  });

  it("are keys to kubectl's editor", () => {
    workstation.run('kubectl create deployment edited --image=nginx');
    const { screen, exit } = typed('kubectl edit deployment edited', [':%s/replicas: 1/replicas: 3/', ':wq']);
    expect({ exit, told: screen.split('\n').at(-2) }).toEqual({ exit: 0, told: 'deployment.apps/edited edited' });
    expect(workstation.run('kubectl get deployment edited -o jsonpath={.spec.replicas}').stdout).toBe('3');
  });

  it('reach a pod that `kubectl run -it --rm` makes, which is gone after it', () => {
    const { screen } = typed('kubectl run -it --rm visitor --image=busybox --restart=Never -- sh', [
      'hostname',
      'exit',
    ]);
    expect(screen).toContain("If you don't see a command prompt, try pressing enter.\n");
    expect(screen).toMatch(/hostname\nvisitor\n\/ # exit\npod "visitor" deleted/);
    expect(workstation.run('kubectl get pod visitor').exit).toBe(1);
  });
});

it('a new shell at the terminal reads ~/.bashrc', () => {
  const own = openWorkstation({ profile: findProfile('kubeadm')!, seed: 'bashrc', typed: true });
  for (const line of ['echo "alias k=kubectl" >> ~/.bashrc', 'exec bash']) own.run(line);
  expect(own.run('k get ns default --no-headers').stdout).toMatch(/^default +Active/);
});

it.each([
  ['expand where a student types', true, 'pod/x created'],
  ['do not where a script is read', false, 'k: command not found'],
])('aliases of earlier commands %s', (_, isTyped, text) => {
  const own = openWorkstation({ profile: findProfile('kubeadm')!, seed: 'aliases', typed: isTyped });
  own.run('alias k=kubectl');
  const { stdout, stderr } = own.run('k run x --image=nginx');
  expect(stdout + stderr).toContain(text);
});
