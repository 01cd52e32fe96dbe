// One change at a time: two installs on one target would stage over each other. Calls of this process queue here; other
// processes are kept out by the target's own lock while something is written, and noticed by the check before that.

import { abortable } from "../abortable.js";
import type { Target, TargetCallOptions, TargetFileSystem } from "../targets/target.js";
import { rememberTarget } from "./known-target.js";
import { originalFiles } from "./remembered-files.js";

/** Fulfilled when the last call in the queue of a file tree is done. */
const queues = new WeakMap<TargetFileSystem, Promise<void>>();
/** Targets that were handed to work whose turn it is: calls within it do not queue again. */
const holders = new WeakSet<Target>();

/** Does `work` when all that began earlier on this target is done, with a target that is asked once. */
export async function exclusively<T>(
  on: Target,
  { signal }: TargetCallOptions,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  if (holders.has(on)) return work(on);
  const files = originalFiles(on.fs);
  const earlier = queues.get(files) ?? Promise.resolve();
  let done: () => void = () => undefined;
  const turn = new Promise<void>((resolve) => (done = resolve));
  queues.set(
    files,
    earlier.then(() => turn),
  );
  try {
    await abortable(earlier, signal);
    const target = rememberTarget(on);
    holders.add(target);
    return await work(target);
  } finally {
    done();
  }
}

/** Targets whose lock is held: work within it does not ask for it again. */
const locked = new WeakSet<Target>();

/** Does `work` while no other process can change the packages of this target. @throws `link-busy` while one does */
export async function whileLocked<T>(
  target: Target,
  { signal }: TargetCallOptions,
  work: () => Promise<T>,
): Promise<T> {
  if (target.fs.lock === undefined || locked.has(target)) return work();
  const unlock = await target.fs.lock({ signal });
  locked.add(target);
  try {
    return await work();
  } finally {
    locked.delete(target);
    await unlock();
  }
}
