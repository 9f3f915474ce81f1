kubectl create deployment redis --image=redis
for SERVICE in hasher rng webui worker; do
  kubectl create deployment $SERVICE --image=dockercoins/$SERVICE:v0.1
done
kubectl expose deployment redis --port 6379
kubectl expose deployment rng --port 80
kubectl expose deployment hasher --port 80
kubectl expose deploy/webui --type=NodePort --port=80
kubectl scale deploy/worker --replicas=10
kubectl get deploy/rng -o yaml > rng.yml
kubectl delete deployment rng
cat > rng-ds.yml <<'YAML'
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: rng
  labels:
    app: rng
spec:
  selector:
    matchLabels:
      app: rng
  template:
    metadata:
      labels:
        app: rng
    spec:
      containers:
        - name: rng
          image: dockercoins/rng:v0.1
YAML
kubectl apply -f rng-ds.yml
kubectl get all
