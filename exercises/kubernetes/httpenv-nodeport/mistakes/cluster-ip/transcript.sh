kubectl create deployment httpenv --image jpetazzo/httpenv --replicas=5
kubectl expose deployment httpenv --port=8888
curl -s http://$(kubectl get svc httpenv -o jsonpath='{.spec.clusterIP}'):8888/
