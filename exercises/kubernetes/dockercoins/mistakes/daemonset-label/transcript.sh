kubectl create deployment redis --image=redis
for SERVICE in hasher rng webui worker; do kubectl create deployment $SERVICE --image=dockercoins/$SERVICE:v0.1; done
kubectl expose deployment redis --port 6379
for SERVICE in rng hasher; do kubectl expose deployment $SERVICE --port 80; done
kubectl expose deploy/webui --type=NodePort --port=80
kubectl scale deploy/worker --replicas=10
kubectl delete deploy rng
cat <<EOF | kubectl apply -f -
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: rng
spec:
  selector: { matchLabels: { run: rng } }
  template:
    metadata: { labels: { run: rng } }
    spec:
      containers: [{ name: rng, image: 'dockercoins/rng:v0.1' }]
EOF
