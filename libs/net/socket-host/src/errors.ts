/**
 * Linux errors as socket errors (include/uapi/asm-generic/errno.h; man 7 tcp, man 2 of the calls).
 */
import { SocketError } from "@typekraft/socket";

const EPIPE: i64 = -32;
const EADDRINUSE: i64 = -98;
const EADDRNOTAVAIL: i64 = -99;
const ENETUNREACH: i64 = -101;
const ECONNABORTED: i64 = -103;
const ECONNRESET: i64 = -104;
const ETIMEDOUT: i64 = -110;
const ECONNREFUSED: i64 = -111;
const EHOSTUNREACH: i64 = -113;

/** The socket error for a negative result of a call. */
export function socketError(result: i64): SocketError {
  switch (result) {
    case EPIPE:
    case ECONNABORTED:
    case ECONNRESET:
    case ETIMEDOUT:
      return SocketError.Reset;
    case ECONNREFUSED:
      return SocketError.Refused;
    case EADDRINUSE:
      return SocketError.InUse;
    case EADDRNOTAVAIL:
    case ENETUNREACH:
    case EHOSTUNREACH:
      return SocketError.Unreachable;
    default:
      return SocketError.NoResources;
  }
}
