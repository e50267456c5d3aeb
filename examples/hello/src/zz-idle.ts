import { monotonicNs, wallClockNs, idleUntil, commandLine } from "@typekraft/plat";
export function main(): i32 {
  log`wall ${wallClockNs() / 1000000000} cmd ${commandLine()}`;
  const start = monotonicNs();
  for (let i: u64 = 1; i <= 5; i++) {
    const a = monotonicNs();
    let n: u32 = 0;
    while (monotonicNs() < a + 20_000_000) { idleUntil(a + 20_000_000); n++; }
    log`slept ${(monotonicNs() - a) / 1000} us, ${n} rounds`;
  }
  const a = monotonicNs();
  idleUntil(a + 1000);
  log`short ${(monotonicNs() - a)} ns`;
  let n: u32 = 0;
  while (monotonicNs() < a + 5_000_000_000) { idleUntil(a + 5_000_000_000); n++; }
  log`long ${(monotonicNs() - a)} ns ${n} rounds`;
  return 42;
}
