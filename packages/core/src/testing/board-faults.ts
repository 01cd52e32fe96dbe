// Where tests make things go wrong on a virtual board.

import { type ByteFault, type Direction, type Fault, FaultCounter, type FaultConditions } from "./faults.js";
import type { BoardHost } from "./host/board-host.js";

/** The faults of a virtual board: single ones that happen at a byte, and conditions that last. */
export class BoardFaults {
  readonly #host: BoardHost;
  readonly #counters: Readonly<Record<Direction, FaultCounter>> = {
    "to-board": new FaultCounter(),
    "from-board": new FaultCounter(),
  };
  /** What the link itself has to know. */
  #link: Pick<FaultConditions, "noise" | "receiveBuffer"> = {};

  constructor(host: BoardHost) {
    this.#host = host;
  }

  /** Makes one thing go wrong. Several can wait at once; they count from when each was injected. */
  inject(fault: Fault): void {
    if (fault.type === "flash-power-cut")
      this.#host.tell({ type: "conditions", conditions: { flashOperationsLeft: fault.after } });
    else this.#counters[directionOf(fault)].inject(fault);
  }

  /** Sets conditions; those that are left out stay. Takes effect before the next byte that is sent to the board. */
  configure(conditions: FaultConditions): void {
    const { freeSpace, noise, receiveBuffer, ...board } = conditions;
    if (noise !== undefined) this.#link = { ...this.#link, noise };
    if (receiveBuffer !== undefined) this.#link = { ...this.#link, receiveBuffer };
    if (freeSpace !== undefined) this.#host.tell({ type: "limit-free", bytes: freeSpace });
    if (Object.keys(board).length > 0) this.#host.tell({ type: "conditions", conditions: board });
  }

  /** Forgets the single faults that have not happened yet. */
  clear(): void {
    for (const counter of Object.values(this.#counters)) counter.clear();
    this.#host.tell({ type: "conditions", conditions: { flashOperationsLeft: Infinity } });
  }

  /** For the link. */
  get counters(): Readonly<Record<Direction, FaultCounter>> {
    return this.#counters;
  }

  /** For the link. */
  get linkConditions(): Pick<FaultConditions, "noise" | "receiveBuffer"> {
    return this.#link;
  }
}

function directionOf(fault: ByteFault): Direction {
  return "direction" in fault ? fault.direction : "to-board";
}
