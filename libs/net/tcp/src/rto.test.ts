/** Tests of the retransmission timeout: the formulas of RFC 6298, backing off, and Karn's rule. */
import { INITIAL_RTO_NS, MAX_RTO_NS, RttEstimator } from "./rto.ts";

const MS: u64 = 1_000_000;
const rtt = new RttEstimator();

/** @test */
export function followsTheFormulas(): void {
  assert(rtt.rtoNs() === INITIAL_RTO_NS);
  rtt.sample(100 * MS);
  assert(rtt.srttNs === 100 * MS && rtt.rttvarNs === 50 * MS);
  assert(rtt.rtoNs() === 300 * MS);
  rtt.sample(300 * MS);
  // RTTVAR = 3/4 * 50 + 1/4 * 200, SRTT = 7/8 * 100 + 1/8 * 300.
  assert(rtt.rttvarNs === 87_500_000 && rtt.srttNs === 125 * MS);
  assert(rtt.rtoNs() === 475 * MS);
}

/** @test */
export function hasALowerAndAnUpperBound(): void {
  rtt.sample(0);
  for (let i = 0; i < 50; i++) rtt.sample(10_000);
  assert(rtt.rtoNs() >= 200 * MS && rtt.rtoNs() < 201 * MS);
  for (let i = 0; i < 100; i++) rtt.backOff();
  assert(rtt.rtoNs() === MAX_RTO_NS);
}

/** @test */
export function doublesUntilProgress(): void {
  rtt.sample(100 * MS);
  rtt.backOff();
  rtt.backOff();
  assert(rtt.rtoNs() === 1200 * MS);
  rtt.progress();
  assert(rtt.rtoNs() === 300 * MS);
}

/** @test */
export function measuresNothingThatWasSentTwice(): void {
  rtt.start(100, 1000);
  rtt.backOff();
  assert(!rtt.measuring && rtt.srttNs === 0);
  rtt.start(100, 5 * MS);
  rtt.finish(25 * MS);
  assert(rtt.srttNs === 20 * MS && !rtt.measuring);
}
