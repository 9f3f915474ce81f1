import { editDistance } from '@seatrial/kernel';

/** Docker Official Images that courses use; many of them are not in the simulated registries. */
const OFFICIAL = new Set(
  (
    'adminer almalinux alpine amazoncorretto amazonlinux archlinux bash buildpack-deps busybox caddy cassandra centos chronograf ' +
    'clojure composer consul couchbase couchdb dart debian docker drupal eclipse-mosquitto eclipse-temurin elasticsearch elixir erlang ' +
    'fedora flink fluentd ghost golang gradle groovy haproxy haskell hello-world httpd hylang ibmjava influxdb jenkins jetty joomla ' +
    'jruby julia kibana kong logstash mariadb matomo maven mediawiki memcached mongo mongo-express mysql nats neo4j nextcloud nginx ' +
    'node odoo openjdk oraclelinux perl percona photon php phpmyadmin postgres python r-base rabbitmq redis redmine registry ' +
    'rockylinux ros ruby rust sapmachine solr sonarqube spark swift swipl telegraf tomcat traefik ubuntu unit varnish vault wordpress ' +
    'zookeeper'
  ).split(' '),
);

/** Accounts of Docker Hub whose images lessons use; only few of those are simulated. */
const PUBLISHERS = new Set(
  (
    'amazon amouat aquasec argoproj arungupta bitnami bitnamilegacy calico cilium curlimages datawire docker ' +
    'dockersamples envoyproxy flannel fluent grafana hashicorp istio jaegertracing jenkins jpetazzo karthequian ' +
    'kicbase kindest kodekloud kong kubernetesui learnk8s linuxserver localstack longhornio luksa minio mockserver ' +
    'nginxdemos nginxinc nicolaka opentelemetry openzipkin osixia otel paulbouwer pingcap polinux portainer praqma progrium prom ' +
    'prometheuscommunity provectuslabs rabbitmqoperator radial rancher richarvey sonatype stefanprodan strimzi ' +
    'sysdig tutum velero vish weaveworks wiremock wurstmeister'
  ).split(' '),
);
/** Registries that everybody can pull from, and clouds' own: what they have is not known here. */
const REGISTRIES =
  /^(?:(?:[\w-]+\.)?gcr\.io|ghcr\.io|quay\.io|registry\.k8s\.io|public\.ecr\.aws|mcr\.microsoft\.com|docker\.elastic\.co|nvcr\.io|registry\.gitlab\.com|registry\.access\.redhat\.com|(?:[\w-]+\.)?pkg\.dev|\w+\.azurecr\.io|\d+\.dkr\.ecr\.[\w-]+\.amazonaws\.com)$/;
/** Characters that differ, at most, between a name and one that is mistyped. */
const SLIP = 2;
/** Names that exercises give what is meant to be missing. */
const MEANT_TO_MISS =
  /no(?:n|t|-such|such)[-_]?(?:exist|found|a-real|real|here|image)|no-?such|does-?not|doesnt|invalid|missing|broken|fake|wrong|\bbad\b|typo|unknown/;

/** A tag that looks like a release of something: `3.12-slim`, `18-alpine3.19`, `bookworm`. */
const RELEASE =
  /^v?\d+(?:\.\d+)*(?:[-.][a-z][a-z\d.]*)*$|^(?:alpine|slim|bookworm|bullseye|trixie|buster|jammy|noble|focal|stable|lts|latest|mainline|current|edge)(?:[-.\da-z]*)$/;

/** Lines of releases, the first and the last of each, and the most patches that one had: `1.7 to 1.29`, up to `1.17.10`. */
type Line = readonly [major: number, first: number, last: number, patches?: number];

const MOST_PATCHES = 70;

/**
 * Releases that Docker Hub has of the images that lessons break on purpose by a wrong tag (as of late 2025): other numbers
 * are taken for mistakes.
 */
const RELEASES: Readonly<Record<string, readonly Line[]>> = {
  alpine: [
    [2, 6, 7],
    [3, 1, 22],
  ],
  busybox: [[1, 21, 37]],
  httpd: [
    [2, 2, 2],
    [2, 4, 4],
  ],
  memcached: [[1, 4, 6]],
  mongo: [
    [3, 0, 6],
    [4, 0, 4],
    [5, 0, 0],
    [6, 0, 0],
    [7, 0, 0],
    [8, 0, 2],
  ],
  mysql: [
    [5, 5, 7],
    [8, 0, 4],
    [9, 0, 5],
  ],
  nginx: [[1, 7, 29, 15]],
  postgres: [
    [9, 0, 6],
    [10, 0, 23],
    [11, 0, 22],
    [12, 0, 22],
    [13, 0, 23],
    [14, 0, 20],
    [15, 0, 15],
    [16, 0, 11],
    [17, 0, 7],
    [18, 0, 1],
  ],
  redis: [
    [2, 6, 8],
    [3, 0, 2],
    [4, 0, 0],
    [5, 0, 0],
    [6, 0, 2],
    [7, 0, 4],
    [8, 0, 4],
  ],
};

function isReleased(name: string, tag: string): boolean {
  if (!Object.hasOwn(RELEASES, name)) return true;
  const [, major, minor, patch = 0] = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(tag) ?? [];
  if (major === undefined) return true;
  return RELEASES[name].some(([line, first, last, patches = MOST_PATCHES]) => {
    if (line !== Number(major) || Number(patch) > patches) return false;
    return minor === undefined || (Number(minor) >= first && Number(minor) <= last);
  });
}

/** Whether a name is a slip of the pen for one of these: another has two characters that differ at most. */
const isSlip = (name: string, of: Iterable<string>): boolean =>
  [...of].some((known) => Math.abs(known.length - name.length) <= SLIP && editDistance(known, name) <= SLIP);

/**
 * Whether an image that is not simulated may well exist: an official one, a well-known account's or one of another public
 * registry, under a tag that looks like a release. The repositories are the simulated ones: nobody else's is meant by a
 * name that is nearly one of theirs, and what they have is all that they have, but for official ones.
 */
export function mayExist(repository: string, tag: string, simulated: ReadonlyMap<string, unknown>): boolean {
  const [, registry, account, name] = /^([^/]+)\/(?:([^/]+)\/)?(.+)$/.exec(repository) ?? [];
  if (!RELEASE.test(tag) || MEANT_TO_MISS.test(repository)) return false;
  if (registry === 'docker.io' && account === 'library') return OFFICIAL.has(name) && isReleased(name, tag);
  const isPublic = registry === 'docker.io' ? PUBLISHERS.has(account) : REGISTRIES.test(registry);
  return isPublic && !isSlip(repository, simulated.keys());
}
