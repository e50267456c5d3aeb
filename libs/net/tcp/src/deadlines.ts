/**
 * Serves the deadlines of connections and half-open records that have come.
 */
import { NO_DEADLINE } from "@typekraft/plat";
import { type Connection, TcpError } from "./connection.ts";
import type { TcpCore } from "./core.ts";
import { sendAck } from "./emit.ts";
import { sendSynAck } from "./handshake.ts";
import { retransmitExpired } from "./snd.ts";

/**
 * When `serveDeadlines` has something to do next; `NO_DEADLINE` for never. It may turn out to be
 * nothing then.
 */
export function nextDeadline(core: TcpCore): u64 {
  const c = core.timers.first();
  const handshakes = core.halfOpen.nextNs;
  if (c === null) return handshakes;
  return c.timerNs < handshakes ? c.timerNs : handshakes;
}

/** Does all that is due at `core.nowNs`. */
export function serveDeadlines(core: TcpCore): void {
  for (;;) {
    const c = core.timers.first();
    if (c === null || core.nowNs < c.timerNs) break;
    serve(core, c);
  }
  for (;;) {
    const h = core.halfOpen.takeDue(core.nowNs);
    if (h === null) break;
    sendSynAck(core, h);
  }
}

function serve(core: TcpCore, c: Connection): void {
  if (c.delayedAckNs <= core.nowNs) {
    c.delayedAckNs = NO_DEADLINE;
    sendAck(core, c);
  }
  if (c.retransmitNs <= core.nowNs) retransmitExpired(core, c);
  if (c.lingerNs <= core.nowNs) core.finish(c, TcpError.TimedOut);
  // A connection that has ended is out of the heap by now.
  if (c.timerSlot === 0) return;
  let next = c.delayedAckNs < c.retransmitNs ? c.delayedAckNs : c.retransmitNs;
  if (c.lingerNs < next) next = c.lingerNs;
  if (next === NO_DEADLINE) core.timers.remove(c);
  else core.timers.postpone(c, next);
}
