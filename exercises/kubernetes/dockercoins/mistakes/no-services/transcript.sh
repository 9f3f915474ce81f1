kubectl create deployment redis --image=redis
for SERVICE in hasher rng webui worker; do kubectl create deployment $SERVICE --image=dockercoins/$SERVICE:v0.1; done
kubectl scale deploy/worker --replicas=10
kubectl logs deploy/worker --tail 5
