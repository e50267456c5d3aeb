/**
 * What only the machine can do: instructions with operands, atomic operations with an order.
 * @unsafe executes instructions
 */

class Registers {
  low: u32 = 0;
  high: u32 = 7;
}

/** @test */
export function assemblyReadsAndSetsRegisters(): void {
  const a: u32 = 40;
  const r = new Registers();
  asm`add ${asmIn(a)}, ${asmInOut(r.high)}`;
  assert(r.high === 47);
  asm`mov ${asmIn(u32(77))}, ${asmOut(r.low)}`;
  assert(r.low === 77);
}

/** @test */
export function assemblyUsesNamedRegisters(): void {
  const r = new Registers();
  asm`mul %ecx${asmIn(u32(0x1000_0000), "rcx")}${asmInOut(r.high, "rax")}${asmOut(r.low, "rdx")}`;
  assert(r.high === 0x7000_0000 && r.low === 0);
}

/** @test */
export function atomicsTakeAnOrder(): void {
  const r = new Registers();
  atomicStore(r.low, 5, "release");
  assert(atomicLoad(r.low, "acquire") === 5);
  assert(atomicAdd(r.low, 2, "relaxed") === 5);
  assert(atomicCompareExchange(r.low, 7, 9, "acqRel") && r.low === 9);
}
