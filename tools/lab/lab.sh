#!/bin/bash
# lab.sh up|down N · lab.sh exec N NODE COMMAND… · lab.sh record N SESSIONS OUT
# Real clusters of three nodes on one machine, each (N = 1, 2, …) in network namespaces of its own. Needs root.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=${SEATRIAL_LAB:-/var/lib/seatrial-lab}
verb=$1 lab=$2
controllers='cpu cpuacct cpuset memory devices freezer blkio pids systemd'

run() { # run NODE COMMAND…
  local init
  init=$(pgrep -f "^bash $here/node.sh $lab $1" | head -1)
  shift
  nsenter -t "$init" -m -u -n -p -C -- env -i "SEATRIAL_LAB=$home" HOME=/home/student USER=student TERM=dumb \
    "PATH=$home/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" "$@"
}

start_node() {
  local number=$1 controller
  for controller in $controllers; do echo "$BASHPID" >"/sys/fs/cgroup/$controller/lab${lab}n$number/tasks"; done
  exec setsid ip netns exec "lab${lab}n$number" unshare -m -u -p -C -f bash "$here/node.sh" "$lab" "$number"
}

up() {
  local logs=$home/labs/$lab number controller group
  # Each lab's programs watch more files than a machine lets one user by default.
  sysctl -qw fs.inotify.max_user_instances=2048 fs.inotify.max_user_watches=1048576
  rm -rf "$logs"/node*/{kubelet,containerd}
  mkdir -p "$logs"
  ip netns add "lab$lab"
  ip -n "lab$lab" link set lo up
  ip -n "lab$lab" link add br0 type bridge
  ip -n "lab$lab" addr add 172.18.0.1/16 dev br0
  ip -n "lab$lab" link set br0 up
  setsid ip netns exec "lab$lab" "$(command -v node)" "$here/registry.mjs" 5000 >"$logs/registry.log" 2>&1 </dev/null &
  for number in 1 2 3; do
    for controller in $controllers; do
      group=/sys/fs/cgroup/$controller/lab${lab}n$number
      mkdir -p "$group"
      [ "$controller" != cpuset ] || for file in cpus mems; do cat "/sys/fs/cgroup/cpuset/cpuset.$file" >"$group/cpuset.$file"; done
    done
    ip netns add "lab${lab}n$number"
    ip -n "lab$lab" link add "v$number" type veth peer name eth0 netns "lab${lab}n$number"
    ip -n "lab$lab" link set "v$number" master br0 up
    ip -n "lab${lab}n$number" addr add "172.18.0.$((number + 1))/16" dev eth0
    ip -n "lab${lab}n$number" link set eth0 up
    ip -n "lab${lab}n$number" route add default via 172.18.0.1
    (start_node "$number") >"$logs/node$number.log" 2>&1 </dev/null &
  done
  local super="kubectl --kubeconfig $home/pki/super.conf"
  for _ in $(seq 120); do
    [ "$(run 1 $super get nodes --no-headers 2>/dev/null | grep -c ' Ready')" = 3 ] && break
    sleep 1
  done
  run 1 $super label node node1 node-role.kubernetes.io/control-plane= node.kubernetes.io/exclude-from-external-load-balancers=
  run 1 $super apply -f - <"$here/coredns.yaml"
  run 1 $super -n kube-system rollout status deployment coredns --timeout 90s
}

down() {
  local number controller
  for number in 1 2 3; do pkill -9 -f "^bash $here/node.sh $lab $number" || true; done
  sleep 1
  for name in "lab$lab" "lab${lab}n1" "lab${lab}n2" "lab${lab}n3"; do
    ip netns pids "$name" 2>/dev/null | xargs -r kill -9 || true
    ip netns del "$name" || true
  done
  for controller in $controllers; do
    for number in 1 2 3; do find "/sys/fs/cgroup/$controller/lab${lab}n$number" -depth -type d -exec rmdir {} \; 2>/dev/null || true; done
  done
}

case $verb in
  up | down) "$verb" ;;
  exec) run "$3" "${@:4}" ;;
  record)
    mkdir -p "$home/labs/$lab/sessions" && rm -rf "$home/labs/$lab/sessions" "$home/labs/$lab/recorded"
    cp -r "$3" "$home/labs/$lab/sessions"
    run 1 "$(command -v node)" "$here/record.mjs" "$home/labs/$lab/sessions" "$home/labs/$lab/recorded"
    mkdir -p "$4" && cp -r "$home/labs/$lab/recorded/." "$4"
    ;;
  *) sed -n 2,3p "$0" >&2 && exit 2 ;;
esac
