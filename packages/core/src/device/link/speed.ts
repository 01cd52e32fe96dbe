// What a link's speed tells about it.

/**
 * Bytes per second. The console UARTs of boards run at 11,520, few at 92,160; a link that is faster than this is USB,
 * a pipe or a socket, and those hold the sender back by themselves when the board is slow.
 */
export const FASTER_THAN_A_UART = 110_000;
