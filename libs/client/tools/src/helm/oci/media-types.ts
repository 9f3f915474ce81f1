/** Media types of charts in registries (pkg/registry/constants.go of Helm v4.1). */
export const CONFIG = 'application/vnd.cncf.helm.config.v1+json';
export const CHART_LAYER = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
export const LEGACY_CHART_LAYER = 'application/tar+gzip';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
