// How much flash a plan needs. New files stand beside the old ones until the switch, so the need is more than the growth.

import type { SpaceInfo } from "../targets/target.js";
import { isWritten, type Plan, type PlannedSpace } from "./plan.js";
import { formatRecord } from "./record.js";

/** Allocation units that a directory takes: two on littlefs, one on FAT. */
const blocksOfDirectory = 2;
/** Bytes of the journal for each file in it, and without any. */
const journalPerFile = 200;
const journalBase = 250;

/** The space that a plan needs and leaves; estimated on the safe side. */
export function planSpace(
  plan: Pick<Plan, "files" | "removals" | "makes" | "unmakes" | "record">,
  space: SpaceInfo | null,
): PlannedSpace | null {
  if (space === null) return null;
  const blockSize = Math.max(1, space.blockSize);
  const blocks = (size: number) => Math.ceil(size / blockSize) * blockSize;
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + blocks(size), 0);
  const written = plan.files.filter(isWritten);
  const isNothing = written.length === 0 && plan.removals.length === 0;
  const fresh = sum(written.map((file) => file.size));
  const freed = sum([
    ...written.map((file) => file.previous?.size ?? 0),
    ...plan.removals.map((file) => file.size),
  ]);
  const record = blocks(
    plan.record.packages.length === 0 ? 0 : new TextEncoder().encode(formatRecord(plan.record)).length,
  );
  const directories = plan.makes.length * blocksOfDirectory * blockSize;
  const journal = blocks(journalBase + journalPerFile * (written.length + plan.removals.length));
  const staging = isNothing ? 0 : journal + record + 2 * blocksOfDirectory * blockSize;
  const returned = plan.unmakes.length * blocksOfDirectory * blockSize;
  return {
    free: space.free,
    blockSize,
    needed: fresh + directories + staging,
    ...(space.readOnly === true && { readOnly: true }),
    freeAfter: space.free - fresh - directories + freed + returned - (isNothing ? 0 : record),
  };
}
