/** Times and amounts that bound what one client can take from the server. */

const SECOND_NS: u64 = 1_000_000_000;

/**
 * Longest silence before the first byte of a request; the connection is then closed without a word.
 */
export const IDLE_TIMEOUT_NS: u64 = 15 * SECOND_NS;
/** An idle connection looks so often whether it has to make room for others. */
export const IDLE_CHECK_NS: u64 = SECOND_NS;
/** Longest silence within a request head; answered with 408. */
export const HEAD_TIMEOUT_NS: u64 = 30 * SECOND_NS;
/** Longest time for a whole request head, however steadily it trickles in; answered with 408. */
export const WHOLE_HEAD_TIMEOUT_NS: u64 = 120 * SECOND_NS;
/** Longest silence within a body. */
export const BODY_TIMEOUT_NS: u64 = 30 * SECOND_NS;
/** Longest time for a whole body, from its first read on. */
export const WHOLE_BODY_TIMEOUT_NS: u64 = 600 * SECOND_NS;
/** Bytes of one write, and the longest time that it may take. */
export const WRITE_BYTES: usize = 16_384;
export const WRITE_TIMEOUT_NS: u64 = 30 * SECOND_NS;
/** Longest time that a client is listened to after its last response. */
export const LINGER_TIMEOUT_NS: u64 = 2 * SECOND_NS;
/**
 * Bytes of a body read over for a handler that did not, before the connection is closed instead.
 */
export const MAX_DRAIN_BYTES: u64 = 65_536;
/** Bytes read over after the last response. */
export const MAX_LINGER_BYTES: usize = 65_536;
/**
 * Longest time that an accepted client waits for memory before it is reset; idle ones go earlier.
 */
export const MEMORY_TIMEOUT_NS: u64 = 3 * SECOND_NS;
