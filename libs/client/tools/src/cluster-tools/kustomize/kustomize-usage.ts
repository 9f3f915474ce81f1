const GLOBAL = `
Global Flags:
      --stack-trace   print a stack-trace on error
`;

/** What the commands of kustomize 5.7.1 print of themselves, by their words. */
const USAGE: Readonly<Record<string, { readonly short: string; readonly usage: string }>> = {
  'edit add resource': {
    short: `Add the name of a file containing a resource to the kustomization file`,
    usage: `Usage:
  kustomize edit add resource [flags]

Examples:

		add resource {filepath}

Flags:
  -h, --help        help for resource
      --no-verify   skip validation for resources
`,
  },
  'edit add component': {
    short: `Add the name of a file containing a component to the kustomization file`,
    usage: `Usage:
  kustomize edit add component [flags]

Examples:

		add component {filepath}

Flags:
  -h, --help   help for component
`,
  },
  'edit add label': {
    short: `Adds one or more commonLabels to kustomization.yaml`,
    usage: `Usage:
  kustomize edit add label [flags]

Examples:

		add label {labelKey1:labelValue1} {labelKey2:labelValue2}

Flags:
  -f, --force               overwrite commonLabel if it already exists
  -h, --help                help for label
      --include-templates   include labels in templates (requires --without-selector)
      --without-selector    using add labels without selector option
`,
  },
  'edit add annotation': {
    short: `Adds one or more commonAnnotations to kustomization.yaml`,
    usage: `Usage:
  kustomize edit add annotation [flags]

Examples:

		add annotation {annotationKey1:annotationValue1} {annotationKey2:annotationValue2}

Flags:
  -f, --force   overwrite commonAnnotation if it already exists
  -h, --help    help for annotation
`,
  },
  'edit set image': {
    short: `Sets images and their new names, new tags or digests in the kustomization file`,
    usage: `Usage:
  kustomize edit set image [flags]

Examples:

The command
  set image postgres=eu.gcr.io/my-project/postgres:latest my-app=my-registry/my-app@sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3
will add

images:
- name: postgres
  newName: eu.gcr.io/my-project/postgres
  newTag: latest
- digest: sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3
  name: my-app
  newName: my-registry/my-app

to the kustomization file if it doesn't exist,
and overwrite the previous ones if the image name exists.

The command
  set image node:8.15.0 mysql=mariadb alpine@sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3
will add

images:
- name: node
  newTag: 8.15.0
- name: mysql
  newName: mariadb
- digest: sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3
  name: alpine

to the kustomization file if it doesn't exist,
and overwrite the previous ones if the image name exists.

The image tag can only contain alphanumeric, '.', '_' and '-'. Passing * (asterisk) either as the new name,
the new tag, or the digest will preserve the appropriate values from the kustomization file.


Flags:
  -h, --help   help for image
`,
  },
  'edit set namespace': {
    short: `Sets the value of the namespace field in the kustomization file`,
    usage: `Usage:
  kustomize edit set namespace [flags]

Examples:

The command
	set namespace staging
will add the field "namespace: staging" to the kustomization file if it doesn't exist,
and overwrite the value with "staging" if the field does exist.


Flags:
  -h, --help   help for namespace
`,
  },
  'edit set nameprefix': {
    short: `Sets the value of the namePrefix field in the kustomization file`,
    usage: `Usage:
  kustomize edit set nameprefix [flags]

Examples:

The command
  set nameprefix acme-
will add the field "namePrefix: acme-" to the kustomization file if it doesn't exist,
and overwrite the value with "acme-" if the field does exist.


Flags:
  -h, --help   help for nameprefix
`,
  },
  'edit set namesuffix': {
    short: `Sets the value of the nameSuffix field in the kustomization file`,
    usage: `Usage:
  kustomize edit set namesuffix [flags]

Examples:

The command
  set namesuffix -- -acme
will add the field "nameSuffix: -acme" to the kustomization file if it doesn't exist,
and overwrite the value with "-acme" if the field does exist.


Flags:
  -h, --help   help for namesuffix
`,
  },
  'edit set label': {
    short: `Sets one or more commonLabels in kustomization.yaml`,
    usage: `Usage:
  kustomize edit set label [flags]

Examples:

		set label {labelKey1:labelValue1} {labelKey2:labelValue2}

Flags:
  -h, --help   help for label
`,
  },
  'edit set annotation': {
    short: `Sets one or more commonAnnotations in kustomization.yaml`,
    usage: `Usage:
  kustomize edit set annotation [flags]

Examples:

		set annotation {annotationKey1:annotationValue1} {annotationKey2:annotationValue2}

Flags:
  -h, --help   help for annotation
`,
  },
  'edit set replicas': {
    short: `Sets replicas count for resources in the kustomization file`,
    usage: `Usage:
  kustomize edit set replicas [flags]

Examples:

The command
  set replicas my-app=3 other-app=1
will add

replicas:
- name: my-app
  count: 3
- name: other-app
  count: 1

to the kustomization file if it doesn't exist,
and overwrite the previous ones if the replicas name exists.


Flags:
  -h, --help   help for replicas
`,
  },
  'edit remove resource': {
    short: `Removes one or more resource file paths from kustomization.yaml`,
    usage: `Usage:
  kustomize edit remove resource [flags]

Examples:

		remove resource my-resource.yml
		remove resource resource1.yml resource2.yml resource3.yml
		remove resource resources/*.yml
		

Flags:
  -h, --help   help for resource
`,
  },
  'edit remove label': {
    short: `Removes one or more commonLabels from kustomization.yaml`,
    usage: `Usage:
  kustomize edit remove label [flags]

Examples:

		remove label {labelKey1},{labelKey2}

Flags:
  -h, --help                   help for label
  -i, --ignore-non-existence   ignore error if the given label doesn't exist
`,
  },
  'edit remove annotation': {
    short: `Removes one or more commonAnnotations from kustomization.yaml`,
    usage: `Usage:
  kustomize edit remove annotation [flags]

Examples:

		remove annotation {annotationKey1},{annotationKey2}

Flags:
  -h, --help                   help for annotation
  -i, --ignore-non-existence   ignore error if the given label doesn't exist
`,
  },
  create: {
    short: `Create a new kustomization in the current directory`,
    usage: `Usage:
  kustomize create [flags]

Aliases:
  create, init

Examples:

	# Create a new overlay from the base '../base".
	kustomize create --resources ../base

	# Create a new kustomization detecting resources in the current directory.
	kustomize create --autodetect

	# Create a new kustomization with multiple resources and fields set.
	kustomize create --resources deployment.yaml,service.yaml,../base --namespace staging --nameprefix acme-


Flags:
      --annotations string   Add one or more common annotations.
      --autodetect           Search for kubernetes resources in the current directory to be added to the kustomization file.
  -h, --help                 help for create
      --labels string        Add one or more common labels.
      --nameprefix string    Sets the value of the namePrefix field in the kustomization file.
      --namespace string     Set the value of the namespace field in the kustomization file.
      --namesuffix string    Sets the value of the nameSuffix field in the kustomization file.
      --recursive            Enable recursive directory searching for resource auto-detection.
      --resources string     Name of a file containing a file to add to the kustomization file.
`,
  },
};

/** What follows an error of a command. */
export const usageOf = (command: string): string => `${USAGE[command]?.usage ?? ''}${GLOBAL}`;

/** What `--help` prints. */
export const helpOf = (command: string): string => `${USAGE[command]?.short ?? ''}\n\n${usageOf(command)}`;
