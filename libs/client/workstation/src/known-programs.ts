/** Programs that students have on their machines, by what they are for; those that are simulated are found first. */
const BY_PURPOSE = {
  languages:
    'bundle cargo clang composer conda cmake dotnet erl g++ gcc gem go gradle irb java javac julia lua make mvn mvnw node npm npx ' +
    'nvm perl php pip pip3 pipenv pnpm poetry pyenv python python2 rails ruby rustc scala sbt swift ts-node uv virtualenv yarn',
  packages: 'aptitude asdf brew choco dnf flatpak nix pacman rpm scoop sdk snap winget wsl yum zypper',
  network:
    'arp arping arptables bridge brctl conntrack ethtool http httpie ifconfig ifstat iftop ipset ip6tables ' +
    'ipvsadm iwconfig lynx mtr nethogs nft ngrep ngrok nmap openvpn resolvectl route rsync scp sftp siege socat ' +
    'ssh-add ssh-agent ssh-copy-id ssh-keygen ssh-keyscan systemd-resolve tailscale tc tcpdump traceroute tshark ufw vegeta ' +
    'w3m whois wg wireshark wrk xh',
  machine:
    'ausearch auditctl apparmor_parser aa-status cfdisk crontab dmesg dmidecode dpkg-reconfigure fdisk htop ' +
    'insmod iostat iotop lastlog localectl locale locale-gen loginctl logrotate lsb_release lsblk lscpu lshw lsof lspci ' +
    'lsusb ltrace mkfs.ext4 mkswap mpstat multitail ncdu neofetch parted pidstat rmmod sar sensors setenforce ' +
    'getenforce sestatus slabtop stress stress-ng strace systemd-analyze systemd-cgls systemd-cgtop systemd-run ' +
    'timedatectl top tune2fs udevadm update-alternatives update-rc.d vmstat',
  files:
    '7z ack ag bat broot dos2unix emacs exa eza fd fzf gedit gpg kate man mc micro most nedit nvim pandoc ranger ' +
    'rg ripgrep tig tldr tree unix2dos unrar unzip vifm vimdiff view vimtutor zip zoxide zstd',
  desktops:
    'atom chromium chrome code code-insiders code-server cursor evince explorer explorer.exe firefox google-chrome gnome-terminal idea ' +
    'konsole nautilus notepad notepad.exe open pbcopy pbpaste pycharm subl thunar xclip xdg-open xsel zed',
  powershell:
    'Add-Content Compare-Object ConvertFrom-Csv ConvertFrom-Json ConvertTo-Json Copy-Item Expand-Archive ForEach-Object Format-List Format-Table ' +
    'Get-Alias Get-ChildItem Get-Command Get-Content Get-Date Get-Help Get-History Get-Item Get-Process Get-Service Group-Object ' +
    'Import-Module Invoke-Expression Invoke-RestMethod Invoke-WebRequest Join-Path Measure-Command Measure-Object Move-Item New-Alias ' +
    'New-Item New-Object Out-File Out-Host Out-String Read-Host Remove-Item Rename-Item Resolve-DnsName Resolve-Path Restart-Service ' +
    'Select-Object Select-String Set-Alias Set-Content Set-ExecutionPolicy Set-Item Set-Location Set-Variable Sort-Object Split-Path ' +
    'Start-Job Start-Process Start-Service Stop-Process Stop-Service Tee-Object Test-Connection Test-NetConnection Test-Path ' +
    'Where-Object Write-Error Write-Warning doskey findstr iex irm iwr rd setx sls tasklist taskkill where.exe xcopy robocopy',
  terminals: 'byobu fish ksh powershell pwsh screen script tmux tcsh zellij zsh',
  clouds:
    'ansible ansible-playbook az azd cdk cf civo copilot doctl eb ecs-cli exo gcloud gsutil heroku hcloud ibmcloud linode-cli ' +
    'multipass oci packer pulumi sam scw serverless terraform terragrunt tofu vagrant vault virsh VBoxManage vboxmanage',
  containers:
    'buildah buildctl crane cosign ctop dive docker-credential-helper docker-machine dockerd grype hadolint img ' +
    'kaniko lazydocker lima limactl colima nerdctl orb podman podman-compose portainer regctl runc skopeo syft trivy',
  kubernetes:
    'actionlint argo argocd calicoctl cilium clusterctl cmctl conftest consul crossplane datree dyff eksctl-anywhere falco ' +
    'falcoctl flannel flux glooctl gvisor helm-docs helmfile helmsman hubble istioctl jsonnet k k0s k0sctl k3s k3sup k6 k8sgpt k9s ' +
    'kapp kbld kctl kluctl ko kompose kong konstraint kops krew kube-apiserver kube-bench kube-capacity kube-controller-manager ' +
    'kube-hunter kube-linter kube-prompt kube-ps1 kube-proxy kube-score kube-scheduler kubeaudit kubecm kubecolor kubeconform ' +
    'kubectl-argo-rollouts kubectl-convert kubectl-ctx kubectl-ko kubectl-krew kubectl-konfig kubectl-neat kubectl-ns kubectl-stern kubectl-tree ' +
    'kubectl-view-secret kubectl-whoami kubectl-who-can kubent kubeseal kubespy kubetail kubeval kubie kuttl kwok ' +
    'kwokctl kyverno lens linkerd longhornctl microk8s minishift nova okteto opa openshift-install operator-sdk oras pluto ' +
    'polaris popeye rancher rke rke2 rosa skaffold sonobuoy starboard stern step talosctl tanka telepresence testkube tilt tk tkn ' +
    'velero virtctl vcluster weave ytt',
  databases:
    'cqlsh dropdb createdb influx mariadb mongo mongodump mongosh mysql mysqladmin mysqldump pg_dump pg_isready psql rabbitmqctl ' +
    'rabbitmqadmin redis-benchmark redis-server sqlite3',
  versioning: 'gh glab hg svn',
};

export const STUDENTS_PROGRAMS: ReadonlySet<string> = new Set(
  Object.values(BY_PURPOSE).flatMap((names) => names.split(' ')),
);
