// What bundles tell besides their answers: nothing of it stops an install, as nothing of it stopped circup.

/** Something that the caller should know. `message` is a sentence for people. */
export type BundleWarning = { readonly bundle: string; readonly message: string } & (
  | {
      /** A library asks PyPI for something that no bundle at hand has. */
      readonly type: "external-dependency";
      readonly library: string;
      readonly requirement: string;
    }
  | {
      /** There is no bytecode that the board loads; sources are taken. */
      readonly type: "no-bytecode";
      readonly library: string;
    }
  | {
      /** The bundle has no JSON: names, versions and dependencies are taken from its files, as far as they tell. */
      readonly type: "no-index";
    }
  | {
      /** A bundle of several cannot be had; the others answer without it. */
      readonly type: "bundle-unavailable";
      readonly error: unknown;
    }
  | {
      /** What the network would have been asked comes from the cache, and may be old. */
      readonly type: "from-cache";
      readonly error: unknown;
    }
);

/** Is told of warnings. */
export type OnBundleWarning = (warning: BundleWarning) => void;
