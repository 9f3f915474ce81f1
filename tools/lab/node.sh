#!/bin/bash
# node.sh LAB NUMBER: the first process of a node, in its own net, mnt, uts, pid and cgroup namespaces (lab.sh starts it).
# Its root is an overlay of this machine's, so that what pods write to a hostPath stays on the node.
lab=$1 number=$2 name=node$2
here=$(cd "$(dirname "$0")" && pwd)
home=${SEATRIAL_LAB:-/var/lib/seatrial-lab}
state=$home/labs/$lab/$name pki=$home/pki log=$home/labs/$lab/$name
set -e
mount --make-rprivate /
mkdir -p "$state"/{containerd,kubelet,files}
mount -t tmpfs tmpfs "$state/files"
root=$state/files/root
mkdir "$state"/files/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$state/files/upper,workdir=$state/files/work" "$root"
mkdir -p "$root"/var/lib/{containerd,kubelet} "$root"/home/student/{work,.kube} "$root$home" "$root"/etc/{cni/net.d,containerd,lab}
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
for controller in cpu cpuacct cpuset memory devices freezer blkio pids; do
  mkdir "$root/sys/fs/cgroup/$controller"
  mount -t cgroup -o "$controller" cgroup "$root/sys/fs/cgroup/$controller"
done
mkdir "$root/sys/fs/cgroup/systemd"
mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
mount -t tmpfs tmpfs "$root/run"
mkdir -p "$root"/run/{lock,netns}
mount --bind "$state/containerd" "$root/var/lib/containerd"
mount --bind "$state/kubelet" "$root/var/lib/kubelet"
mount --bind "$home" "$root$home"
cd "$root"
pivot_root . .
umount -l .
cd /
mount --make-rshared /

hostname "$name"
ip link set lo up
printf '127.0.0.1 localhost\n172.18.0.2 node1\n172.18.0.3 node2\n172.18.0.4 node3\n' >/etc/hosts
echo 'nameserver 172.18.0.1' >/etc/resolv.conf
sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
for other in 1 2 3; do
  [ "$other" = "$number" ] || ip route add "10.244.$((other - 1)).0/24" via "172.18.0.$((other + 1))"
done
cat >/etc/cni/net.d/10-lab.conflist <<Y
{"cniVersion": "0.3.1", "name": "lab", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.244.$((number - 1)).0/24"}]], "routes": [{"dst": "0.0.0.0/0"}], "dataDir": "/run/cni-ipam"}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
Y
cat >/etc/containerd/config.toml <<Y
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10.1"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "/etc/containerd/certs.d"
Y
for registry in docker.io gcr.io quay.io registry.k8s.io ghcr.io _default; do
  mkdir -p "/etc/containerd/certs.d/$registry"
  printf 'server = "http://172.18.0.1:5000"\n[host."http://172.18.0.1:5000"]\n  capabilities = ["pull", "resolve"]\n' \
    >"/etc/containerd/certs.d/$registry/hosts.toml"
done
# Where the machine withholds CAP_SYS_RESOURCE no score may be lowered; runc would refuse every sandbox.
cat >/usr/local/sbin/runc <<'Y'
#!/bin/bash
for ((i = 1; i < $#; i++)); do
  if [ "${!i}" = --bundle ]; then j=$((i + 1)) && sed -i -E 's/"oomScoreAdj":-[0-9]+/"oomScoreAdj":0/' "${!j}/config.json"; fi
done
exec /usr/sbin/runc "$@"
Y
chmod 755 /usr/local/sbin/runc
set +e
containerd >"$log-containerd.log" 2>&1 &
if [ "$number" = 1 ]; then . "$here/control-plane.sh"; fi
cat >/etc/lab/kubelet.yaml <<Y
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
cgroupDriver: cgroupfs
failSwapOn: false
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $pki/ca.crt}}
authorization: {mode: Webhook}
resolvConf: /etc/resolv.conf
$([ "$number" = 1 ] && echo 'registerWithTaints: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]')
Y
# One after another, so that the pod ranges come in the nodes' order.
ranged() { "$home/bin/kubectl" --kubeconfig "$pki/super.conf" get node "node$((number - 1))" -o 'jsonpath={.spec.podCIDR}' 2>/dev/null | grep -q 10.244; }
until curl -sk https://172.18.0.2:6443/livez >/dev/null; do sleep 0.5; done
until [ "$number" = 1 ] || ranged; do sleep 0.5; done
until [ -S /run/containerd/containerd.sock ]; do sleep 0.2; done
while true; do
  "$home/bin/kubelet" --config /etc/lab/kubelet.yaml --kubeconfig "$pki/$name.conf" --hostname-override "$name" --node-ip "172.18.0.$((number + 1))" >"$log-kubelet.log" 2>&1
  sleep 1
done &
"$home/bin/kube-proxy" --kubeconfig "$pki/super.conf" --hostname-override "$name" --proxy-mode iptables --cluster-cidr 10.244.0.0/16 \
  --conntrack-max-per-core 0 --conntrack-tcp-timeout-established 0s --conntrack-tcp-timeout-close-wait 0s >"$log-proxy.log" 2>&1 &
while true; do wait -n 2>/dev/null || sleep 1; done
