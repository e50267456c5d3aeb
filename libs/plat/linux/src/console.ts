/**
 * The console: standard output of the process.
 *
 * @unsafe gives the kernel addresses
 */
import { EAGAIN, EINTR, SYS_POLL, SYS_WRITE, call3 } from "./system-calls.ts";

const STDOUT: u64 = 1;
const POLLOUT: u16 = 4;
const FOREVER: u64 = u64(0xffff_ffff_ffff_ffffn);

/** struct pollfd. */
class PollDescriptor {
  fd: i32 = 0;
  events: u16 = 0;
  revents: u16 = 0;
}

const descriptor = new PollDescriptor();

/**
 * Writes all bytes as they are, however often the kernel interrupts or takes a part; gives up where
 * nobody reads.
 */
export function consoleWrite(data: Slice<u8>): void {
  let sent = 0;
  while (sent < data.length) {
    const rest = data.sub(sent);
    const result = call3(SYS_WRITE, STDOUT, u64(rest.addr), rest.length);
    if (result > 0) {
      sent += u64(result);
    } else if (result === EAGAIN) {
      waitUntilWritable();
    } else if (result !== EINTR) {
      return;
    }
  }
}

/**
 * Somebody has made standard output non-blocking (a terminal shared with another program, a pipe).
 */
function waitUntilWritable(): void {
  descriptor.fd = 1;
  descriptor.events = POLLOUT;
  descriptor.revents = 0;
  call3(SYS_POLL, u64(addressOf(descriptor)), 1, FOREVER);
}
