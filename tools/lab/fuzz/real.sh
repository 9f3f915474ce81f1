#!/bin/bash
# real.sh up|down · real.sh run SESSIONS OUT: a real control plane without kubelets, and random sessions typed at it. Needs root
# and the lab's folder (../build.sh). Its three nodes are objects only: they are tainted, so that every pod stays Pending.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export SEATRIAL_LAB=${SEATRIAL_LAB:-/var/lib/seatrial-lab}
home=$SEATRIAL_LAB state=$SEATRIAL_LAB/labs/fuzz node=$(command -v node)
export "PATH=$home/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

inside() { # in network, mount and process namespaces of its own
  local pki=$home/pki log=$state/control
  mount --make-rprivate /
  for folder in /home /run; do mount -t tmpfs tmpfs "$folder"; done
  mount -t proc proc /proc
  mkdir -p /home/student/{work,.kube}
  . "$here/../control-plane.sh"
  until "$home/bin/kubectl" --kubeconfig "$pki/super.conf" get serviceaccount default >/dev/null 2>&1; do sleep 0.3; done
  exec "$node" "$here/nodes.mjs" "$state/nodes.json"
}

case $1 in
  inside) inside ;;
  up)
    mkdir -p "$state"
    "$node" "$here/ours.mjs" --nodes >"$state/nodes.json"
    ip netns add fuzz
    ip -n fuzz link set lo up
    ip -n fuzz addr add 172.18.0.2/16 dev lo
    setsid ip netns exec fuzz unshare -m -p -f bash "$here/real.sh" inside >"$state/log" 2>&1 </dev/null &
    until grep -q ready "$state/log" 2>/dev/null; do sleep 0.5; done
    ;;
  run)
    for init in $(ip netns pids fuzz); do ! grep -q nodes.mjs "/proc/$init/cmdline" || break; done
    nsenter -t "$init" -m -p -n -- "$node" "$here/real.mjs" "$(realpath "$2")" "$(realpath -m "$3")"
    ;;
  down)
    ip netns pids fuzz | xargs -r kill -9
    ip netns del fuzz
    ;;
  *) sed -n 2,3p "$0" >&2 && exit 2 ;;
esac
