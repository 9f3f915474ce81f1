# control-plane.sh: sourced by node.sh on node1; starts etcd, the API server, the controllers and the scheduler.
mkdir -p /run/etcd
"$home/bin/etcd" --data-dir /run/etcd --listen-client-urls http://127.0.0.1:12379 --advertise-client-urls http://127.0.0.1:12379 \
  --listen-peer-urls http://127.0.0.1:12380 --unsafe-no-fsync >"$log-etcd.log" 2>&1 &
"$home/bin/kube-apiserver" --etcd-servers=http://127.0.0.1:12379 --secure-port=6443 --advertise-address=172.18.0.2 \
  --client-ca-file="$pki/ca.crt" --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" \
  --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true --enable-bootstrap-token-auth=true \
  --service-account-issuer=https://kubernetes.default.svc.cluster.local --service-cluster-ip-range=10.96.0.0/16 \
  --service-account-key-file="$pki/service-accounts.pub" --service-account-signing-key-file="$pki/service-accounts.key" \
  --kubelet-client-certificate="$pki/kubelet-client.crt" --kubelet-client-key="$pki/kubelet-client.key" \
  --kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname \
  --requestheader-client-ca-file="$pki/ca.crt" --requestheader-allowed-names=front-proxy-client \
  --requestheader-extra-headers-prefix=X-Remote-Extra- --requestheader-group-headers=X-Remote-Group --requestheader-username-headers=X-Remote-User \
  --proxy-client-cert-file="$pki/front-proxy.crt" --proxy-client-key-file="$pki/front-proxy.key" >"$log-apiserver.log" 2>&1 &
super="$home/bin/kubectl --kubeconfig $pki/super.conf"
until $super get --raw /readyz >/dev/null 2>&1; do sleep 0.3; done
$super create clusterrolebinding kubeadm:cluster-admins --clusterrole=cluster-admin --group=kubeadm:cluster-admins
known() { printf -- '--kubeconfig=%s --authentication-kubeconfig=%s --authorization-kubeconfig=%s --leader-elect=false' "$1" "$1" "$1"; }
"$home/bin/kube-controller-manager" $(known "$pki/controllers.conf") --service-account-private-key-file="$pki/service-accounts.key" \
  --root-ca-file="$pki/ca.crt" --cluster-signing-cert-file="$pki/ca.crt" --cluster-signing-key-file="$pki/ca.key" \
  --use-service-account-credentials=true --allocate-node-cidrs=true --cluster-cidr=10.244.0.0/16 --service-cluster-ip-range=10.96.0.0/16 \
  --controllers='*,bootstrapsigner,tokencleaner' >"$log-controllers.log" 2>&1 &
"$home/bin/kube-scheduler" $(known "$pki/scheduler.conf") >"$log-scheduler.log" 2>&1 &
cp "$pki/admin.conf" /home/student/.kube/config
