import { editDistance } from '@seatrial/kernel';
import { isOfficialRelease, mayBeReleased } from './official-releases.js';

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
    'amazon amouat aquasec argoproj arungupta bitnami bretfisher bitnamilegacy calico cilium containous curlimages datawire docker ' +
    'dockersamples envoyproxy flannel fluent grafana hashicorp istio jaegertracing jenkins jpetazzo karthequian ' +
    'kicbase kindest kodekloud kong kubernetesui learnk8s linuxserver localstack longhornio luksa minio mmumshad mockserver ' +
    'nginxdemos nginxinc nicolaka nigelpoulton opentelemetry openzipkin osixia otel paulbouwer pingcap polinux portainer praqma progrium prom ' +
    'prometheuscommunity provectuslabs rabbitmqoperator radial rancher richarvey sonatype stefanprodan strimzi ' +
    'sysdig traefik tutum velero vish weaveworks wbitt wiremock wurstmeister'
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

/** Whether a name is a slip of the pen for one of these: another has two characters that differ at most. */
const isSlip = (name: string, of: Iterable<string>): boolean =>
  [...of].some((known) => Math.abs(known.length - name.length) <= SLIP && editDistance(known, name) <= SLIP);

const VARIANTS = [
  'alpine',
  'slim',
  'bookworm',
  'bullseye',
  'buster',
  'trixie',
  'stretch',
  'jammy',
  'focal',
  'noble',
  'oracle',
];

/** `1.27-alpne`: what stands behind the release is nearly a word that stands there often. */
const hasMistypedVariant = (tag: string): boolean =>
  tag
    .split('-')
    .slice(1)
    .some((part) =>
      VARIANTS.some((word) => part !== word && !part.startsWith(word) && editDistance(part, word) <= SLIP),
    );

/**
 * Whether an image that is not simulated may well exist: an official one, a well-known account's or one of another public
 * registry, under a tag that looks like a release. The repositories are the simulated ones: nobody else's is meant by a
 * name that is nearly one of theirs, and what they have is all that they have, but for official ones.
 */
export function mayExist(repository: string, tag: string, simulated: ReadonlyMap<string, unknown>): boolean {
  const [, registry, account, name] = /^([^/]+)\/(?:([^/]+)\/)?(.+)$/.exec(repository) ?? [];
  if (registry === 'docker.io' && account === 'library' && isOfficialRelease(name, tag)) return true;
  if ((!RELEASE.test(tag) && registry === 'docker.io') || MEANT_TO_MISS.test(`${repository}:${tag}`)) return false;
  if (registry === 'docker.io' && account === 'library')
    return OFFICIAL.has(name) && mayBeReleased(name, tag) && !hasMistypedVariant(tag);
  const isPublic = registry === 'docker.io' ? PUBLISHERS.has(account) : REGISTRIES.test(registry);
  return isPublic && !isSlip(repository, simulated.keys());
}
