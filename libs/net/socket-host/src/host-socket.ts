/**
 * A descriptor of the host with the threads that wait for it, and the poller that wakes them.
 *
 * Each descriptor is registered once, edge-triggered for both directions (man 7 epoll): a thread
 * first tries, and only after EAGAIN waits for the edge. Nothing can come between the two, because
 * threads give way only in `wait`.
 *
 * @unsafe the host hands back the address of the socket that an event is for
 */
import { hostEventDescriptor, hostSystemCall } from "@typekraft/linux-host";
import { NO_DEADLINE, monotonicNs } from "@typekraft/plat";
import { WaitQueue, scheduler } from "@typekraft/sched";
import type { Poller } from "@typekraft/sched";
import { closeSocket } from "./calls.ts";

const SYS_EPOLL_WAIT = 232;
const SYS_EPOLL_CTL = 233;
const EPOLL_CTL_ADD = 1;
const EPOLLIN: u32 = 0x1;
const EPOLLOUT: u32 = 0x4;
const EPOLLERR: u32 = 0x8;
const EPOLLHUP: u32 = 0x10;
const EPOLLRDHUP: u32 = 0x2000;
const EPOLLET: u32 = 0x8000_0000;

/** Events taken from the host at a time. */
const EVENTS = 64;

/** struct epoll_event, packed on x86_64. */
@packed
class EpollEvent {
  events: u32 = 0;
  data: u64 = 0;
}
staticAssert(sizeof<EpollEvent>() === 12);

/** One registered descriptor. It stays where it is until `close`. */
export class HostSocket {
  fd: i32 = -1;
  readonly readers = new WaitQueue();
  readonly writers = new WaitQueue();
  private timeoutNs: u64 = 0;

  /** Takes over the descriptor; false where the host cannot watch it, and then it is closed. */
  adopt(fd: i32): boolean {
    this.fd = fd;
    if (watch(this)) return true;
    this.close();
    return false;
  }

  /** 0: waits for ever. */
  setTimeoutNs(timeoutNs: u64): void {
    this.timeoutNs = timeoutNs;
  }

  /** When an operation that begins now has to end. */
  deadlineNs(): u64 {
    return this.timeoutNs === 0 ? NO_DEADLINE : monotonicNs() + this.timeoutNs;
  }

  /** Closes the descriptor, which ends its watching as well; nothing where that has happened. */
  close(): void {
    if (this.fd < 0) return;
    closeSocket(this.fd);
    this.fd = -1;
  }
}

class HostPoller implements Poller {
  private readonly batch: FixedArray<EpollEvent, 64> = fixedArray();

  poll(): boolean {
    const into = u64(addressOf(this.batch));
    const count = hostSystemCall(SYS_EPOLL_WAIT, u64(hostEventDescriptor()), into, EVENTS, 0, 0, 0);
    if (count <= 0) return false;
    for (const event of this.batch.slice().sub(0, usize(count))) {
      deliver(objectAt<HostSocket>(virt(event.data)), event.events);
    }
    return true;
  }

  /**
   * The platform idles on the event descriptor, which is ready as long as an event was not taken.
   */
  arm(): boolean {
    return true;
  }
}

const poller = new HostPoller();
let polling = false;

function deliver(socket: HostSocket, events: u32): void {
  const ended = (events & (EPOLLERR | EPOLLHUP)) !== 0;
  if (ended || (events & (EPOLLIN | EPOLLRDHUP)) !== 0) scheduler.wakeAll(socket.readers);
  if (ended || (events & EPOLLOUT) !== 0) scheduler.wakeAll(socket.writers);
}

const registration = new EpollEvent();

function watch(socket: HostSocket): boolean {
  const descriptor = hostEventDescriptor();
  if (descriptor < 0) return false;
  if (!polling) {
    if (!scheduler.addPoller(poller)) return false;
    polling = true;
  }
  registration.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  registration.data = u64(addressOf(socket));
  const at = u64(addressOf(registration));
  return (
    hostSystemCall(SYS_EPOLL_CTL, u64(descriptor), EPOLL_CTL_ADD, u64(socket.fd), at, 0, 0) === 0
  );
}
