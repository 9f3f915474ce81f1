kubectl create deployment httpenv --image jpetazzo/httpenv
kubectl expose deployment httpenv --port=8888 --type=NodePort
curl -s http://172.18.0.3:$(kubectl get svc httpenv -o jsonpath='{.spec.ports[0].nodePort}')/
