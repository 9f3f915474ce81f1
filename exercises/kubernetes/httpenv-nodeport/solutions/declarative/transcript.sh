kubectl apply -f httpenv.yaml
kubectl rollout status deployment httpenv
curl -s http://172.18.0.2:30088/
