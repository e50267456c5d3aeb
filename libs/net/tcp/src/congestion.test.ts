/** Tests of congestion control: the windows of RFC 5681 and the steps of RFC 6582 by their numbers. */
import { AfterAck, CongestionControl } from "./congestion.ts";

const control = new CongestionControl();

/** @test */
export function beginsWithTenSegments(): void {
  control.begin(1460, 0, false);
  assert(control.window === 14_600);
  control.begin(9000, 0, false);
  assert(control.window === 18_000);
  control.begin(536, 0, false);
  assert(control.window === 5360);
  control.begin(1000, 0, true);
  assert(control.window === 1000);
}

/** @test */
export function growsBySegmentsInSlowStart(): void {
  control.begin(1000, 0, false);
  control.acknowledge(1001, 1000, 0);
  assert(control.window === 11_000);
  // However much one ACK covers, it counts for one segment: RFC 5681 §3.1.
  control.acknowledge(5001, 4000, 0);
  assert(control.window === 12_000);
  control.acknowledge(5002, 1, 0);
  assert(control.window === 12_001);
}

/** @test */
export function growsOneSegmentPerWindowInAvoidance(): void {
  control.begin(1000, 0, false);
  control.timeout(8001, 8000, true);
  assert(control.threshold === 4000 && control.window === 1000);
  let ack: u32 = 1;
  while (control.window < 4000) {
    ack += 1000;
    control.acknowledge(ack, 1000, 0);
  }
  for (let i = 0; i < 3; i++) {
    ack += 1000;
    control.acknowledge(ack, 1000, 0);
    assert(control.window === 4000);
  }
  control.acknowledge(ack + 1000, 1000, 0);
  assert(control.window === 5000);
}

/** @test */
export function retransmitsAtTheThirdDuplicate(): void {
  control.begin(1000, 0, false);
  assert(!control.duplicate(1, 10_001, 10_000));
  assert(!control.duplicate(1, 10_001, 10_000));
  assert(control.duplicate(1, 10_001, 10_000));
  assert(control.inRecovery && control.threshold === 5000 && control.window === 8000);
  assert(!control.duplicate(1, 10_001, 10_000));
  assert(control.window === 9000);
}

/** @test */
export function staysInRecoveryOverPartialAcks(): void {
  control.begin(1000, 0, false);
  for (let i = 0; i < 3; i++) control.duplicate(1, 10_001, 10_000);
  assert(control.acknowledge(3001, 3000, 7000) === AfterAck.RetransmitNext);
  assert(control.inRecovery && control.window === 6000);
  assert(control.acknowledge(10_001, 7000, 0) === AfterAck.Continue);
  assert(!control.inRecovery && control.window === 2000);
}

/** @test */
export function doesNotTakeOldDuplicatesForANewLoss(): void {
  control.begin(1000, 0, false);
  control.timeout(10_001, 10_000, true);
  for (let i = 0; i < 5; i++) assert(!control.duplicate(5001, 10_001, 5000));
  control.acknowledge(11_001, 6000, 3000);
  assert(!control.duplicate(11_001, 14_001, 3000) && !control.duplicate(11_001, 14_001, 3000));
  assert(control.duplicate(11_001, 14_001, 3000));
}

/** @test */
export function halvesOnceForRepeatedTimeouts(): void {
  control.begin(1000, 0, false);
  control.timeout(10_001, 10_000, true);
  control.timeout(10_001, 10_000, false);
  assert(control.threshold === 5000);
}

/** @test */
export function neverOverflows(): void {
  control.begin(1000, 0, false);
  for (let i = 0; i < 3; i++) control.duplicate(1, 10_001, 10_000);
  for (let i = 0; i < 2_000_000; i++) control.duplicate(1, 10_001, 10_000);
  assert(control.window <= 0x4000_0000 + 1000);
}
