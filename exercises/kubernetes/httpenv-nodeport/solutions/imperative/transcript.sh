kubectl create deployment httpenv --image jpetazzo/httpenv
kubectl scale deployment httpenv --replicas=5
kubectl expose deployment httpenv --port=8888 --type=NodePort
PORT=$(kubectl get svc httpenv -o jsonpath='{.spec.ports[0].nodePort}')
for i in $(seq 3); do curl -s http://172.18.0.3:$PORT/; done
