/**
 * The program's TCP, and what ties it to the scheduler: a poller that ends each batch of work, and
 * a thread that sleeps until the next TCP deadline.
 *
 * Threads only queue what they write. When none can run any more, the scheduler asks the pollers:
 * IP's takes the received frames, then ours sends what the threads have written and announces all
 * of it to the device at once.
 */
import { heap } from "@typekraft/alloc";
import { ip } from "@typekraft/ip";
import { NO_DEADLINE, wallClockNs } from "@typekraft/plat";
import { type Poller, WaitQueue, scheduler } from "@typekraft/sched";
import { TcpCore, TcpLimits, TcpStack } from "@typekraft/tcp";

/** The timer thread sends segments, which takes a few frames of the stack. */
const TIMER_STACK_BYTES: usize = 16_384;

/** What the program's TCP may use. */
export const limits = new TcpLimits();
const core = new TcpCore(ip, heap, limits);

/** The TCP stack that all sockets use. */
export const tcp = new TcpStack(core);

const timerQueue = new WaitQueue();

class TcpPoller implements Poller {
  /** Until when the timer thread sleeps. */
  sleepsUntilNs: u64 = 0;

  poll(): boolean {
    tcp.endOfBatch();
    const next = tcp.nextDeadlineNs();
    if (next !== NO_DEADLINE && next <= ip.nowNs()) tcp.runTimers();
    ip.flush();
    if (tcp.nextDeadlineNs() < this.sleepsUntilNs) scheduler.wakeOne(timerQueue);
    return false;
  }

  arm(): boolean {
    return true;
  }
}
const poller = new TcpPoller();

/**
 * Sleeps until something is due, over and over; the poller does the work, and wakes it when
 * something is due earlier.
 */
function runTimerThread(_argument: VirtAddr): void {
  for (;;) {
    poller.sleepsUntilNs = tcp.nextDeadlineNs();
    scheduler.wait(timerQueue, poller.sleepsUntilNs);
    tcp.runTimers();
  }
}

/** @init network */
export function startTcp(): void {
  // No source of true randomness exists yet: where the machine's clocks stand at boot is all there
  // is to guess.
  const low = ip.random() ^ rotateLeft(rdtsc(), 17);
  const high = ip.random() ^ wallClockNs() ^ rdtsc();
  if (!core.start(low, high)) {
    panic("no memory for the TCP tables; lower LIB_TCP_CONNECTIONS or give the machine more");
  }
  tcp.start();
  const added = scheduler.addPoller(poller);
  assert(added, "no room for the poller of TCP");
  const thread = scheduler.spawn("tcp-timers", runTimerThread, virt(0), TIMER_STACK_BYTES);
  if (thread === null) panic("no memory for the TCP timer thread");
  scheduler.detach(thread);
}
