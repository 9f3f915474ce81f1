import type { EventRecorder, Pod } from '@seatrial/apiserver';
import {
  fail,
  ok,
  pause,
  rememberRecent,
  sleep,
  type Coroutine,
  type Directory,
  type Result,
  type Simulation,
} from '@seatrial/kernel';
import { formatGoDuration } from '@seatrial/schema';
import type { Container } from 'kubernetes-types/core/v1.js';
import { BackOff } from '../back-off.js';
import type { ContainerImage, ImageFailure, ImageSource, KubeletOptions } from '../kubelet-options.js';

/** Why a container could not be started: a waiting reason with its message. */
export interface StartFailure {
  readonly reason: string;
  readonly message: string;
}

type Credentials = Parameters<ImageSource['resolve']>[1];

const PULL_BACK_OFF_MS = 10_000;
const MAX_PULL_BACK_OFF_MS = 300_000;
/** Asking a nearby registry for a manifest, and fetching layers. */
const MANIFEST_MS = 15;
const FAILED_PULL_MS = 400;
/** How long containerd waits for a registry that does not answer. */
const DIAL_TIMEOUT_MS = 30_000;
const LAYERS_MS = 45;
const BYTES_PER_MS = 500_000;

/** An image's name in quotes: few are asked for, by very many containers. */
const quote = rememberRecent((name) => JSON.stringify(name), 100);

/**
 * Whether a name's first part has capitals: the kubelet takes it for a registry's, containerd 1.6, which knows one by a
 * dot or a port, for a part of the path.
 */
function hasCapitalPath(name: string): boolean {
  const first = name.includes('/') ? name.slice(0, name.indexOf('/')) : '';
  return first !== first.toLowerCase() && !/[.:]/.test(first);
}

const badCase = (name: string): ImageFailure => ({
  code: 'Unknown',
  message: `failed to parse image reference ${quote(name)}: invalid reference format: repository name must be lowercase`,
});

/** Makes sure that images are on the node (pkg/kubelet/images image_manager.go, v1.35). */
export class ImagePuller {
  private readonly backOff: BackOff;
  private readonly present = new Map<string, ContainerImage>();
  private readonly lastError = new Map<string, string>();

  constructor(
    private readonly simulation: Simulation,
    private readonly events: EventRecorder,
    private readonly options: Pick<KubeletOptions, 'allImagesPresent' | 'images' | 'onUnsupported'>,
  ) {
    this.backOff = new BackOff(PULL_BACK_OFF_MS, MAX_PULL_BACK_OFF_MS, () => simulation.now());
  }

  /** Puts an image on the node without a pull. */
  preload(reference: string): void {
    const found = this.options.images.resolve(reference);
    if (found.ok) this.present.set(found.value.reference, found.value);
  }

  /** The files of an image, for a volume of its own. */
  rootOf(reference: string): Directory | undefined {
    const found = this.options.images.resolve(reference);
    return found.ok ? found.value.createRoot(this.simulation.now()) : undefined;
  }

  /** Images on the node, by canonical reference. */
  list(): readonly ContainerImage[] {
    return [...this.present.values()];
  }

  isPresent(reference: string): boolean {
    const found = this.options.images.resolve(reference);
    return found.ok && this.present.has(found.value.reference);
  }

  *ensure(
    pod: Pod,
    container: Container,
    fieldPath: string,
    credentials: Credentials,
  ): Coroutine<Result<ContainerImage, StartFailure>> {
    const name = container.image ?? '';
    const target = { object: pod, fieldPath };
    const quoted = quote(name);
    const found = this.options.images.resolve(name, credentials);
    if (!found.ok && found.error.code === 'InvalidName') {
      const message = `Failed to apply default image tag ${quoted}: couldn't parse image name ${quoted}: ${found.error.message}`;
      this.events.event(target, 'Warning', 'InspectFailed', message);
      return fail({ reason: 'InvalidImageName', message });
    }
    const present = found.ok ? this.presentImage(found.value) : undefined;
    const policy = container.imagePullPolicy ?? 'IfNotPresent';
    if (present && policy !== 'Always') {
      this.events.event(
        target,
        'Normal',
        'Pulled',
        `Container image ${quoted} already present on machine and can be accessed by the pod`,
      );
      return ok(present);
    }
    if (policy === 'Never') {
      const message = `Container image ${quoted} is not present with pull policy of Never`;
      this.events.event(target, 'Warning', 'ErrImageNeverPull', message);
      return fail({ reason: 'ErrImageNeverPull', message });
    }
    return yield* this.pull(pod, name, target, credentials);
  }

  private presentImage(image: ContainerImage): ContainerImage | undefined {
    if (this.options.allImagesPresent === true) this.present.set(image.reference, image);
    return this.present.get(image.reference);
  }

  /** Whether starting the container would ask a registry. */
  wouldPull(container: Container): boolean {
    const found = this.options.images.resolve(container.image ?? '');
    return container.imagePullPolicy === 'Always' || !found.ok || this.presentImage(found.value) === undefined;
  }

  private *pull(
    pod: Pod,
    name: string,
    target: { readonly object: Pod; readonly fieldPath: string },
    credentials: Credentials,
  ): Coroutine<Result<ContainerImage, StartFailure>> {
    const quoted = quote(name);
    const key = `${pod.metadata.uid}_${name}`;
    if (this.backOff.isInBackOffSinceUpdate(key)) {
      const message = `Back-off pulling image ${quoted}`;
      this.events.event(target, 'Normal', 'BackOff', message);
      const last = this.lastError.get(key);
      return fail({ reason: 'ImagePullBackOff', message: last === undefined ? message : `${message}: ${last}` });
    }
    this.events.event(target, 'Normal', 'Pulling', `Pulling image ${quoted}`);
    const start = this.simulation.now();
    const random = this.simulation.random;
    const outage = this.options.images.outage?.(name);
    const refused = outage ?? (hasCapitalPath(name) ? badCase(name) : undefined);
    const found = refused ? fail(refused) : this.options.images.resolve(name, credentials);
    if (!found.ok) {
      if (found.error.mayExist === true) this.options.onUnsupported?.(`the image ${name}`);
      yield* sleep(outage ? DIAL_TIMEOUT_MS : FAILED_PULL_MS + random.below(300));
      const error =
        found.error.code === 'NotFound'
          ? `rpc error: code = NotFound desc = ${found.error.message}`
          : found.error.message;
      this.events.event(target, 'Warning', 'Failed', `Failed to pull image ${quoted}: ${error}`);
      this.backOff.next(key, this.simulation.now());
      this.lastError.set(key, `ErrImagePull: ${error}`);
      return fail({ reason: 'ErrImagePull', message: error });
    }
    const image = found.value;
    const fresh = this.presentImage(image) === undefined;
    yield pause(MANIFEST_MS + random.below(40) + (fresh ? LAYERS_MS + Math.ceil(image.sizeBytes / BYTES_PER_MS) : 0));
    this.present.set(image.reference, image);
    this.backOff.reset(key);
    const took = formatGoDuration((this.simulation.now() - start) * 1_000_000);
    this.events.event(
      target,
      'Normal',
      'Pulled',
      `Successfully pulled image ${quoted} in ${took} (${took} including waiting). Image size: ${image.sizeBytes} bytes.`,
    );
    return ok(image);
  }
}
