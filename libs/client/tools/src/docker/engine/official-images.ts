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
/** A tag that looks like a release of something: `3.12-slim`, `18-alpine3.19`, `bookworm`. */
const RELEASE =
  /^v?\d+(?:\.\d+)*(?:[-.][a-z][a-z\d.]*)*$|^(?:alpine|slim|bookworm|bullseye|trixie|buster|jammy|noble|focal|stable|lts|latest|mainline|current|edge)(?:[-.\da-z]*)$/;

/** Whether an image that is not simulated may well exist: an official one, under a tag that looks like a release. */
export function mayExist(repository: string, tag: string): boolean {
  const [, name] = /^docker\.io\/library\/([^/]+)$/.exec(repository) ?? [];
  return name !== undefined && OFFICIAL.has(name) && RELEASE.test(tag);
}
