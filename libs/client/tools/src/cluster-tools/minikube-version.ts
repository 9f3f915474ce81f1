/** The release whose texts minikube prints. */
export const MINIKUBE_VERSION = 'v1.37.0';
