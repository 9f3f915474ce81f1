kubectl apply -f web.yaml
kubectl set image deployment web nginx=nginx:1.27.99
kubectl get pods
