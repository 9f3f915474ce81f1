import { CLUSTER_CA_NAME, formatPem } from '@seatrial/apiserver';
import type { ClusterProfile } from '../profile/cluster-profile.js';

/** The certificate of a cluster's authority: the one that all share, unless it has its own. */
export function authorityCertificate({ authority }: Pick<ClusterProfile, 'authority'>): string {
  if (authority === undefined) return CLUSTER_CA;
  return formatPem('CERTIFICATE', { subject: CLUSTER_CA_NAME, issuer: CLUSTER_CA_NAME, authority });
}

/** The certificate (public part only) of the simulated clusters' certificate authority, CN=kubernetes. Nothing is signed with it. */
export const CLUSTER_CA = `-----BEGIN CERTIFICATE-----
MIIDCzCCAfOgAwIBAgIUFdikK8HY6X3E4Fb469KLqtEfBeMwDQYJKoZIhvcNAQEL
BQAwFTETMBEGA1UEAwwKa3ViZXJuZXRlczAeFw0yNjExMjEwNTQ1MThaFw0zNjEx
MTgwNTQ1MThaMBUxEzARBgNVBAMMCmt1YmVybmV0ZXMwggEiMA0GCSqGSIb3DQEB
AQUAA4IBDwAwggEKAoIBAQC+DEq/iu4RzrAkYyVXqxeLRsQxp5ZCEB27bhhngAKD
moYaCc+9Or8aF7eS/4D9iOBzU5/0cYs40G6xgaWFou7zgL+nDnm4qPtQJW/mxZSi
Wt0P0m4tJ1tJVQfz46GFFxqvf/SYxbZVZvuCBbZ/4fGVeQOfHxNw2FBv3Y4MY7VG
HFDVrHMRiQOAJ8uBqfQiqITXbHvpgc1Eq58tFVeO1ybmxEF7agatOymmpg72RPmV
Y96Q02L7Udv6hcBIPEIZaX4J7M/EhqJY/D2hBVbGxncB6OsY0AUUk4nxIiEZio7Q
MNJBpLeJLdUoS8JyJ1+O0fQh5usvhNP9V7NMdoQo0wgxAgMBAAGjUzBRMB0GA1Ud
DgQWBBTP5qwzuQh5Y5qAWVern+GvWeVj9zAfBgNVHSMEGDAWgBTP5qwzuQh5Y5qA
WVern+GvWeVj9zAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4IBAQAl
ZhTdX8PannA7MXNQC/SNzvuWabnUlZN8NwrdxxrGKmeFy7PQcz75MwpTmjIQLTRf
fNHHN5uI7fDWonNx5TIEVuL43ayvDwAmkwTmyk4M0Ia+FviBpmukTPb2TP9/EeuH
4gUyg4X3czbGhGOkZSwKphU8JjfjbibVveJl+x0FF5DeCpGf1/191al0jBdv/uIL
b5F1fLn5mx+S+XRvlcGG9GYRRn1ZmkungpM4mtZXguGyxr/naaC6mWxM64XrcQxO
jfv6aL/AkbmMuwc6UIzFKUXtbm4A+VzlQAo6QLwJN3waU0EL9T51HDTRFUV0/wgJ
O43y8crWLeh7XzwpFPCA
-----END CERTIFICATE-----
`;
