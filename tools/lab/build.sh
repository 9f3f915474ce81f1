#!/bin/bash
# build.sh: builds the programs of a cluster from the Go module proxy into $SEATRIAL_LAB/bin (10 to 15 minutes on two cores).
# Needs Go, and from Debian's packages: containerd runc containernetworking-plugins iptables conntrack busybox-static
# nginx-light redis-server perl openssl.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=${SEATRIAL_LAB:-/var/lib/seatrial-lab}
release=1.35.4
helm=4.1.4
etcd=3.6.5
coredns=1.13.1
metrics_server=0.8.0
export GOFLAGS=-mod=mod
mkdir -p "$home/bin" "$home/src"

# k8s.io/kubernetes names its staged libraries as v0.0.0: each is replaced by the release's own.
mkdir -p "$home/src/kubernetes" && cd "$home/src/kubernetes"
root=$(go mod download -json "k8s.io/kubernetes@v$release" | sed -n 's/.*"Dir": "\(.*\)",/\1/p')
{
  printf 'module lab\n\ngo 1.25.0\n\nrequire k8s.io/kubernetes v%s\n\n' "$release"
  sed -n 's#^\t*\(k8s.io/[a-z-]*\) => ./staging/.*#replace \1 => \1 v0.'"${release#1.}"'#p' "$root/go.mod"
} >go.mod
cp "$root/go.sum" go.sum
printf '//go:build tools\n\npackage lab\n\nimport (\n' >tools.go
for command in kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubectl; do
  printf '\t_ "k8s.io/kubernetes/cmd/%s"\n' "$command" >>tools.go
done
printf ')\n' >>tools.go
version="-s -w -X k8s.io/component-base/version.gitVersion=v$release -X k8s.io/component-base/version.gitMajor=1"
version="$version -X k8s.io/component-base/version.gitMinor=35 -X k8s.io/client-go/pkg/version.gitVersion=v$release"
for command in kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubectl; do
  go build -ldflags "$version" -o "$home/bin/" "k8s.io/kubernetes/cmd/$command"
done

build() { # build MODULE VERSION PACKAGE NAME [LDFLAGS]
  mkdir -p "$home/src/$4" && cd "$home/src/$4"
  printf 'module lab\n\ngo 1.25.0\n\nrequire %s %s\n' "$1" "$2" >go.mod
  printf '//go:build tools\n\npackage lab\n\nimport _ "%s"\n' "$3" >tools.go
  go mod tidy && CGO_ENABLED=0 go build -ldflags "-s -w ${5-}" -o "$home/bin/$4" "$3"
}
build go.etcd.io/etcd/server/v3 "v$etcd" go.etcd.io/etcd/server/v3 etcd
build helm.sh/helm/v4 "v$helm" helm.sh/helm/v4/cmd/helm helm "-X helm.sh/helm/v4/internal/version.version=v$helm"
build github.com/coredns/coredns "v$coredns" github.com/coredns/coredns coredns
# The checksum database does not know every release.
export GONOSUMDB=sigs.k8s.io/metrics-server
root=$(go mod download -json "sigs.k8s.io/metrics-server@v$metrics_server" | sed -n 's/.*"Dir": "\(.*\)",/\1/p')
cd "$root" && CGO_ENABLED=0 go build -mod=readonly -ldflags '-s -w' -o "$home/bin/metrics-server" ./cmd/metrics-server
cd "$here/stand-ins" && CGO_ENABLED=0 go build -ldflags '-s -w' -o "$home/bin/stand-in" .
"$here/pki.sh"
