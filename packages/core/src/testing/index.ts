/**
 * A real MicroPython as a virtual board, with faults to order, and the contract that every transport keeps. Start with
 * {@link createVirtualBoard} or {@link describeTransport}.
 *
 * @module
 */

export type { Direction, Fault, FaultConditions } from "./faults.js";
export type { BoardFaults } from "./board-faults.js";
export type { BoardFiles } from "./board-files.js";
export type { LinkOptions } from "./board-link.js";
export type { TreeSnapshot } from "./engine/commands.js";
export {
  type BoardStats,
  type VirtualBoard,
  type VirtualBoardOptions,
  createVirtualBoard,
} from "./virtual-board.js";
export type { WireOptions } from "./wire.js";
export {
  type ContractCase,
  type TestRunner,
  type TransportFactory,
  type TransportFixture,
  type TransportPeer,
  describeTransport,
  transportContract,
} from "./transport-contract.js";
export {
  type MemoryTransport,
  type MemoryTransportOptions,
  createMemoryTransport,
} from "./memory-transport.js";
