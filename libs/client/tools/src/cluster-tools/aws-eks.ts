import { authorityCertificate } from '@seatrial/cluster';
import { encodeBase64, sha256Hex, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { answerText } from './aws/answer-text.js';
import { USAGE_STATUS } from './aws/aws-failure.js';
import { jmespath } from './aws/jmespath.js';
import { ACCOUNT, awsRegion } from './aws-credentials.js';
import { nodeOf, notSimulated, type ToolCall } from './cluster-tool.js';
import { nodegroupsOf } from './eks-nodegroup.js';
import { InstalledCluster } from './installed-cluster.js';

/** The managed cluster's name; undefined when there is none, or no more. */
export function eksName({ tool }: ToolCall): string | undefined {
  const cluster = InstalledCluster.of(tool, 'eks');
  return cluster?.exists ? nodeOf(tool)?.profile.kubeconfig.cluster.split('.')[0] : undefined;
}

/** Identifiers of the provider's things, which it makes up: they follow from the cluster here. */
const idOf = (kind: string, what: string): string => `${kind}-0${sha256Hex(`${kind} ${what}`).slice(0, 16)}`;

/** The time as the command line writes it. */
const stamp = (time: number): string => `${new Date(time).toISOString().replace('Z', '')}000+00:00`;

const minorOf = (version: string): string => /^v?(\d+\.\d+)/.exec(version)?.[1] ?? '';

/** The cluster, by the names that the service gives it (DescribeCluster). */
export function eksCluster(call: ToolCall): JsonObject {
  const { tool, flags } = call;
  const profile = nodeOf(tool)?.profile;
  const name = eksName(call) ?? '';
  const region = awsRegion(tool, flags.string('region')) ?? '';
  const endpoint = `https://${profile?.managedApi?.host ?? ''}`;
  const id = sha256Hex(`oidc ${name}`).slice(0, 32).toUpperCase();
  return {
    name,
    arn: `arn:aws:eks:${region}:${ACCOUNT}:cluster/${name}`,
    createdAt: stamp(InstalledCluster.of(tool, 'eks')?.bornAt ?? 0),
    version: minorOf(profile?.kubernetesVersion ?? ''),
    endpoint,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/eksctl-${name}-cluster-ServiceRole`,
    resourcesVpcConfig: {
      subnetIds: ['a', 'b', 'c'].flatMap((zone) =>
        ['public', 'private'].map((side) => idOf('subnet', `${name} ${side} ${zone}`)),
      ),
      securityGroupIds: [idOf('sg', `${name} control plane`)],
      clusterSecurityGroupId: idOf('sg', `${name} cluster`),
      vpcId: idOf('vpc', name),
      endpointPublicAccess: true,
      endpointPrivateAccess: false,
      publicAccessCidrs: ['0.0.0.0/0'],
    },
    kubernetesNetworkConfig: {
      serviceIpv4Cidr: profile?.serviceCidr ?? '',
      ipFamily: 'ipv4',
      elasticLoadBalancing: { enabled: false },
    },
    logging: {
      clusterLogging: [{ types: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'], enabled: false }],
    },
    identity: { oidc: { issuer: `https://oidc.eks.${region}.amazonaws.com/id/${id}` } },
    status: 'ACTIVE',
    certificateAuthority: { data: encodeBase64(authorityCertificate(profile ?? {})) },
    platformVersion: 'eks.13',
    tags: { 'alpha.eksctl.io/cluster-name': name, 'eksctl.cluster.k8s.io/v1alpha1/cluster-name': name },
    accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
    upgradePolicy: { supportType: 'EXTENDED' },
    deletionProtection: false,
  };
}

/** One of its groups of nodes (DescribeNodegroup); undefined of no such group. */
export function eksNodegroup(call: ToolCall, wanted: string): JsonObject | undefined {
  const node = nodeOf(call.tool);
  const found = node && nodegroupsOf(node).find(({ name }) => name === wanted);
  if (!node || !found) return undefined;
  const { name, minSize, maxSize, desiredSize, instanceType, autoScalingGroup } = found;
  const cluster = eksName(call) ?? '';
  const region = awsRegion(call.tool, call.flags.string('region')) ?? '';
  const created = stamp(InstalledCluster.of(call.tool, 'eks')?.bornAt ?? 0);
  return {
    nodegroupName: name,
    nodegroupArn: `arn:aws:eks:${region}:${ACCOUNT}:nodegroup/${cluster}/${name}/${autoScalingGroup.slice(-36)}`,
    clusterName: cluster,
    version: minorOf(node.profile.kubernetesVersion),
    releaseVersion: `${minorOf(node.profile.kubernetesVersion)}.4-20251117`,
    createdAt: created,
    modifiedAt: created,
    status: 'ACTIVE',
    capacityType: 'ON_DEMAND',
    scalingConfig: { minSize, maxSize, desiredSize },
    instanceTypes: [instanceType],
    subnets: ['a', 'b', 'c'].map((zone) => idOf('subnet', `${cluster} public ${zone}`)),
    amiType: 'AL2023_x86_64_STANDARD',
    nodeRole: `arn:aws:iam::${ACCOUNT}:role/eksctl-${cluster}-nodegroup-${name}-NodeInstanceRole`,
    labels: { 'alpha.eksctl.io/cluster-name': cluster, 'alpha.eksctl.io/nodegroup-name': name },
    resources: { autoScalingGroups: [{ name: autoScalingGroup }] },
    health: { issues: [] },
    updateConfig: { maxUnavailable: 1 },
    launchTemplate: {
      name: `eksctl-${cluster}-nodegroup-${name}`,
      version: '1',
      id: idOf('lt', `${cluster} ${name}`),
    },
    tags: { 'alpha.eksctl.io/cluster-name': cluster, 'alpha.eksctl.io/nodegroup-name': name },
  };
}

/** Prints an answer by `--query` and `--output`. */
export function* printAnswer(call: ToolCall, what: string, answer: JsonObject): Coroutine<number> {
  const { tool, flags } = call;
  const query = flags.string('query');
  const found = query === '' ? { ok: true as const, value: answer } : jmespath(query, answer);
  if (!found.ok) return yield* notSimulated(tool, `${what} --query ${query}`);
  const output = flags.string('output') || tool.process.env.get('AWS_DEFAULT_OUTPUT') || 'json';
  if (!['json', 'text', 'table', 'yaml', 'yaml-stream', 'off'].includes(output)) {
    yield* tool.err(`\naws: error: argument --output: Found invalid choice '${output}'\n\n`);
    return USAGE_STATUS;
  }
  const text = answerText(found.value, output);
  if (text === undefined) return yield* notSimulated(tool, `${what} --output ${output}`);
  yield* tool.out(text);
  return 0;
}
