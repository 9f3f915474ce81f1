import { FunctionFailure, TemplateStruct, templateFunction } from '@seatrial/template';
import { compareVersions } from '../chart/version-constraint.js';

/** What Masterminds/semver's NewVersion reads. */
const SEMANTIC_VERSION = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/;

const texts = new WeakMap<TemplateStruct, string>();

/** A `*semver.Version` of a template (github.com/Masterminds/semver v3). */
export function semanticVersion(text: string): TemplateStruct {
  const found = SEMANTIC_VERSION.exec(text);
  if (!found) throw new FunctionFailure('invalid semantic version');
  const [, major, minor = '0', patch = '0', prerelease = '', metadata = ''] = found;
  const [one, two, three] = [BigInt(major), BigInt(minor), BigInt(patch)];
  const shown = `${one}.${two}.${three}${prerelease && `-${prerelease}`}${metadata && `+${metadata}`}`;
  const compared = (call: (order: number) => unknown) =>
    templateFunction(1, (other: unknown) =>
      call(other instanceof TemplateStruct ? compareVersions(shown, texts.get(other) ?? '') : 0),
    );
  const constant = (value: unknown) => templateFunction([], () => value);
  const next = (version: string) => templateFunction([], () => semanticVersion(version));
  const version = new TemplateStruct(
    '*semver.Version',
    {},
    {
      Compare: compared((order) => BigInt(Math.sign(order))),
      Equal: compared((order) => order === 0),
      GreaterThan: compared((order) => order > 0),
      IncMajor: next(`${one + 1n}.0.0`),
      IncMinor: next(`${one}.${two + 1n}.0`),
      IncPatch: next(`${one}.${two}.${prerelease ? three : three + 1n}`),
      LessThan: compared((order) => order < 0),
      Major: constant(one),
      Metadata: constant(metadata),
      Minor: constant(two),
      Original: constant(text),
      Patch: constant(three),
      Prerelease: constant(prerelease),
      String: constant(shown),
    },
    shown,
  );
  texts.set(version, shown);
  return version;
}
