kubectl create deployment httpenv --image jpetazzo/httpenv --replicas=5
kubectl expose deployment httpenv --port=8888 --target-port=80 --type=NodePort
curl -s -m 3 http://172.18.0.3:$(kubectl get svc httpenv -o jsonpath='{.spec.ports[0].nodePort}')/
