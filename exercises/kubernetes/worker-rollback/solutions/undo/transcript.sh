kubectl apply -f web.yaml
kubectl rollout status deployment web
kubectl set image deployment web nginx=nginx:1.27.99
kubectl rollout status deployment web --timeout=20s
kubectl get pods
kubectl rollout history deployment web
kubectl rollout undo deployment web
kubectl rollout status deployment web
