/**
 * What one TCP instance may use: sizes of buffers and tables. The defaults come from the
 * configuration (`Kconfig`).
 */
import { config } from "@typekraft/config";

declare module "@typekraft/config" {
  interface Config {
    /** Bytes of receive buffer of a connection, which bounds the window that it offers. */
    readonly LIB_TCP_RECEIVE_BUFFER: u32;
    /** Bytes that a connection can hold until the peer has acknowledged them. */
    readonly LIB_TCP_SEND_BUFFER: u32;
    /** The most connections at once, those that are still closing included. */
    readonly LIB_TCP_CONNECTIONS: u32;
    /** Half-open connections that are remembered; further ones are answered with SYN cookies. */
    readonly LIB_TCP_HALF_OPEN: u32;
    /**
     * Closed connections that are remembered in TIME-WAIT; the oldest is forgotten for a new one.
     */
    readonly LIB_TCP_TIME_WAIT: u32;
  }
}

/** Read once, by the constructor of the stack. All values are at least 1. */
export class TcpLimits {
  receiveBytes: u32 = config.LIB_TCP_RECEIVE_BUFFER;
  sendBytes: u32 = config.LIB_TCP_SEND_BUFFER;
  connections: u32 = config.LIB_TCP_CONNECTIONS;
  halfOpen: u32 = config.LIB_TCP_HALF_OPEN;
  timeWait: u32 = config.LIB_TCP_TIME_WAIT;
}
