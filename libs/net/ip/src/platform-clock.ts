/** The platform's monotonic clock as an object. */
import { type Clock, monotonicNs } from "@typekraft/plat";

export class PlatformClock implements Clock {
  nowNs(): u64 {
    return monotonicNs();
  }
}
