export function main(): i32 {
  return 0;
}

export function nobodyCallsThis(value: u64): u8 {
  return value;
}

export function thisNeither(): void {
  const text: u32 = true;
}
