// Several bundles as one: the first that has a library answers, a library may need those of the others, and a bundle that
// cannot be had does not stop them.

import { isUpyError } from "../errors.js";
import { chainSources } from "../sources/chain-sources.js";
import type { PackageSource, SourceContext } from "../sources/source.js";
import type { CircuitPythonBundle } from "./bundle.js";
import type { OnBundleWarning } from "./bundle-warning.js";

/** What a bundle of a chain is given besides the usual. */
export interface ChainContext extends SourceContext {
  /** All bundles of the chain, in their order. */
  readonly bundles?: readonly CircuitPythonBundle[] | undefined;
}

/**
 * A source over bundles, asked in their order. What a library of one needs of PyPI is looked for in the others, as
 * community libraries need Adafruit's. A library that a bundle lists and that cannot be read (its zip is out of reach)
 * is an error, so that who is up today does not decide whose library is installed.
 */
export function bundleChain(bundles: readonly CircuitPythonBundle[]): PackageSource {
  const contexts = new WeakMap<SourceContext, ChainContext>();
  const within = (context: SourceContext): ChainContext => {
    const known = contexts.get(context) ?? { ...context, bundles };
    contexts.set(context, known);
    return known;
  };
  return chainSources(
    ...bundles.map(({ name }, index): PackageSource => {
      return {
        name,
        find: async (requirements, context) =>
          (await bundles[index]?.find(requirements, within(context))) ?? null,
      };
    }),
  );
}

/**
 * The bundles that can be had, in their order; of each other one, `onWarning` is told. When none can be had, the first
 * error is thrown. Call it with the promises: `availableBundles([localBundle(a), circuitPythonBundle(b)], { onWarning })`.
 */
export async function availableBundles(
  bundles: readonly Promise<CircuitPythonBundle>[],
  {
    onWarning,
    signal,
  }: { readonly onWarning?: OnBundleWarning | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<CircuitPythonBundle[]> {
  const settled = await Promise.allSettled(bundles);
  const opened = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failed = settled.flatMap((one, index) =>
    one.status === "rejected" ? [{ index, error: one.reason as unknown }] : [],
  );
  const fatal = signal?.aborted === true ? failed[0] : failed.find(({ error }) => !isUpyError(error));
  const stopping = fatal ?? (opened.length === 0 ? failed[0] : undefined);
  if (stopping !== undefined) {
    await Promise.all(opened.map((bundle) => bundle.close()));
    throw stopping.error as Error;
  }
  for (const { index, error } of failed) {
    const message = error instanceof Error ? error.message : String(error);
    onWarning?.({
      type: "bundle-unavailable",
      bundle: `bundle ${index + 1}`,
      error,
      message: `bundle ${index + 1} of ${bundles.length} cannot be had: ${message}`,
    });
  }
  return opened;
}
