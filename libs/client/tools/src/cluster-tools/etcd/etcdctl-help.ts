const GLOBAL = `GLOBAL OPTIONS:
      --cacert=""				verify certificates of TLS-enabled secure servers using this CA bundle
      --cert=""					identify secure client using this TLS certificate file
      --command-timeout=5s			timeout for short running command (excluding dial timeout)
      --debug[=false]				enable client-side debug logging
      --dial-timeout=2s				dial timeout for client connections
  -d, --discovery-srv=""			domain name to query for SRV records describing cluster endpoints
      --discovery-srv-name=""			service name to query when using DNS discovery
      --endpoints=[127.0.0.1:2379]		gRPC endpoints
      --hex[=false]				print byte strings as hex encoded strings
      --insecure-discovery[=true]		accept insecure SRV records describing cluster endpoints
      --insecure-skip-tls-verify[=false]	skip server certificate verification (CAUTION: this option should be enabled only for testing purposes)
      --insecure-transport[=true]		disable transport security for client connections
      --keepalive-time=2s			keepalive time for client connections
      --keepalive-timeout=6s			keepalive timeout for client connections
      --key=""					identify secure client using this TLS key file
      --max-recv-bytes=0			client-side response receive limit in bytes (if 0, it defaults to "math.MaxInt32")
      --max-request-bytes=0			client-side request send limit in bytes (if 0, it defaults to 2.0 MiB (2 * 1024 * 1024).)
      --password=""				password for authentication (if this option is used, --user option shouldn't include password)
      --user=""					username[:password] for authentication (prompt if password is not supplied)
  -w, --write-out="simple"			set the output format (fields, json, protobuf, simple, table)

`;

/** The same where no subcommand is named. */
const OWN = GLOBAL.replace('GLOBAL ', '').replace(
  '      --hex',
  '  -h, --help[=false]\t\t\t\thelp for etcdctl\n      --hex',
);

const SAVING = `Examples:
  # Save snapshot to a given file
  etcdctl snapshot save /backup/etcd-snapshot.db
  
  # Get snapshot from given address and save it to file
  etcdctl snapshot save --endpoints=127.0.0.1:3000 /backup/etcd-snapshot.db
  
  # Get snapshot from given address with certificates
  etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/etcd/ca.crt --cert=/etc/etcd/etcd.crt --key=/etc/etcd/etcd.key snapshot save /backup/etcd-snapshot.db
  
  # Get snapshot wih certain user and password
  etcdctl --user=root --password=password123 snapshot save /backup/etcd-snapshot.db
  
  # Get snapshot from given address with timeout
  etcdctl --endpoints=https://127.0.0.1:2379 --dial-timeout=20s snapshot save /backup/etcd-snapshot.db
  
  # Save snapshot with desirable time format
  etcdctl snapshot save /mnt/backup/etcd/backup_$(date +%Y%m%d_%H%M%S).db`;

/** Those of commands that may ask all members. */
const OF_MEMBERS = GLOBAL.replace(
  '      --command-timeout',
  '      --cluster[=false]\t\t\t\tuse all endpoints from the cluster member list\n      --command-timeout',
);

/** What etcdctl 3.6.6 prints for `--help`, and for a group of subcommands alone. */
export const ETCDCTL_HELP: Readonly<Record<string, string>> = {
  '': `NAME:
  etcdctl - A simple command line client for etcd3.

USAGE:
  etcdctl [flags]

VERSION:
  3.6.6

API VERSION:
  3.6

COMMANDS:
  alarm disarm			Disarms all alarms
  alarm list			Lists all alarms
  auth disable			Disables authentication
  auth enable			Enables authentication
  auth status			Returns authentication status
  check datascale		Check the memory usage of holding data for different workloads on a given server endpoint.
  check perf			Check the performance of the etcd cluster
  compaction			Compacts the event history in etcd
  completion			Generate completion script
  defrag			Defragments the storage of the etcd members with given endpoints
  del				Removes the specified key or range of keys [key, range_end)
  downgrade cancel		Cancel the ongoing downgrade action to cluster
  downgrade enable		Start a downgrade action to cluster
  downgrade validate		Validate downgrade capability before starting downgrade
  elect				Observes and participates in leader election
  endpoint hashkv		Prints the KV history hash for each endpoint in --endpoints
  endpoint health		Checks the healthiness of endpoints specified in \`--endpoints\` flag
  endpoint status		Prints out the status of endpoints specified in \`--endpoints\` flag
  get				Gets the key or a range of keys
  help				Help about any command
  lease grant			Creates leases
  lease keep-alive		Keeps leases alive (renew)
  lease list			List all active leases
  lease revoke			Revokes leases
  lease timetolive		Get lease information
  lock				Acquires a named lock
  make-mirror			Makes a mirror at the destination etcd cluster
  member add			Adds a member into the cluster
  member list			Lists all members in the cluster
  member promote		Promotes a non-voting member in the cluster
  member remove			Removes a member from the cluster
  member update			Updates a member in the cluster
  move-leader			Transfers leadership to another etcd cluster member.
  put				Puts the given key into the store
  role add			Adds a new role
  role delete			Deletes a role
  role get			Gets detailed information of a role
  role grant-permission		Grants a key to a role
  role list			Lists all roles
  role revoke-permission	Revokes a key from a role
  snapshot save			Stores an etcd node backend snapshot to a given file
  txn				Txn processes all the requests in one transaction
  user add			Adds a new user
  user delete			Deletes a user
  user get			Gets detailed information of a user
  user grant-role		Grants a role to a user
  user list			Lists all users
  user passwd			Changes password of user
  user revoke-role		Revokes a role from a user
  version			Prints the version of etcdctl
  watch				Watches events stream on keys or prefixes

${OWN}`,
  get: `NAME:
  get - Gets the key or a range of keys

USAGE:
  etcdctl get [options] <key> [range_end] [flags]

OPTIONS:
      --consistency="l"			Linearizable(l) or Serializable(s)
      --count-only[=false]		Get only the count
      --from-key[=false]		Get keys that are greater than or equal to the given key using byte compare
  -h, --help[=false]			help for get
      --keys-only[=false]		Get only the keys
      --limit=0				Maximum number of results
      --max-create-rev=0		Maximum create revision
      --max-mod-rev=0			Maximum modification revision
      --min-create-rev=0		Minimum create revision
      --min-mod-rev=0			Minimum modification revision
      --order=""			Order of results; ASCEND or DESCEND (ASCEND by default)
      --prefix[=false]			Get keys with matching prefix
      --print-value-only[=false]	Only write values when using the "simple" output format
      --rev=0				Specify the kv revision
      --sort-by=""			Sort target; CREATE, KEY, MODIFY, VALUE, or VERSION

${GLOBAL}`,
  snapshot: `NAME:
  snapshot - Manages etcd node snapshots

USAGE:
  etcdctl snapshot <subcommand> [flags]

API VERSION:
  3.6

${SAVING}

COMMANDS:
  save	Stores an etcd node backend snapshot to a given file

OPTIONS:
  -h, --help[=false]	help for snapshot

${GLOBAL}`,
  'snapshot save': `NAME:
  snapshot save - Stores an etcd node backend snapshot to a given file

USAGE:
  etcdctl snapshot save <filename> [flags]

${SAVING}

OPTIONS:
  -h, --help[=false]	help for save

${GLOBAL}`,
  member: `NAME:
  member - Membership related commands

USAGE:
  etcdctl member <subcommand> [flags]

API VERSION:
  3.6

COMMANDS:
  add		Adds a member into the cluster
  list		Lists all members in the cluster
  promote	Promotes a non-voting member in the cluster
  remove	Removes a member from the cluster
  update	Updates a member in the cluster

OPTIONS:
  -h, --help[=false]	help for member

${GLOBAL}`,
  'member list': `NAME:
  member list - Lists all members in the cluster

USAGE:
  etcdctl member list [flags]

DESCRIPTION:
  When --write-out is set to simple, this command prints out comma-separated member lists for each endpoint.
  The items in the lists are ID, Status, Name, Peer Addrs, Client Addrs, Is Learner.

OPTIONS:
      --consistency="l"	Linearizable(l) or Serializable(s)
  -h, --help[=false]	help for list

${GLOBAL}`,
  endpoint: `NAME:
  endpoint - Endpoint related commands

USAGE:
  etcdctl endpoint <subcommand> [flags]

API VERSION:
  3.6

COMMANDS:
  hashkv	Prints the KV history hash for each endpoint in --endpoints
  health	Checks the healthiness of endpoints specified in \`--endpoints\` flag
  status	Prints out the status of endpoints specified in \`--endpoints\` flag

OPTIONS:
      --cluster[=false]	use all endpoints from the cluster member list
  -h, --help[=false]	help for endpoint

${GLOBAL}`,
  'endpoint status': `NAME:
  endpoint status - Prints out the status of endpoints specified in \`--endpoints\` flag

USAGE:
  etcdctl endpoint status [flags]

DESCRIPTION:
  When --write-out is set to simple, this command prints out comma-separated status lists for each endpoint.
  The items in the lists are endpoint, ID, version, db size, is leader, is learner, raft term, raft index, raft applied index, errors.

OPTIONS:
  -h, --help[=false]	help for status

${OF_MEMBERS}`,
  'endpoint health': `NAME:
  endpoint health - Checks the healthiness of endpoints specified in \`--endpoints\` flag

USAGE:
  etcdctl endpoint health [flags]

OPTIONS:
  -h, --help[=false]	help for health

${OF_MEMBERS}`,
  'alarm list': `NAME:
  alarm list - Lists all alarms

USAGE:
  etcdctl alarm list [flags]

OPTIONS:
  -h, --help[=false]	help for list

${GLOBAL}`,
  defrag: `NAME:
  defrag - Defragments the storage of the etcd members with given endpoints

USAGE:
  etcdctl defrag [flags]

OPTIONS:
      --cluster[=false]	use all endpoints from the cluster member list
  -h, --help[=false]	help for defrag

${GLOBAL}`,
  version: `NAME:
  version - Prints the version of etcdctl

USAGE:
  etcdctl version [flags]

OPTIONS:
  -h, --help[=false]	help for version

${GLOBAL}`,
};
