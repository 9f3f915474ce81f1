#!/bin/bash
# pki.sh: the cluster's authority, certificates and kubeconfigs in $SEATRIAL_LAB/pki
set -euo pipefail
home=${SEATRIAL_LAB:-/var/lib/seatrial-lab}
mkdir -p "$home/pki" && cd "$home/pki"
[ -f ca.crt ] || openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 3650 -subj /CN=kubernetes 2>/dev/null

certificate() { # certificate NAME SUBJECT [SAN]
  [ -f "$1.crt" ] && return
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 365 -out "$1.crt" 2>/dev/null -extfile <(
    printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "${3:-DNS:$1}"
    printf 'keyUsage=digitalSignature,keyEncipherment\nbasicConstraints=CA:FALSE'
  )
}
kubeconfig() { # kubeconfig NAME USER
  cat >"$1.conf" <<Y
apiVersion: v1
kind: Config
clusters: [{name: kubernetes, cluster: {certificate-authority-data: $(base64 -w0 ca.crt), server: "https://172.18.0.2:6443"}}]
contexts: [{name: "$2@kubernetes", context: {cluster: kubernetes, user: $2}}]
current-context: "$2@kubernetes"
users: [{name: $2, user: {client-certificate-data: $(base64 -w0 "$1.crt"), client-key-data: $(base64 -w0 "$1.key")}}]
Y
}
services=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:node1
certificate apiserver /CN=kube-apiserver "$services,IP:10.96.0.1,IP:172.18.0.2,IP:127.0.0.1"
certificate admin /O=kubeadm:cluster-admins/CN=kubernetes-admin
certificate super /O=system:masters/CN=super
certificate controllers /CN=system:kube-controller-manager
certificate scheduler /CN=system:kube-scheduler
certificate kubelet-client /O=kubeadm:cluster-admins/CN=kube-apiserver-kubelet-client
certificate front-proxy /CN=front-proxy-client
for number in 1 2 3; do certificate "node$number" "/O=system:nodes/CN=system:node:node$number"; done
[ -f service-accounts.key ] || openssl genrsa -out service-accounts.key 2048 2>/dev/null
openssl rsa -in service-accounts.key -pubout -out service-accounts.pub 2>/dev/null
kubeconfig admin kubernetes-admin
for name in super controllers scheduler node1 node2 node3; do kubeconfig "$name" "$name"; done
